"""From a brief to a scene."""

from errand.images.scenes.brief import Brief, Scene
from errand.images.scenes.canvas import Canvas
from errand.images.scenes.motifs import MOTIFS
from errand.images.scenes.planning import Plan, plan
from errand.images.scenes.treatments import Treatment


def compose(brief: Brief) -> Scene:
    """The same brief gives the same bytes. Nothing of the prompt's text gets into the SVG."""
    made = plan(brief, MOTIFS)
    canvas = Canvas(
        brief.width,
        brief.height,
        seed=made.seed,
        palette=made.palette,
        treatment=made.treatment,
        safe=made.safe,
        hints=made.hints,
        omitted=made.omitted,
        is_titled=made.is_titled,
    )
    what = MOTIFS[made.motif](canvas)
    canvas.finish()
    return Scene(canvas.svg(), _alt_text(made, what))


def _alt_text(made: Plan, what: str) -> str:
    return f"{_kind(made.treatment)} of {what}, in {made.palette.name}."


def _kind(treatment: Treatment) -> str:
    if treatment.outline:
        return "Line drawing"
    if treatment.flat:
        return "Flat illustration"
    return "Grainy illustration" if treatment.grain else "Illustration"
