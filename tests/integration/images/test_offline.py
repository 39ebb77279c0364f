"""The provider that needs nobody, with the processes that draw for it."""

from io import BytesIO

from msgspec.structs import replace
from PIL import Image

from errand.images.domain import Spec
from errand.images.providers.offline import Offline
from errand.images.rendering.studio import Studio

SPEC = Spec(prompt="Container cranes at dawn", quality="draft", aspect_ratio="16:9", width=1344, height=768, seed=7)


def test_a_prompt_becomes_an_image_of_its_size_at_no_cost(studio: Studio) -> None:
    provider = Offline(studio)

    picture = provider.draw(SPEC, "somebody")

    assert Image.open(BytesIO(picture.content)).size == (672, 384)
    assert picture.svg is not None
    assert picture.alt_text
    assert picture.cost_usd == provider.estimate_usd(SPEC) == 0


def test_the_same_words_give_the_same_image_to_everybody(studio: Studio) -> None:
    first, second = (Offline(studio).draw(SPEC, owner) for owner in ("somebody", "somebody else"))

    assert first == second


def test_a_final_is_the_scene_of_its_draft(studio: Studio) -> None:
    draft, final = (Offline(studio).draw(spec, "somebody") for spec in (SPEC, replace(SPEC, quality="high")))

    assert final.svg == draft.svg
    assert final.alt_text == draft.alt_text
    assert Image.open(BytesIO(final.content)).size == (2016, 1152)


def test_everything_that_a_user_says_is_drawn_from(studio: Studio) -> None:
    others = [
        replace(SPEC, prompt="A quiet forest"),
        replace(SPEC, negative_prompt="cranes, harbour"),
        replace(SPEC, style="line art"),
        replace(SPEC, seed=8),
        replace(SPEC, width=1024, height=1024),
    ]

    drawn = {Offline(studio).draw(spec, "somebody").svg for spec in [SPEC, *others]}

    assert len(drawn) == len(others) + 1
