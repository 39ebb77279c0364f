import io
import re
import xml.etree.ElementTree as ElementTree

import resvg_py
from PIL import Image

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.geometry import Box
from errand.images.scenes.treatments import Treatment
from errand.images.scenes.wardrobe import outfits

NONE: frozenset[str] = frozenset()


def canvas(
    treatment: Treatment | None = None,
    *,
    hints: frozenset[str] = NONE,
    omitted: frozenset[str] = NONE,
    is_titled: bool = False,
) -> Canvas:
    return Canvas(
        200,
        100,
        seed=1,
        palette=outfits()[0].palette,
        treatment=treatment or Treatment(),
        safe=Box(0, 0, 60, 100),
        hints=hints,
        omitted=omitted,
        is_titled=is_titled,
    )


def test_a_canvas_is_a_document_of_its_size() -> None:
    drawn = canvas()
    drawn.backdrop()

    root = ElementTree.fromstring(drawn.svg())

    assert root.attrib["viewBox"] == "0 0 200 100"
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_numbers_are_written_to_a_hundredth_and_names_with_dashes() -> None:
    drawn = canvas()
    drawn.add("path", d="M0 0", stroke_width=1 / 3, fill=None, x=-0.0001)

    assert '<path d="M0 0" stroke-width="0.33" x="0"/>' in drawn.svg()


def test_values_are_escaped() -> None:
    drawn = canvas()
    drawn.add("g", id='"><script>&')

    assert "<script>" not in drawn.svg()
    ElementTree.fromstring(drawn.svg())


def test_the_same_gradient_is_defined_once() -> None:
    drawn = canvas()

    first = drawn.linear([(0, "#000000"), (1, "#ffffff")])

    assert drawn.linear([(0, "#000000"), (1, "#ffffff")]) == first
    assert drawn.linear([(0, "#000000"), (1, "#ff0000")]) != first
    assert drawn.svg().count("<linearGradient") == 2


def test_groups_hold_what_is_drawn_within() -> None:
    drawn = canvas()
    with drawn.group(opacity=0.5):
        drawn.circle(1, 2, 3)

    assert '<g opacity="0.5"><circle cx="1" cy="2" r="3"/></g>' in drawn.svg()


def test_a_flat_canvas_has_no_gradients_and_an_outline_has_lines() -> None:
    flat, outline = canvas(Treatment(flat=True)), canvas(Treatment(outline=True))
    for drawn in (flat, outline):
        drawn.backdrop()
        drawn.glow(10, 10, 10, "#ffffff")
        drawn.rect(0, 0, 10, 10, **drawn.fill("#aa3344"))

    assert "Gradient" not in flat.svg() + outline.svg()
    assert "stroke" in outline.svg()


def test_quiet_is_one_in_the_safe_area_and_fades_beside_it() -> None:
    drawn = canvas()

    assert drawn.quiet(30, 50) == 1
    assert 0 < drawn.quiet(70, 50) < 1
    assert drawn.quiet(150, 50) == 0


def test_what_was_asked_for_is_chosen_and_what_was_refused_is_not() -> None:
    asked = canvas(hints=frozenset({"lake"}), omitted=frozenset({"clouds"}))

    assert {asked.choose("forest", "lake", "open") for _ in range(20)} == {"lake"}
    assert {canvas(omitted=frozenset({"lake"})).choose("forest", "lake") for _ in range(20)} == {"forest"}
    assert not any(asked.shows("clouds", 1) for _ in range(20))
    assert all(asked.shows("lake", 0) for _ in range(20))


def test_light_comes_from_beside_the_safe_area() -> None:
    drawn = canvas()

    assert not drawn.safe.contains(*drawn.sun)


def test_a_curve_goes_through_its_points() -> None:
    d = canvas().smooth([(0, 0), (10, 5), (20, 0), (30, 7)])

    assert d.startswith("M0 0")
    assert re.findall(r" ([\d.]+ [\d.]+)(?=C|$)", d) == ["10 5", "20 0", "30 7"]


def test_grain_is_put_over_everything() -> None:
    drawn = canvas(Treatment(grain=True))
    drawn.finish()

    assert drawn.svg().endswith('<rect x="0" y="0" width="200" height="100" fill="url(#d0)"/></svg>')
    assert drawn.svg().count("<pattern") == 1


def test_a_lens_darkens_the_edges_and_leaves_the_middle() -> None:
    drawn = canvas(Treatment(cinematic=True))
    drawn.rect(0, 0, 200, 100, fill="#808080")
    drawn.finish()

    picture = rendered(drawn)

    assert brightness(picture, 100, 50) == 128
    assert brightness(picture, 2, 2) < 110


def test_a_veil_lies_over_the_safe_area_where_it_was_asked_for() -> None:
    plain, titled = canvas(), canvas(is_titled=True)
    for drawn in (plain, titled):
        for x in range(0, 200, 10):
            drawn.rect(x, 0, 5, 100, fill="#000000")
            drawn.rect(x + 5, 0, 5, 100, fill="#ffffff")
        drawn.finish()

    assert contrast_around(rendered(plain), 30) == 255
    assert contrast_around(rendered(titled), 30) < 110
    assert contrast_around(rendered(titled), 150) == 255


def rendered(drawn: Canvas) -> Image.Image:
    return Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=drawn.svg(), skip_system_fonts=True))).convert("L")


def brightness(picture: Image.Image, x: int, y: int) -> int:
    return picture.tobytes()[y * picture.width + x]


def contrast_around(picture: Image.Image, x: int) -> int:
    row = [brightness(picture, at, 50) for at in range(x - 8, x + 8)]
    return max(row) - min(row)
