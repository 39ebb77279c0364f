from collections.abc import Callable

import pytest
from msgspec.structs import replace

from errand.agents.landing.checks import Report, check
from errand.agents.landing.page import (
    Action,
    Contact,
    Design,
    Faq,
    Features,
    Field,
    File,
    Files,
    Footer,
    Hero,
    Image,
    Item,
    Nav,
    Page,
    Question,
    Quote,
)
from errand.agents.landing.page import Testimonials as Said  # pytest collects what begins with Test
from errand.agents.landing.rendering import render
from tests.unit.agents.landing.samples import AURORA, HOSTILE_PAGE, PAGES

BASE_URL = "https://pages.example/p/aurora/"


def checked(page: Page) -> Report:
    return check(page, render(page, BASE_URL))


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def errors(report: Report) -> set[str]:
    return {finding.rule for finding in report.errors}


def spoiled(path: str, old: str, new: str) -> Files:
    """The sample's files with a change that the templates would not make."""
    files = render(AURORA, BASE_URL)
    content = files[path].content.decode()
    assert old in content
    return files | {path: replace(files[path], content=content.replace(old, new, 1).encode())}


def with_hero(**changes: object) -> Page:
    return replace(
        AURORA,
        sections=[replace(each, **changes) if isinstance(each, Hero) else each for each in AURORA.sections],
    )


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"hostile", "nearly-empty"}))
def test_good_pages_have_no_errors(name: str) -> None:
    assert checked(PAGES[name]).errors == []


def test_the_weight_is_that_of_what_is_loaded() -> None:
    files = render(AURORA, BASE_URL)

    loaded = sum(len(files[path].content) for path in ("index.html", "styles.css", "page.js"))
    assert check(AURORA, files).weight_bytes == loaded


# What a template could do wrong, and the rule that has to notice.
SPOILED = [
    ("parse-error", "index.html", "</main>", "</div></main>"),
    ("duplicate-id", "index.html", "<main", '<p id="hero"></p><main'),
    ("nested-control", "index.html", "<main", '<button><select aria-label="x"></select></button><main'),
    ("inline-code", "index.html", "<main", "<p onclick=\"alert('x')\">x</p><main"),
    ("inline-code", "index.html", "<main", '<p style="color:red">x</p><main'),
    ("inline-code", "index.html", "<main", "<script>alert(1)</script><main"),
    ("leftover", "index.html", "<main", "<p>Hello {{ name }}</p><main"),
    ("leftover", "index.html", "<main", "<p>None</p><main"),
    ("leftover", "index.html", "<main", "<p>Lorem ipsum dolor</p><main"),
    ("leftover", "index.html", "<main", '<p title="undefined">x</p><main'),
    ("one-h1", "index.html", "<main", "<h1>Again</h1><main"),
    ("heading-order", "index.html", "</main>", "<h2>A</h2><h4>B</h4></main>"),
    ("empty-heading", "index.html", "</main>", "<h2></h2></main>"),
    ("language", "index.html", 'lang="en"', 'lang="de"'),
    ("viewport", "index.html", "width=device-width", "user-scalable=no, width=device-width"),
    ("image-alt", "index.html", "<main", '<img src="https://x.example/a.png"><main'),
    ("frame-title", "index.html", "<main", '<iframe src="https://x.example/"></iframe><main'),
    ("field-label", "index.html", "</form>", '<input name="colour"></form>'),
    ("control-name", "index.html", "<main", '<a href="#hero"></a><main'),
    ("aria-reference", "index.html", "<main", '<p aria-describedby="nowhere">x</p><main'),
    ("table-header", "index.html", "<main", "<table><tr><td>x</td></tr></table><main"),
    ("focus-order", "index.html", "<main", '<a href="#hero" tabindex="3">x</a><main'),
    ("hidden-focus", "index.html", "<main", '<p aria-hidden="true"><a href="#hero">x</a></p><main'),
    ("link-target", "index.html", "<main", '<a href="#nowhere">x</a><main'),
    ("link-scheme", "index.html", "<main", '<a href="javascript:alert(1)">x</a><main'),
    ("link-empty", "index.html", "<main", '<a href="">x</a><main'),
    ("mixed-content", "index.html", "<main", '<img alt="" src="http://x.example/a.png"><main'),
    ("form-action", "index.html", 'action="form"', 'action="mailto:a@b.example"'),
    ("document-title", "index.html", "<title>", "<title>Other "),
    ("document-description", "index.html", 'name="description" content="', 'name="description" content="Other '),
    ("structured-data", "index.html", 'application/ld+json">{', 'application/ld+json">{{'),
    ("structured-data", "index.html", '"@type":"Question","name":"', '"@type":"Question","name":"Other '),
    ("canonical", "index.html", 'rel="canonical"', 'rel="alternate"'),
    ("css-error", "styles.css", "}", "} ]] { "),
]


@pytest.mark.parametrize(("rule", "path", "old", "new"), SPOILED)
def test_a_fault_in_the_files_is_found(rule: str, path: str, old: str, new: str) -> None:
    report = check(AURORA, spoiled(path, old, new))

    assert rule in errors(report)


@pytest.mark.parametrize(
    ("rule", "gone"), [("reduced-motion", "prefers-reduced-motion"), ("focus-visible", ":focus-visible")]
)
def test_styles_that_every_page_needs_are_missed(rule: str, gone: str) -> None:
    files = render(AURORA, BASE_URL)
    css = files["styles.css"].content.replace(gone.encode(), b"x-gone")

    assert rule in errors(check(AURORA, files | {"styles.css": replace(files["styles.css"], content=css)}))


def test_a_finding_says_where_it_is() -> None:
    report = check(AURORA, spoiled("index.html", "</main>", "</div></main>"))

    (finding,) = report.errors
    assert finding.path.startswith("index.html:")
    assert finding.group == "html"


def test_a_page_without_files_is_an_error_and_no_crash() -> None:
    assert "missing-file" in errors(check(AURORA, {}))


def test_files_that_are_not_html_are_errors_and_no_crash() -> None:
    file = File(path="index.html", content=b"\x00<<<>>>&#xFFFFFFFF;</svg>", content_type="text/html")
    css = File(path="styles.css", content=b"}}}{{{", content_type="text/css")

    assert {"parse-error", "css-error"} <= errors(check(AURORA, {"index.html": file, "styles.css": css}))


PAGES_AT_FAULT: list[tuple[str, Callable[[], Page]]] = [
    ("title-length", lambda: replace(AURORA, title="a " * 31)),
    ("title-missing", lambda: replace(AURORA, title=" ")),
    ("description-length", lambda: replace(AURORA, description="a " * 81)),
    ("link-target", lambda: with_hero(primary=Action(label="Go", href="#nowhere"))),
    ("link-empty", lambda: with_hero(primary=Action(label="Go", href="#"))),
    ("link-scheme", lambda: with_hero(primary=Action(label="Go", href=" JavaScript:alert(1)"))),
    ("mixed-content", lambda: with_hero(image=Image(src="http://x.example/a.png", alt="A"))),
    ("media-scheme", lambda: with_hero(image=Image(src="file:///etc/passwd", alt="A"))),
    ("media-scheme", lambda: replace(AURORA, favicon="javascript:alert(1)")),
    ("image-weight", lambda: with_hero(image=Image(src="data:image/png;base64," + "A" * 210_000, alt="A"))),
    ("section-order", lambda: replace(AURORA, sections=AURORA.sections[::-1])),
    ("section-twice", lambda: replace(AURORA, sections=[*AURORA.sections, Footer(id="again")])),
    ("section-id", lambda: replace(AURORA, sections=[*AURORA.sections[:-1], Features(id="hero"), AURORA.sections[-1]])),
    ("section-empty", lambda: replace(AURORA, sections=[*AURORA.sections, Faq(id="more")])),
    ("item-empty", lambda: replace(AURORA, sections=[*AURORA.sections, Features(id="more", items=[Item(title=" ")])])),
    ("hero-heading", lambda: with_hero(heading="")),
    ("page-empty", lambda: replace(AURORA, sections=[Nav(id="nav")])),
    (
        "field-name",
        lambda: replace(
            AURORA,
            sections=[
                *AURORA.sections,
                Contact(id="more", fields=[Field(name="a", label="A"), Field(name="a", label="B")]),
            ],
        ),
    ),
]


@pytest.mark.parametrize(("rule", "page"), PAGES_AT_FAULT)
def test_a_fault_in_the_page_is_found(rule: str, page: Callable[[], Page]) -> None:
    assert rule in errors(checked(page()))


def test_what_is_only_worth_a_look_is_a_warning() -> None:
    page = with_hero(
        intro="We help the the teams.", variant="upside-down", primary=Action(label="Go", href="http://x.example/")
    )

    report = checked(page)

    assert {"doubled-text", "variant", "link-insecure"} <= rules(report)
    assert report.errors == []


def test_words_of_the_brief_are_no_leftovers() -> None:
    faq = Faq(id="more", items=[Question(question="None", answer="Write {{ name }}, it is not undefined.")])
    page = replace(AURORA, sections=[*AURORA.sections[:-1], faq, AURORA.sections[-1]])

    report = checked(page)

    assert report.errors == []
    assert "placeholder" in rules(report)


def test_quotes_of_people_may_say_things_twice() -> None:
    said = Said(id="more", items=[Quote(text="It just works here. It just works here.")])

    assert "doubled-text" not in rules(
        checked(replace(AURORA, sections=[*AURORA.sections[:-1], said, AURORA.sections[-1]]))
    )


def test_colours_that_had_to_move_are_reported_with_their_ratios() -> None:
    page = replace(AURORA, design=Design(theme="dark", palette={"primary": "#7C3AED", "neutral": "#111827"}))

    moved = [finding.message for finding in checked(page).findings if finding.rule == "contrast-adjusted"]

    assert moved
    assert all(":1" in message for message in moved)


def test_colours_of_a_rule_that_cannot_be_told_apart_are_found() -> None:
    report = check(AURORA, spoiled("styles.css", "}", "} .x { color: #777777; background: #888888 }"))

    assert "css-contrast" in rules(report)


def test_hostile_pages_name_each_address_that_is_not_allowed() -> None:
    found = [finding for finding in checked(HOSTILE_PAGE).errors if finding.rule in ("link-scheme", "media-scheme")]

    assert {finding.section for finding in found} >= {"nav", "hero", "footer"}
    assert errors(checked(HOSTILE_PAGE)) == {"link-scheme", "media-scheme"}


@pytest.mark.parametrize(
    ("rule", "drawing"),
    [
        ("duplicate-id", '<g id="twin"/><g id="twin"/>'),
        ("inline-code", '<path style="fill:red"/>'),
        ("parse-error", "</b>"),
    ],
)
def test_a_fault_in_a_decoration_is_found(rule: str, drawing: str) -> None:
    start = 'aria-hidden="true" focusable="false"><defs>'
    files = spoiled("index.html", start, start.replace("<defs>", f"{drawing}<defs>"))
    assert rule in rules(check(AURORA, files))


def test_a_fault_in_a_later_part_of_the_styles_has_its_line() -> None:
    files = spoiled("styles.css", "\n*,", "\np{color:red;;:}\n*,")
    lines = files["styles.css"].content.decode().split("\n")
    found = next(finding for finding in check(AURORA, files).findings if finding.rule == "css-error")
    assert found.path == f"styles.css:{lines.index('p{color:red;;:}') + 1}"
