"""What a scene can show. A motif draws on a canvas and answers with a noun phrase of it, for the alt text."""

from collections.abc import Callable, Mapping

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.motifs import (
    botanical,
    charts,
    geometric,
    harbour,
    isometric,
    mesh,
    network,
    orbit,
    ridges,
    skyline,
    topographic,
    waves,
)

MOTIFS: Mapping[str, Callable[[Canvas], str]] = {
    "botanical": botanical.draw,
    "charts": charts.draw,
    "geometric": geometric.draw,
    "harbour": harbour.draw,
    "isometric": isometric.draw,
    "mesh": mesh.draw,
    "network": network.draw,
    "orbit": orbit.draw,
    "ridges": ridges.draw,
    "skyline": skyline.draw,
    "topographic": topographic.draw,
    "waves": waves.draw,
}
