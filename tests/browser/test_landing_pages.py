import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.json import decode, encode
from msgspec.structs import replace
from playwright.sync_api import expect

from errand.agents.landing import brief
from errand.agents.landing.copywriting import write
from errand.agents.landing.exporting import single_file
from errand.agents.landing.page import Page, Theme
from errand.agents.landing.planning import plan
from errand.agents.landing.rendering import render
from tests.browser.conftest import Visit
from tests.browser.site import served
from tests.unit.agents.landing import payloads
from tests.unit.agents.landing.samples import ARABIC, AURORA, BAKERY, PAGES

pytestmark = pytest.mark.browser

ACCESSIBLE = ["aurora-story", "bakery", "arabic", "forty", "hostile"]
ANIMATIONS_ARE_OVER = (
    "Promise.all(document.getAnimations().filter(a => a.timeline === document.timeline).map(a => a.finished))"
)
RECORD_EVENTS = "window.seen = []; addEventListener('errand:track', ({ detail }) => window.seen.push(detail));"


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_fits_its_window_and_the_console_stays_silent(
    name: str, width: int, visit: Visit, complaints: list[str]
) -> None:
    tab = visit(PAGES[name], width=width)

    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert not tab.evaluate(
        """[...document.querySelectorAll("main *, footer *, header :not(.menu *)")]
        .filter(e => !e.closest("svg, .aside_, .hidden, .panel") && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert not complaints


@pytest.mark.parametrize("name", ["aurora", "bakery", "forty"])
def test_the_longest_words_break_rather_than_widen_the_page(name: str, visit: Visit) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    texts = re.sub(rb'"(heading|title|text|label|value)":"[^"]+"', rb'"\1":"%s"' % word.encode(), encode(PAGES[name]))
    page = decode(texts, type=Page)

    for width in (360, 1000):
        assert visit(page, width=width).evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ACCESSIBLE)
def test_axe_finds_no_violation(name: str, theme: Theme, motion: str, visit: Visit) -> None:
    page = PAGES[name]
    themed = replace(page, design=replace(page.design, theme=theme))
    tab = visit(themed, width=1440 if motion == "reduce" else 360, reduced_motion=motion, bypass_csp=True)
    tab.evaluate(ANIMATIONS_ARE_OVER)

    assert Axe().run(tab).generate_snapshot() == ""


@pytest.mark.parametrize("name", sorted(payloads.ALL))
def test_what_the_rules_make_of_a_brief_fits_a_small_screen_and_pleases_axe(name: str, visit: Visit) -> None:
    asked = brief.read(payloads.ALL[name])
    tab = visit(write(asked, plan(asked)).page, width=360, bypass_csp=True)
    tab.evaluate(ANIMATIONS_ARE_OVER)

    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    assert Axe().run(tab).generate_snapshot() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_automatic_theme_follows_the_reader(scheme: Theme, visit: Visit) -> None:
    automatic = visit(ARABIC, color_scheme=scheme)
    fixed = visit(replace(ARABIC, design=replace(ARABIC.design, theme=scheme)))

    ground = "getComputedStyle(document.body).backgroundColor"
    assert automatic.evaluate(ground) == fixed.evaluate(ground)


def test_the_menu_opens_without_script(visit: Visit) -> None:
    tab = visit(AURORA, width=360, java_script_enabled=False)
    link = tab.locator(".menu a", has_text="Questions")
    expect(link).not_to_be_visible()

    tab.get_by_role("button", name="Menu").click()

    expect(link).to_be_visible()


def test_the_menu_closes_where_it_leads_somewhere(visit: Visit) -> None:
    tab = visit(AURORA, width=360)
    tab.get_by_role("button", name="Menu").click()

    tab.locator(".menu").get_by_role("link", name="Questions").click()

    expect(tab.locator(".menu")).not_to_be_visible()


def test_a_wide_window_shows_the_menus_links(visit: Visit) -> None:
    tab = visit(AURORA, width=1440)

    expect(tab.locator(".menu").get_by_role("link", name="Questions")).to_be_visible()
    expect(tab.get_by_role("button", name="Menu")).not_to_be_visible()


def test_everything_can_be_read_without_script(visit: Visit) -> None:
    tab = visit(AURORA, java_script_enabled=False)

    for heading in tab.locator("h2, h3").all():
        expect(heading).to_be_visible()
    assert tab.evaluate("[...document.querySelectorAll('.reveal')].every(e => getComputedStyle(e).opacity === '1')")


def test_nothing_moves_for_those_who_ask_for_that(visit: Visit) -> None:
    assert visit(AURORA).evaluate("document.getAnimations().length")
    assert not visit(AURORA, reduced_motion="reduce").evaluate("document.getAnimations().length")


def test_a_browser_without_scroll_timelines_moves_sections_in_as_they_are_seen(visit: Visit) -> None:
    tab = visit(AURORA)
    tab.add_init_script("CSS.supports = () => false")
    tab.reload()
    last = tab.locator("#contact form")
    assert "seen" not in (last.get_attribute("class") or "")

    last.scroll_into_view_if_needed()

    expect(last).to_contain_class("seen")


def test_a_link_reports_its_event(visit: Visit) -> None:
    tab = visit(AURORA)
    tab.evaluate(RECORD_EVENTS)

    tab.locator("#hero").get_by_role("link", name="Join the private beta").click()

    told = {"event": "beta-cta", "id": "hero", "href": "#cta"}
    assert tab.evaluate("[window.seen, window.dataLayer]") == [[told], [told]]


def test_who_does_not_want_to_be_tracked_is_not(visit: Visit) -> None:
    tab = visit(AURORA)
    tab.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    tab.reload()
    tab.evaluate(RECORD_EVENTS)

    tab.locator("#hero").get_by_role("link", name="Join the private beta").click()

    assert tab.evaluate("[window.seen, window.dataLayer ?? []]") == [[], []]


def test_a_form_that_was_sent_says_thanks(visit: Visit) -> None:
    tab = visit(AURORA)
    expect(tab.get_by_role("status")).not_to_be_visible()
    tab.get_by_label("Your name").fill("Ada")
    tab.get_by_label("Work email").fill("ada@example.com")
    tab.get_by_label("I agree").check()

    tab.get_by_role("button", name="Send").click()

    expect(tab.get_by_role("status")).to_have_text("Thank you. We have received your details.")


def test_a_form_is_not_sent_without_consent(visit: Visit) -> None:
    tab = visit(AURORA)
    tab.get_by_label("Your name").fill("Ada")
    tab.get_by_label("Work email").fill("ada@example.com")

    tab.get_by_role("button", name="Send").click()

    assert tab.evaluate("document.querySelector('form').matches(':invalid')")
    expect(tab.get_by_role("status")).not_to_be_visible()


def test_the_first_tab_stop_skips_to_the_content(visit: Visit) -> None:
    tab = visit(BAKERY)

    tab.keyboard.press("Tab")
    skip = tab.get_by_role("link", name="Zum Inhalt springen")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    tab.keyboard.press("Enter")

    expect(tab.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("name", ["aurora", "bakery", "arabic"])
def test_what_is_pressed_is_large_enough_for_a_finger(name: str, visit: Visit) -> None:
    tab = visit(PAGES[name], width=360)

    pressed = ".button:visible, .menu-button, summary, .field input:not([type=checkbox]), footer li a"
    sizes = [box for target in tab.locator(pressed).all() if (box := target.bounding_box())]
    assert sizes
    assert min(min(box["width"], box["height"]) for box in sizes) >= 44


def test_hostile_texts_stay_texts(visit: Visit, complaints: list[str]) -> None:
    tab = visit(PAGES["hostile"])

    assert tab.locator("img, [onerror], [href^=javascript], main script").count() == 0
    assert "onerror=" in tab.locator("h1").inner_text()
    assert not complaints


def test_a_single_file_needs_no_other(visit: Visit) -> None:
    files = render(AURORA, "/p/sample/")
    alone = {"index.html": replace(files["index.html"], content=single_file(files))}
    with served(alone) as url:
        tab = visit(AURORA, bypass_csp=True)
        requested: list[str] = []
        tab.on("request", lambda request: requested.append(request.url))
        tab.goto(url)
        ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")

    assert ground == "rgb(17, 24, 39)"
    assert [address for address in requested if not address.startswith("data:")] == [url]
