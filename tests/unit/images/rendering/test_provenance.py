import xml.etree.ElementTree as ET

import pytest
from msgspec.structs import replace
from PIL import PngImagePlugin

from errand.images.domain import ProviderName
from errand.images.rendering.masters import master
from errand.images.rendering.provenance import Provenance
from errand.images.rendering.renditions import renditions
from errand.images.sizes import Size
from tests.unit.images.rendering.pictures import PROVENANCE, opened, picture, saved

SIZE = Size(700, 40)
EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
OURS = "{urn:errand:xmp:1#}"


def facts(xmp: bytes) -> dict[str, str]:
    (description,) = ET.fromstring(xmp).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    return description.attrib


@pytest.mark.parametrize(
    ("provider", "source"), [("offline", "algorithmicMedia"), ("openai", "trainedAlgorithmicMedia")]
)
def test_every_file_says_which_kind_of_machine_made_it(provider: ProviderName, source: str) -> None:
    made = master(saved(picture(size=SIZE)), SIZE, replace(PROVENANCE, provider=provider))

    for content in (made, *(file.content for file in renditions(made).files)):
        found = facts(opened(content).info["xmp"])
        assert found[f"{EXTENSION}DigitalSourceType"] == f"http://cv.iptc.org/newscodes/digitalsourcetype/{source}"
        assert found[f"{OURS}Provider"] == provider
        assert found[f"{OURS}Model"] == "gpt-image-x"
        assert found[f"{OURS}PromptHash"] == "sha256:" + "ab" * 32


def test_a_png_names_the_software() -> None:
    image = opened(master(saved(picture()), Size(60, 40), PROVENANCE))

    assert isinstance(image, PngImagePlugin.PngImageFile)
    assert image.text["Software"] == "Errand"
    assert set(image.text) == {"Software", "XML:com.adobe.xmp"}


def test_a_models_name_cannot_break_out() -> None:
    hostile = Provenance(provider="openai", model='a"/><x y=\'&lt;ü"', prompt_hash="00")

    assert facts(hostile.xmp())[f"{OURS}Model"] == hostile.model
