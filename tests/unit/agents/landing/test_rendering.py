import json
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files as resources
from itertools import pairwise

import pytest
import tinycss2  # type: ignore[import-untyped]
from justhtml import JustHTML
from msgspec.structs import replace

from errand.agents.landing import tokens
from errand.agents.landing.page import (
    Action,
    AnySection,
    Contact,
    Cta,
    Design,
    Faq,
    Features,
    Field,
    Files,
    Hero,
    Image,
    Item,
    Nav,
    PricePlan,
    Pricing,
    Question,
)
from errand.agents.landing.rendering import render
from errand.agents.landing.variants import VARIANTS
from errand.agents.service import submissions
from tests.unit.agents.landing.html import URL, html_of, nodes, page_of
from tests.unit.agents.landing.samples import ARABIC, AURORA, HOSTILE, HOSTILE_PAGE, PAGES


def structured_data(html: str) -> dict[str, dict[str, object]]:
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return {thing["@type"]: thing for thing in json.loads(script)["@graph"]}


def ids(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', html)


def sections_of_all_variants() -> Iterator[AnySection]:
    samples = {section.__struct_config__.tag: section for page in PAGES.values() for section in page.sections}
    for type, variants in VARIANTS.items():
        yield from (replace(samples[type], variant=variant) for variant in variants)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_equal_pages_give_equal_bytes(name: str) -> None:
    assert render(PAGES[name], URL) == render(replace(PAGES[name]), URL)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_html_is_valid(name: str) -> None:
    assert not JustHTML(html_of(PAGES[name]), collect_errors=True, sanitize=False).errors


@pytest.mark.parametrize(
    "section", list(sections_of_all_variants()), ids=lambda section: f"{section.id}-{section.variant}"
)
def test_every_variant_of_every_section_is_valid_and_says_which_it_is(section: AnySection) -> None:
    html = html_of(page_of(section))

    assert not JustHTML(html, collect_errors=True, sanitize=False).errors
    [found] = nodes(html, f'[data-section="{section.__struct_config__.tag}"]')
    assert f"v-{section.variant}" in found["class"].split()
    assert found["id"] == section.id


def test_an_unknown_variant_is_the_types_first() -> None:
    assert "v-split" in nodes(html_of(page_of(Hero(id="hero", variant="spiral"))), "#hero")[0]["class"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_stylesheet_is_valid(name: str) -> None:
    sheet = render(PAGES[name], URL)["styles.css"].content.decode()

    rules = tinycss2.parse_stylesheet(sheet, skip_whitespace=True)
    assert not [rule for rule in rules if rule.type == "error"]
    assert {rule.at_keyword for rule in rules if rule.type == "at-rule"} <= {"media", "keyframes", "supports"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_ids_are_unique_and_what_refers_to_one_finds_it(name: str) -> None:
    html = html_of(PAGES[name])

    known = ids(html)
    assert len(known) == len(set(known))
    referred = re.findall(r'\s(?:for|aria-labelledby|popovertarget)="([^"]+)"|url\(#([^)]+)\)', html)
    assert {one or other for one, other in referred} <= set(known)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_headings_begin_with_one_h1_and_skip_no_level(name: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", html_of(PAGES[name]))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_items_of_a_section_without_a_heading_take_its_level() -> None:
    html = html_of(page_of(Features(id="features", items=[Item(title="Fast")])))

    assert [node["text"] for node in nodes(html, "h2.item-title")] == ["Fast"]


def test_only_the_styles_that_a_page_needs_are_in_its_stylesheet() -> None:
    small = render(page_of(), URL)["styles.css"].content
    large = render(AURORA, URL)["styles.css"].content

    assert b".answers" not in small
    assert b".answers" in large
    assert b"@keyframes" not in render(page_of(design=Design(motion="none")), URL)["styles.css"].content


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_weighs_less_than_sixty_kilobytes(name: str) -> None:
    files = render(PAGES[name], URL)
    pictures = sum(len(address) for address in re.findall(rb'"data:image[^"]+"', files["index.html"].content))

    assert sum(len(files[path].content) for path in ("index.html", "styles.css", "page.js")) - pictures < 60_000


def test_hostile_texts_become_neither_elements_nor_attributes() -> None:
    html = html_of(HOSTILE_PAGE)

    assert not nodes(html, "img") + nodes(html, "iframe") + nodes(html, "video")
    assert len(nodes(html, "script")) == 2
    assert not re.search(r'(href|src|action)="(?!#|form"|page\.js|styles\.css|https://pages|data:image/svg)', html)
    assert "&lt;/script&gt;&lt;img src=x onerror=" in html
    assert "49" not in "".join(node["text"] for node in nodes(html, "h1"))


def test_hostile_texts_end_neither_the_structured_data_nor_the_stylesheet() -> None:
    files = render(HOSTILE_PAGE, URL)

    assert structured_data(files["index.html"].content.decode())["Organization"]["name"] == HOSTILE
    assert not {b"<", b"onerror="} & set(re.findall(rb"<|onerror=", files["styles.css"].content))


def test_the_heros_image_loads_first_and_the_others_when_they_are_near() -> None:
    photo = Image(src="https://example.com/a.jpg", alt="A photo")
    html = html_of(page_of(Hero(id="hero", image=photo), Features(id="features", items=[Item(title="A", image=photo)])))

    hero, item = nodes(html, "main img")
    assert (hero["fetchpriority"], hero.get("loading")) == ("high", None)
    assert (item.get("fetchpriority"), item["loading"]) == (None, "lazy")


def test_the_head_says_what_the_page_is() -> None:
    html = html_of(replace(AURORA, image="https://example.com/preview.png"))

    metas = {node.get("name") or node.get("property"): node.get("content") for node in nodes(html, "meta")}
    assert [node["text"] for node in nodes(html, "title")] == [AURORA.title]
    assert metas["description"] == metas["og:description"] == AURORA.description
    assert metas["og:url"] == URL
    assert metas["og:image"] == metas["twitter:image"] == "https://example.com/preview.png"
    assert metas["twitter:card"] == "summary_large_image"
    assert metas["generator"] == "Errand"
    assert [node["href"] for node in nodes(html, 'link[rel="canonical"]')] == [URL]


@pytest.mark.parametrize(
    ("image", "url", "preview"),
    [
        ("preview.png", URL, f"{URL}preview.png"),
        ("preview.png", "/p/sample/", None),
        ("https://[broken", URL, "https://[broken"),
        ("data:image/png;base64,AAAA", URL, None),
    ],
)
def test_a_preview_has_its_whole_address_or_none(image: str, url: str, preview: str | None) -> None:
    metas = nodes(html_of(page_of(image=image), url), 'meta[property="og:image"]')

    assert [meta["content"] for meta in metas] == ([preview] if preview else [])


def test_a_page_whose_address_is_not_known_in_full_claims_none() -> None:
    html = html_of(AURORA, "/p/sample/")

    assert not nodes(html, 'link[rel="canonical"]')
    assert "og:url" not in html


def test_structured_data_has_what_is_on_the_page_and_no_more() -> None:
    plain = structured_data(html_of(page_of()))
    plans = [PricePlan(name="Small", price="€19"), PricePlan(name="Large", price="$49"), PricePlan(name="Ask us")]
    full = structured_data(
        html_of(
            page_of(
                Pricing(id="pricing", plans=plans),
                Faq(id="faq", items=[Question(question="Is it <b>?", answer="Yes & no")]),
            )
        )
    )

    assert set(plain) == {"WebPage", "Organization"}
    assert full["Product"]["offers"] == [{"@type": "Offer", "name": "Small", "price": "19", "priceCurrency": "EUR"}]
    assert full["FAQPage"]["mainEntity"] == [
        {"@type": "Question", "name": "Is it <b>?", "acceptedAnswer": {"@type": "Answer", "text": "Yes & no"}}
    ]


def test_a_page_without_an_icon_gets_its_initial_in_its_colours() -> None:
    [icon] = nodes(html_of(AURORA), 'link[rel="icon"]')

    assert icon["href"].startswith("data:image/svg+xml,")
    assert "%237c3aed" in icon["href"]
    assert ">A</text>".replace(">", "%3E").replace("<", "%3C") in icon["href"]


def test_language_and_direction_are_the_pages() -> None:
    [root] = nodes(html_of(ARABIC), "html")
    [skip] = nodes(html_of(ARABIC), ".skip")

    assert (root["lang"], root["dir"], root["data-theme"]) == ("ar", "rtl", "auto")
    assert skip["text"] == "تخطَّ إلى المحتوى"


def test_every_language_has_every_word() -> None:
    words = tomllib.loads(resources("errand.agents.landing.rendering").joinpath("data/words.toml").read_text("utf-8"))

    assert {frozenset(entry) for entry in words.values()} == {frozenset(words["en"])}


@pytest.mark.parametrize(("theme", "schemes"), [("light", ["light"]), ("dark", ["dark"]), ("auto", ["light", "dark"])])
def test_a_theme_brings_its_colours(theme: str, schemes: list[str]) -> None:
    design = replace(AURORA.design, theme=theme)
    sheet = render(replace(AURORA, design=design), URL)["styles.css"].content.decode()

    computed = tokens.compute(design)
    for scheme in ("light", "dark"):
        assert (f"--bg:{getattr(computed, scheme)['bg']};" in sheet) is (scheme in schemes)


def test_events_are_on_what_triggers_them() -> None:
    html = html_of(AURORA)

    assert [node["data-event"] for node in nodes(html, "#hero .actions a")] == ["beta-cta", "feature-tour"]
    assert [node["data-event"] for node in nodes(html, "form")] == ["beta-request"]


def test_every_input_has_a_label_and_says_what_to_complete_it_with() -> None:
    fields = [
        Field(name="first-name", label="First name", required=True),
        Field(name="work", label="Work email", type="email"),
        Field(name="phone", label="Phone", type="tel"),
        Field(name="size", label="Size", type="select", options=["S", "L"]),
        Field(name="also", label="Also", type="checkbox", options=["This", "That"]),
        Field(name="news", label="News", type="checkbox"),
        Field(name="note", label="Note", type="textarea"),
    ]
    html = html_of(page_of(Contact(id="contact", fields=fields, consent="I agree.", privacy_url="https://e.org/p")))

    inputs = [node for kind in ("input", "select", "textarea") for node in nodes(html, f"form {kind}")]
    assert {node["id"] for node in inputs} == {node["for"] for node in nodes(html, "label")}
    named = dict(re.findall(r'name="([^"]+)" type="[a-z]+" autocomplete="([^"]+)"', html))
    assert named == {"first-name": "given-name", "work": "email", "phone": "tel"}
    assert re.findall(r'name="([^"]+)"[^>]* required', html) == ["first-name", "consent"]
    assert [node["href"] for node in nodes(html, ".choice a")] == ["https://e.org/p"]
    assert '<input id="contact_website_" name="website_" tabindex="-1"' in html


def test_a_form_names_its_own_inputs_as_the_service_reads_them() -> None:
    html = html_of(page_of(Contact(id="contact", consent="I agree.")))

    assert {node.get("name") for node in nodes(html, "form input")} == {submissions.CONSENT, submissions.HONEYPOT}


def test_only_one_form_of_a_page_says_thanks() -> None:
    html = html_of(page_of(Contact(id="one"), Contact(id="two")))

    assert len(nodes(html, "#one #thanks")) == len(nodes(html, "#thanks")) == 1


def test_pages_without_pictures_look_different() -> None:
    drawings = {
        re.sub(r"hero_", "", re.search(r'<svg class="art".*?</svg>', html_of(page_of(Hero(id="hero"), name=name)))[0])  # type: ignore[index]
        for name in ("Aurora", "Borealis", "Cirrus", "Delta", "Ember", "Fjord")
    }

    assert len(drawings) == 6


def test_drawings_mean_nothing_to_those_who_do_not_see_them() -> None:
    svgs = nodes(html_of(AURORA), "svg")

    assert svgs
    assert {node["aria-hidden"] for node in svgs} == {"true"}


def test_an_icon_fits_a_word_of_its_title_and_otherwise_differs_from_its_neighbours() -> None:
    titles = ["Secure by default", "A matter of security", "Weekly reports", "Airy", "Xyz"]
    html = html_of(page_of(Features(id="features", items=[Item(title=title) for title in titles])))

    secure, security, reports, *plain = re.findall(r'class="icon">(.*?)</span>', html)
    assert secure == security
    assert len({secure, reports, *plain}) == 4


def test_the_design_tokens_are_published_with_the_page() -> None:
    published = json.loads(render(AURORA, URL)["tokens.json"].content)

    assert published == json.loads(json.dumps(tokens.dtcg(tokens.compute(AURORA.design))))


def test_the_sitemap_names_the_page_and_robots_the_sitemap() -> None:
    files: Files = render(page_of(), "https://pages.example/p/a&b/")

    assert b"<loc>https://pages.example/p/a&amp;b/</loc>" in files["sitemap.xml"].content
    assert b"Sitemap: https://pages.example/p/a&b/sitemap.xml" in files["robots.txt"].content
    assert b"Sitemap" not in render(page_of(), "/p/x/")["robots.txt"].content


def test_navigation_and_footer_are_landmarks_outside_of_the_content() -> None:
    html = html_of(page_of(Hero(id="hero"), Nav(id="nav", links=[Action(label="Top", href="#hero")])))

    assert html.index("<header") < html.index("<main") < html.index('id="hero"')
    assert not nodes(html, "main nav")


def test_sections_of_one_name_are_one_landmark() -> None:
    html = html_of(page_of(Hero(id="hero", heading="Join us"), Cta(id="cta", heading="Join  Us"), Cta(id="last")))

    assert [node.get("aria-labelledby") for node in nodes(html, "section")] == ["hero_title", None, None]
