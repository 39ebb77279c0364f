import io
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from errand.images.rendering.decoding import PictureUnreadable
from errand.images.rendering.masters import master
from errand.images.sizes import Size
from tests.unit.images.rendering.pictures import PROVENANCE, SIZE, chunk, kinds, opened, picture, saved


def bare_png(width: int, height: int, data: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    "size", [Size(60, 40), Size(61, 40), Size(120, 80), Size(30, 20), Size(64, 64), Size(1, 1), Size(16, 512)]
)
def test_a_master_is_a_png_of_the_size_that_is_asked_for(format: str, size: Size) -> None:
    image = opened(master(saved(picture(), format), size, PROVENANCE))

    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (size.width, size.height))


def test_what_has_another_ratio_is_cropped_at_its_middle_not_squeezed() -> None:
    image = picture(size=Size(300, 100))
    image.paste((0, 0, 255), (0, 0, 100, 100))
    image.paste((0, 0, 255), (200, 0, 300, 100))

    square = opened(master(saved(image), Size(50, 50), PROVENANCE))

    assert max(blue for red, green, blue in (square.getpixel((x, 25)) for x in range(3, 47))) < 20  # type: ignore[misc]


def test_a_png_that_fits_keeps_its_pixels_as_they_are_encoded() -> None:
    vendors = saved(picture(), compress_level=1)

    made = master(vendors, SIZE, PROVENANCE)

    assert kinds(made) == [b"IHDR", b"tEXt", b"iTXt", b"IDAT", b"IEND"]
    assert made[-len(vendors) + 33 :] == vendors[33:]
    assert opened(made).tobytes() == picture().tobytes()


def test_of_what_a_vendor_wrote_beside_the_pixels_nothing_is_left() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "a secret prompt")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    for content in (
        saved(picture(), pnginfo=info, icc_profile=profile, exif=exif),
        saved(picture(), "JPEG", icc_profile=profile, exif=exif, comment=b"secret"),
        saved(picture(), "WEBP", icc_profile=profile, exif=exif, xmp=b"secret"),
    ):
        made = master(content, SIZE, PROVENANCE)
        assert b"secret" not in made
        assert not {"icc_profile", "exif", "Comment"} & set(opened(made).info)


def test_equal_images_of_equal_provenance_are_equal_files() -> None:
    for content in (saved(picture()), saved(picture(size=Size(90, 50)), "JPEG")):
        assert master(content, SIZE, PROVENANCE) == master(content, SIZE, PROVENANCE)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P", "L", "1"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    content = saved(picture("RGBA").convert("P" if mode == "PA" else mode))

    assert opened(master(content, SIZE, PROVENANCE)).convert("RGB").size == (60, 40)
    assert opened(master(content, Size(30, 20), PROVENANCE)).mode == "RGB"


def test_what_lets_something_through_stands_on_white() -> None:
    clear = Image.new("RGBA", (60, 40), (255, 0, 0, 0))
    half = Image.new("RGBA", (60, 40), (255, 0, 0, 128))
    palette = Image.new("P", (60, 40), 0)
    palette.putpalette([255, 0, 0])

    assert opened(master(saved(clear), SIZE, PROVENANCE)).getpixel((5, 5)) == (255, 255, 255)
    assert opened(master(saved(half), SIZE, PROVENANCE)).getpixel((5, 5)) == (255, 127, 127)
    assert opened(master(saved(palette, transparency=0), SIZE, PROVENANCE)).getpixel((5, 5)) == (255, 255, 255)


def test_an_opaque_rgba_png_need_not_be_encoded_anew() -> None:
    vendors = saved(picture("RGBA"))

    assert vendors[33:] == master(vendors, SIZE, PROVENANCE)[-len(vendors) + 33 :]


def test_inks_become_light() -> None:
    inks = Image.new("CMYK", (60, 40), (0, 255, 255, 0))

    red, green, blue = opened(master(saved(inks, "JPEG"), SIZE, PROVENANCE)).getpixel((5, 5))  # type: ignore[misc]

    assert red > 200
    assert max(green, blue) < 60


def test_sixteen_bits_become_eight() -> None:
    grey = Image.new("I;16", (60, 40), 0x8000)
    row = b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 60
    colours = bare_png(60, 40, zlib.compress(row * 40), depth=16)

    assert opened(master(saved(grey), SIZE, PROVENANCE)).getpixel((5, 5)) == (128, 128, 128)
    made = master(colours, SIZE, PROVENANCE)
    assert made[24] == 8
    assert opened(made).getpixel((5, 5)) == (255, 128, 0)


def test_of_an_animation_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    for format in ("PNG", "WEBP"):
        moving = saved(frames[0], format, save_all=True, append_images=frames[1:], lossless=True)
        made = master(moving, SIZE, PROVENANCE)
        assert opened(made).getpixel((5, 5)) == (255, 0, 0)
        assert not {b"acTL", b"fcTL", b"fdAT"} & set(kinds(made))


def test_what_a_camera_held_upright_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = picture(size=Size(40, 60))

    for format in ("PNG", "JPEG"):
        image = opened(master(saved(lying, format, exif=exif), SIZE, PROVENANCE))
        assert image.getpixel((3, 3))[1] > 200  # type: ignore[index]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"GIF89a" + bytes(100),
        b"\x89PNG\r\n\x1a\n",
        saved(picture())[:-200],
        saved(picture(), "JPEG")[:300],
        saved(picture(), "WEBP")[:60],
        saved(picture(), "GIF"),
        saved(picture(), "TIFF"),
        bare_png(50_000, 50_000, zlib.compress(b"")),
        bare_png(4096, 4097, zlib.compress(bytes(100))),
        bare_png(0, 40, zlib.compress(b"")),
        bare_png(60, 40, zlib.compress(b"")),
        bare_png(60, 40, b"not compressed"),
        bare_png(60, 40, zlib.compress(bytes(181 * 40)), colour=7),
    ],
    ids=lambda content: ascii(content[:12]),
)
def test_what_is_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        master(content, SIZE, PROVENANCE)


def test_a_bomb_in_a_text_is_refused() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000)))
    content = saved(picture())

    with pytest.raises(PictureUnreadable):
        master(content[:33] + bomb + content[33:], SIZE, PROVENANCE)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@given(seed=st.integers(0, 2**32))
def test_spoilt_bytes_give_an_image_or_an_error(format: str, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(saved(picture(), format))
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)

    try:
        made = master(bytes(content), SIZE, PROVENANCE)
    except PictureUnreadable:
        return
    assert opened(made).size == (60, 40)


def test_a_spoilt_checksum_does_not_get_into_the_master() -> None:
    content = bytearray(saved(picture()))
    content[-14] ^= 1

    made = master(bytes(content), SIZE, PROVENANCE)

    Image.open(io.BytesIO(made)).verify()
