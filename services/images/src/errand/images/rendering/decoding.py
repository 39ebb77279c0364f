"""From a vendor's file to pixels. What it holds was made by others: it may be anything."""

import io
import warnings

from PIL import ExifTags, Image, ImageOps

from errand.common.errors import ErrandError

#: The largest of ours, 2048 × 2048 at ultra, has as many; vendors' have fewer.
MAX_PIXELS = 4096 * 4096

_FORMATS = ("PNG", "JPEG", "WEBP")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class PictureUnreadable(ErrandError):
    code = "picture_unreadable"

    def __init__(self) -> None:
        super().__init__("The provider's image cannot be read.")

    def __reduce__(self) -> tuple[type["PictureUnreadable"], tuple[()]]:
        """It comes out of another process."""
        return PictureUnreadable, ()


def decode(content: bytes) -> Image.Image:
    """The image, decoded to its end and upright; of an animation the first frame. Its `format` is None where it had to
    be turned. Raises PictureUnreadable."""
    try:
        with warnings.catch_warnings():
            # Up to twice its limit Pillow only warns.
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
            image.load()
            is_upright = image.getexif().get(ExifTags.Base.Orientation, 1) == 1
            return image if is_upright else ImageOps.exif_transpose(image)
    # Its decoders know a dozen kinds of errors for bytes that make no sense.
    except Exception as error:
        raise PictureUnreadable from error


def rgb(image: Image.Image) -> Image.Image:
    """In 8-bit RGB, on white where it lets something through."""
    if image.mode.startswith("I"):
        # 16 bits of grey, which `convert` would cut off at 255.
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
