"""How a scene is drawn, whatever is on it."""

from msgspec import Struct


class Treatment(Struct, frozen=True, kw_only=True):
    """`flat`: no gradients and no glow. `outline`: lines on paper. `minimal`: few and large elements. `isometric`: seen
    from the corner, where a motif can be. `cinematic`: haze and deep light. `rich`: more gradients and colour.
    `grain`: a texture over everything, which the canvas adds.
    """

    flat: bool = False
    outline: bool = False
    minimal: bool = False
    isometric: bool = False
    cinematic: bool = False
    rich: bool = False
    grain: bool = False

    @property
    def is_soft(self) -> bool:
        """Whether gradients, glow and haze are welcome."""
        return not (self.flat or self.outline)
