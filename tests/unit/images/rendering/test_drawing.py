import pytest
from msgspec.structs import replace

from errand.images.rendering.drawing import draw
from errand.images.scenes import Brief
from errand.images.sizes import SCALES, Quality, Size
from tests.unit.images.rendering.pictures import opened

BRIEF = Brief(prompt="A container terminal at dawn", width=1344, height=768)
# Drawn several times as fast as soft light.
FLAT = replace(BRIEF, style="flat")


@pytest.mark.parametrize("quality", ["draft", "standard", "high"])
@pytest.mark.parametrize(
    "canvas", [Size(1344, 768), Size(64, 2048), Size(2048, 64), Size(65, 2047), Size(1999, 67), Size(101, 99)]
)
def test_a_drawing_has_the_size_that_is_asked_for(canvas: Size, quality: Quality) -> None:
    size = canvas.scaled(SCALES[quality])

    drawing = draw(replace(FLAT, width=canvas.width, height=canvas.height), size)

    image = opened(drawing.png)
    assert image.size == (size.width, size.height)
    assert image.getchannel("A").getextrema() == (255, 255)


def test_the_same_brief_gives_the_same_bytes() -> None:
    assert draw(BRIEF, Size(672, 384)) == draw(BRIEF, Size(672, 384))


def test_a_final_has_its_drafts_composition() -> None:
    draft, final = draw(BRIEF, Size(672, 384)), draw(BRIEF, Size(1344, 768))

    assert (draft.svg, draft.alt_text) == (final.svg, final.alt_text)
    small = opened(final.png).convert("RGB").resize((84, 48)).tobytes()
    assert (
        max(
            abs(one - two)
            for one, two in zip(opened(draft.png).convert("RGB").resize((84, 48)).tobytes(), small, strict=True)
        )
        < 24
    )
