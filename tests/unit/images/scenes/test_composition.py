import io
import itertools
import math
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from errand.images.scenes import Brief, Scene, compose
from errand.images.scenes.colours import lab

BLOG_PROMPTS = """
Hero image for a blog about container shipping at dusk
How AI is changing customer support
Ten tips for remote teams
Sustainable supply chains, teal and orange
Mindfulness for busy founders
Quarterly revenue growth explained
Kubernetes cost optimisation
A night sky over snowy mountains
Healthy breakfast recipes for kids, playful
The future of quantum computing, neon
Why zero trust security matters
Luxury real estate in Singapore
Podcast launch announcement
Climate change and the ocean
Retro poster about music festivals
Spring gardening checklist
Investing in 2026, corporate blue
Desert road trip, warm sunset
Minimalist header for a design studio
Best coffee in Lisbon
Export logistics from Hamburg port
How to write better newsletters
Team building without boring games
Freelance taxes
Onboarding journey map for SaaS
Line art of a harbour with cranes
Ultra modern data center
Fashion week trends, pink
Misty forest at dawn
A quiet lake in autumn
""".strip().splitlines()


def scene(prompt: str, width: int = 672, height: int = 384, **more: str | int) -> Scene:
    return compose(Brief(prompt=prompt, width=width, height=height, **more))  # type: ignore[arg-type]


def picture(svg: str, width: int, height: int) -> Image.Image:
    content = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    return Image.open(io.BytesIO(content)).convert("RGB")


def difference_hash(svg: str) -> int:
    """Which way the brightness and the colours go, 64 times each."""
    small = picture(svg, 90, 52).resize((9, 8), Image.Resampling.BOX)
    rows = [channel.tobytes()[at : at + 9] for channel in small.convert("YCbCr").split() for at in range(0, 72, 9)]
    bits = [left < right for row in rows for left, right in itertools.pairwise(row)]
    return sum(bit << at for at, bit in enumerate(bits))


def test_the_same_brief_gives_the_same_bytes_in_another_process() -> None:
    code = """
import hashlib
from errand.images.scenes import Brief, compose
for prompt in ("container ships", "calm waves", "mountains", "soft gradients", "anything at all"):
    scene = compose(Brief(prompt=prompt, width=672, height=384))
    print(hashlib.sha256((scene.svg + scene.alt_text).encode()).hexdigest())
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1]
    assert len(set(runs[0].split())) == 5


@pytest.mark.parametrize(
    "prompt",
    [
        "</svg><script>alert(1)</script>",
        '"quoted" & \'quoted\' <b>words</b> onload="x"',
        "<!ENTITY lol SYSTEM 'file:///etc/passwd'> &lol; ]]> <![CDATA[",
        "frobnicate " * 90,
        "🚢🏔️👩‍🚀 emoji",
        "سفينة في ميناء \u202e reversed",
        "{{7*7}} ${jndi} url(#d0) %s \\ \0 \x1b",
        "\ud800 lonely surrogate",
    ],
)
def test_nothing_of_the_prompt_gets_into_the_picture(prompt: str) -> None:
    made = scene(prompt, negative_prompt=prompt, style=prompt)

    root = ElementTree.fromstring(made.svg)

    assert made.svg.isascii()
    assert {element.tag.split("}")[1] for element in root.iter()} <= {
        "svg", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "pattern",
        "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "image",
    }  # fmt: skip
    assert not [text for element in root.iter() for text in (element.text, element.tail) if text]
    for word in ("alert", "quoted", "frobnicate", "passwd", "jndi", "reversed", "lonely", "script", "onload"):
        assert word not in made.svg + made.alt_text
    assert set(made.alt_text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.'-")


def test_pictures_of_different_prompts_look_different() -> None:
    hashes = {prompt: difference_hash(scene(prompt).svg) for prompt in BLOG_PROMPTS}

    nearest = min(((hashes[a] ^ hashes[b]).bit_count(), a, b) for a, b in itertools.combinations(hashes, 2))

    assert len(hashes) == 30
    assert nearest[0] >= 24, nearest


def test_pictures_of_different_seeds_look_different() -> None:
    hashes = [difference_hash(scene("container ships", seed=seed).svg) for seed in range(10)]

    assert min((a ^ b).bit_count() for a, b in itertools.combinations(hashes, 2)) >= 16


@pytest.mark.parametrize("colour", ["#7C3AED", "#0F8F8C", "#D93A36", "#2F9E54", "#E0A020", "#2563EB"])
@pytest.mark.parametrize("subject", ["a harbour", "mountains", "waves", "gradient"])
def test_a_colour_that_is_named_dominates(subject: str, colour: str) -> None:
    hue_deg = lab(colour.lower()).hue_deg
    near = all_of = 0.0

    pixels = picture(scene(f"{subject} in {colour}").svg, 60, 34).tobytes()
    for red, green, blue in zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True):
        own = lab(f"#{red:02x}{green:02x}{blue:02x}")
        all_of += own.chroma
        near += own.chroma * (math.cos(math.radians(own.hue_deg - hue_deg)) > math.cos(math.radians(40)))

    assert near > 0.5 * all_of


@pytest.mark.parametrize(
    ("prompt", "said", "not_said"),
    [
        ("a mountain lake", "mountain ranges in layers, mirrored in a lake", "forest"),
        ("desert dunes at night", "moon", "low sun"),
        ("desert dunes at noon, bright", "low sun", "moon"),
        ("mountains without a sun, light", "a wide sky", "a low sun"),
        ("ocean without moon and stars, dark", "a wide sky", "moon"),
        ("mountains at sunset, dark", "a low sun", "moon"),
        ("calm sea at sunset with a sailboat", "a single sailboat", "mountain"),
        ("a ship leaving the port", "a loaded container ship", "quay"),
        ("teal and orange waves of silk", "in teal and orange", "sea"),
        ("line art of a harbour", "Line drawing of", "Illustration"),
        ("glass spheres in front of a gradient, #7c3aed", "in violet", "7c3aed"),
    ],
)
def test_the_alternative_text_says_what_is_there(prompt: str, said: str, not_said: str) -> None:
    alt_text = scene(prompt).alt_text

    assert said in alt_text
    assert not_said not in alt_text
    assert alt_text[0].isupper()
    assert alt_text.endswith(".")


@settings(max_examples=60, deadline=None)
@given(
    prompt=st.text(max_size=300),
    style=st.text(max_size=40),
    seed=st.none() | st.integers(0, 2**32 - 1),
    width=st.integers(64, 2048),
    height=st.integers(64, 2048),
)
def test_any_text_at_any_size_makes_a_picture(
    prompt: str, style: str, seed: int | None, width: int, height: int
) -> None:
    made = compose(Brief(prompt=prompt, style=style, seed=seed, width=width, height=height))

    root = ElementTree.fromstring(made.svg)

    assert root.attrib["viewBox"] == f"0 0 {width} {height}"
    assert picture(made.svg, 16, 16).size[0] > 0
