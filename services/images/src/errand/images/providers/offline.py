"""Images that are drawn here, by rules: the same words give the same image, at no cost."""

from decimal import Decimal

from errand.images.domain import CompositionLock, ProviderName, Spec
from errand.images.providers import Picture
from errand.images.rendering.studio import Studio
from errand.images.scenes.brief import Brief

#: With the version of the look: another one, whenever the same words come to give another image.
MODEL = "scenes-1"


class Offline:
    name: ProviderName = "offline"
    model = MODEL
    composition_lock: CompositionLock = "exact"

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def estimate_usd(self, spec: Spec) -> Decimal:
        return Decimal(0)

    def draw(self, spec: Spec, owner_id: str, reference: bytes | None = None) -> Picture:
        """A final needs no `reference`: it is the same scene."""
        drawing = self._studio.draw(_brief(spec), spec.size, spec.speed)
        return Picture(content=drawing.png, svg=drawing.svg, alt_text=drawing.alt_text, cost_usd=Decimal(0))


def _brief(spec: Spec) -> Brief:
    return Brief(
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        style=spec.style,
        seed=spec.seed,
        width=spec.width,
        height=spec.height,
    )
