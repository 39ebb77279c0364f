"""Whatever is asked for, an image is nothing but an image: the words are not in it, and not in the logs."""

import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest
from PIL import Image

from errand.images.domain import MAX_PROMPT_CHARACTERS, MAX_STYLE_CHARACTERS
from tests.security.logs import Logs
from tests.security.operations import IMAGE, IMAGES
from tests.security.people import Person

MARK = f"mark{secrets.token_hex(4)}"
ELSEWHERE = "http://elsewhere.example"
SVG = "{http://www.w3.org/2000/svg}"
# All that may be in an SVG of ours: shapes, and what they are painted with.
ELEMENTS = frozenset(
    {
        *("svg", "defs", "g", "rect", "circle", "ellipse", "line", "polygon", "polyline", "path", "image"),
        *("linearGradient", "radialGradient", "stop", "filter", "feGaussianBlur", "clipPath", "pattern"),
    }
)
CHUNKS = frozenset({b"IHDR", b"sRGB", b"iTXt", b"tEXt", b"IDAT", b"IEND"})

PROMPTS: Mapping[str, str] = {
    "markup": f"<b>{MARK}</b><img src=x onerror={MARK}>",
    "an end and a script": f"</svg><script>{MARK}()</script>",
    "an end of everything": f"\"/></g></defs></svg><svg onload='{MARK}()'>",
    "an attribute": f'#fff" onload="{MARK}()" x="',
    "entities": f"&lt;script&gt;{MARK}&#x3c;&amp;&{MARK};",
    "a document type": f'<!DOCTYPE svg [<!ENTITY {MARK} SYSTEM "file:///etc/passwd">]>&{MARK};',
    "an instruction": f'<?xml-stylesheet href="{ELSEWHERE}/{MARK}.css"?>',
    "CDATA": f"]]><![CDATA[{MARK}]]>",
    "a comment": f"--><!-- {MARK} -->",
    "an address": f"url({ELSEWHERE}/{MARK}) url(#{MARK}) @import '{ELSEWHERE}/{MARK}'",
    "an image from elsewhere": f'<image href="{ELSEWHERE}/{MARK}" xlink:href="javascript:{MARK}"/>',
    "a foreign object": f"<foreignObject><iframe srcdoc={MARK}></iframe></foreignObject>",
    "a colour with more": f"#abcdef;fill:url({ELSEWHERE}/{MARK}) rgb(1,2,3){MARK}",
    "commands": f"$({MARK}) `{MARK}` ;{MARK} | {MARK} ../../{MARK} %s%n{{0}}{{prompt}} ' OR {MARK}=1--",
    "control characters": f"a\x01\x08\x0b\x0c\x1b[31m{MARK}\x7f\x85\x9b harbour\r\n{MARK}\ufffe\uffff",
    "backwards": f"\u202e\u2066{MARK}\u2069\u202c \u05d0\u05d1\u05d2 \u0627\u0644\u0645\u0631\u0641\u0623\u200f\u200b",
    "many marks on a letter": MARK + "a" + "\u0301\u0345" * 400,
    "letters that grow": MARK + "\u3316\ufdfa\ufb03\u00df\u0130" * 150,
    "faces": MARK + "\U0001f469\u200d\U0001f680" * 300,
    "a long word": (MARK + "a" * MAX_PROMPT_CHARACTERS)[:MAX_PROMPT_CHARACTERS],
    "negations without end": ("no a, without a, " * 100)[: MAX_PROMPT_CHARACTERS - 12] + MARK,
    "brackets": MARK + "([{<" * 200,
}


@pytest.fixture(autouse=True)
def _told_to_nobody(log_directory: Path) -> Iterator[None]:
    logs = Logs(log_directory)
    yield
    assert [entry for entry in logs.entries() if MARK in json.dumps(entry)] == []
    assert logs.faults() == []


def drawn(person: Person, text: str) -> Any:
    """An image for which this is said wherever something can be."""
    return person.draw(prompt=text, style=text[:MAX_STYLE_CHARACTERS], negative_prompt=f"{MARK} {text}"[:500])


def served(person: Person, url: str) -> httpx2.Response:
    answer = person.call("GET", httpx2.URL(url).raw_path.decode())
    assert answer.status_code == 200
    assert MARK not in str(answer.headers)
    assert MARK.encode() not in answer.content
    return answer


@pytest.mark.parametrize("text", PROMPTS.values(), ids=PROMPTS)
def test_an_image_of_anything_is_shapes_and_colours(text: str, ada: Person, anonymous: Person) -> None:
    image = drawn(ada, text)

    check_vector(served(anonymous, image["svg_url"]))
    check_raster(served(anonymous, image["url"]).content)
    for rendition in image["renditions"]:
        served(anonymous, rendition["url"])
    assert MARK not in json.dumps(image)


def check_vector(answer: httpx2.Response) -> None:
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"default-src 'none'", "sandbox"} <= set(answer.headers["Content-Security-Policy"].split("; "))
    assert "<!" not in answer.text
    assert "<?" not in answer.text
    for element in ElementTree.fromstring(answer.text).iter():
        assert element.tag in {SVG + name for name in ELEMENTS}
        assert (element.text, element.tail) == (None, None)
        for name, value in element.attrib.items():
            assert not name.startswith(("on", "{"))
            assert name != "style" or value == "image-rendering:smooth"
            assert name != "href" or re.fullmatch(r"data:image/png;base64,[A-Za-z0-9+/=]+", value)
            assert not re.search(r"url\((?!#d\d+\))|:", value) or name in ("href", "style")


def check_raster(content: bytes) -> None:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert MARK not in str(image.info)
        assert not image.getexif()
    assert set(_chunks(content)) <= CHUNKS


def _chunks(png: bytes) -> Iterator[bytes]:
    position = 8
    while position < len(png):
        yield png[position + 4 : position + 8]
        position += 12 + int.from_bytes(png[position : position + 4])


def test_the_words_are_given_back_as_they_were(ada: Person) -> None:
    text = PROMPTS["an end and a script"]
    accepted = ada.call("POST", f"{IMAGES}/generate-async", json={**IMAGE, "prompt": text}).json()

    answer = ada.call("GET", f"{IMAGES}/jobs/{accepted['job_id']}")

    assert answer.json()["prompt"] == text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("field", ["prompt", "style", "negative_prompt", "blog_id"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{MARK}\\u0000", id="NUL"),
        pytest.param(f"{MARK}\\ud800", id="half a character"),
        pytest.param(f"{MARK}\\udc00\\ud800", id="two halves the wrong way round"),
        pytest.param(MARK + "x" * 1000, id="too long"),
        pytest.param(MARK + "x" * 3001, id="far too long"),
        pytest.param(f"{MARK}\n", id="a raw line break"),
    ],
)
def test_what_is_no_text_is_refused(field: str, text: str, ada: Person) -> None:
    body = json.dumps({**IMAGE, field: "@"}).replace("@", text).encode()

    answer = ada.call("POST", f"{IMAGES}/generate-async", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert MARK not in answer.text


def test_the_name_of_a_blog_does_not_get_out_of_a_link(ada: Person) -> None:
    blog = f'{MARK}>; rel="next", <{ELSEWHERE}>\r\nSet-Cookie: a=b\u2028&limit=100&cursor=#é%00'
    older, newer = (
        ada.call("POST", f"{IMAGES}/generate-async", json={**IMAGE, "blog_id": blog}).json()["job_id"] for _ in range(2)
    )

    first = ada.call("GET", IMAGES, params={"blog_id": blog, "limit": 1})
    second = ada.call("GET", first.links["next"]["url"])

    assert "Set-Cookie" not in first.headers
    assert set(first.links) == {"next"}
    assert [answer.json()["items"][0]["job_id"] for answer in (first, second)] == [newer, older]
