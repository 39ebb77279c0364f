import base64

import pytest
from PIL import Image

from errand.images.rendering.masters import master
from errand.images.rendering.renditions import Renditions, renditions
from errand.images.sizes import Size
from tests.unit.images.rendering.pictures import PROVENANCE, opened, picture, saved


def made(image: Image.Image) -> Renditions:
    return renditions(master(saved(image), Size(*image.size), PROVENANCE))


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        (Size(64, 64), [64]),
        (Size(320, 200), [320]),
        (Size(321, 200), [320, 321]),
        (Size(672, 384), [320, 640, 672]),
        (Size(1344, 768), [320, 640, 1280, 1344]),
        (Size(1536, 640), [320, 640, 1280, 1536]),
        (Size(64, 2048), [64]),
        (Size(2048, 64), [320, 640, 1280, 2048]),
        (Size(4096, 2), [320, 640, 1280, 4096]),
    ],
)
def test_there_are_narrower_ones_and_one_of_full_size(size: Size, widths: list[int]) -> None:
    files = made(picture(size=size)).files

    assert [file.size.width for file in files] == widths
    assert files[-1].size == size
    for file in files:
        image = opened(file.content)
        assert (image.format, image.size) == ("WEBP", (file.size.width, file.size.height))
        assert abs(file.size.height - size.height * file.size.width / size.width) <= 1


def test_a_rendition_shows_what_the_master_shows() -> None:
    image = picture(size=Size(700, 400))

    for file in made(image).files:
        shown = opened(file.content).resize((8, 8), Image.Resampling.BOX).tobytes()
        expected = image.resize((8, 8), Image.Resampling.BOX).tobytes()
        assert max(abs(one - other) for one, other in zip(shown, expected, strict=True)) < 16


def test_the_same_master_gives_the_same_files() -> None:
    image = picture(size=Size(700, 400))

    assert made(image) == made(image)


@pytest.mark.parametrize("size", [Size(1344, 768), Size(768, 1344), Size(64, 2048), Size(2048, 64)])
def test_the_placeholder_is_a_small_image_by_itself(size: Size) -> None:
    kind, _, encoded = made(picture(size=size)).placeholder.partition(",")

    assert kind == "data:image/webp;base64"
    assert len(encoded) < 1_000
    assert max(opened(base64.b64decode(encoded)).size) == 32


def test_the_colour_that_there_is_most_of_comes_first() -> None:
    image = Image.new("RGB", (640, 400), "#102040")
    image.paste((240, 80, 60), (0, 0, 640, 120))
    image.paste((250, 220, 90), (0, 0, 640, 30))

    first, *rest = made(image).colours

    assert near(first, "#102040")
    assert any(near(colour, "#f0503c") for colour in rest)
    assert any(near(colour, "#fadc5a") for colour in rest)


def test_a_picture_has_three_to_five_colours() -> None:
    assert 3 <= len(made(picture(size=Size(640, 400))).colours) <= 5
    assert 3 <= len(made(picture("L", Size(640, 400)).convert("RGB")).colours) <= 5


def test_a_surface_of_one_colour_has_no_others() -> None:
    assert made(Image.new("RGB", (100, 100), "#7c3aed")).colours == ("#7c3aed",)


def near(colour: str, other: str) -> bool:
    return all(
        abs(one - two) <= 12 for one, two in zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    )
