"""Where an image comes from, written into its file: which kind of machine made it, never from which words."""

from collections.abc import Mapping
from html import escape

from msgspec import Struct

from errand.images.domain import ProviderName

SOFTWARE = "Errand"

# https://cv.iptc.org/newscodes/digitalsourcetype/
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_NAMESPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "errand": "urn:errand:xmp:1#",
}


class Provenance(Struct, frozen=True, kw_only=True):
    """The same for every job that asks for the same, so that equal images are equal files."""

    provider: ProviderName
    model: str
    prompt_hash: str

    @property
    def source_type(self) -> str:
        """IPTC's URI of it."""
        return _SOURCE_TYPES + ("algorithmicMedia" if self.provider == "offline" else "trainedAlgorithmicMedia")

    def xmp(self) -> bytes:
        """As an XMP packet."""
        return _packet(
            {
                "xmp:CreatorTool": SOFTWARE,
                "Iptc4xmpExt:DigitalSourceType": self.source_type,
                "errand:Provider": self.provider,
                "errand:Model": self.model,
                "errand:PromptHash": f"sha256:{self.prompt_hash}",
            }
        )


def _packet(facts: Mapping[str, str]) -> bytes:
    namespaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in facts.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{namespaces}{attributes}/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()
