import pytest
from msgspec.structs import replace

from errand.agents.landing.checks import Report, check
from errand.agents.landing.page import (
    Action,
    AnySection,
    Benefits,
    Contact,
    Cta,
    Faq,
    Features,
    Field,
    Footer,
    Hero,
    Image,
    Item,
    Member,
    Nav,
    Page,
    Quote,
    Team,
)
from errand.agents.landing.page import Testimonials as Said  # pytest collects what begins with Test
from errand.agents.landing.rendering import render
from errand.agents.landing.repairs import RULES, repair
from tests.unit.agents.landing.samples import HOSTILE_PAGE, PAGES

BASE_URL = "https://pages.example/p/x/"
BIG = "data:image/png;base64," + "A" * 180_000
SECTIONS: list[AnySection] = [
    Nav(id="nav", links=[Action(label="FAQ", href="#faq"), Action(label="Team", href="#team")]),
    Hero(id="hero", heading="Bread", intro="Baked at night.", primary=Action(label="Order", href="#contact")),
    Features(id="features", heading="Breads", items=[Item(title="Rye", text="Dark."), Item(title="Oat", text="Mild.")]),
    Contact(id="contact", heading="Order", fields=[Field(name="email", label="Email", type="email")]),
    Footer(id="footer", text="The bakery"),
]
PAGE = Page(name="Bakery", title="Bakery", description="Bread, baked at night.", sections=SECTIONS)


def report_of(page: Page) -> Report:
    return check(page, render(page, BASE_URL))


def repaired(page: Page) -> Page:
    """After the passes that the graph makes: until there is nothing left to do, at most three."""
    for _ in range(3):
        page = repair(page, report_of(page)).page
    return page


def section(page: Page, id_: str) -> object:
    return next(section for section in page.sections if section.id == id_)


def hero(page: Page) -> Hero:
    return next(section for section in page.sections if isinstance(section, Hero))


def with_hero(**changes: object) -> Page:
    return replace(PAGE, sections=[replace(s, **changes) if isinstance(s, Hero) else s for s in PAGE.sections])


def inserted(*sections: AnySection, page: Page = PAGE) -> Page:
    return replace(page, sections=[*page.sections[:-1], *sections, page.sections[-1]])


def test_links_of_menus_to_sections_that_are_not_there_are_dropped() -> None:
    result = repair(PAGE, report_of(PAGE))

    nav = result.page.sections[0]
    assert isinstance(nav, Nav)
    assert nav.links == []
    assert [fix.rule for fix in result.fixes] == ["link-target"]
    assert report_of(result.page).errors == []


def test_a_call_to_action_is_led_to_where_it_can_be_answered() -> None:
    page = repaired(with_hero(primary=Action(label="Order", href="#nowhere", event="order")))

    assert hero(page).primary == Action(label="Order", href="#contact", event="order")


def test_a_link_to_a_type_of_section_finds_the_section_whatever_its_id() -> None:
    page = inserted(Team(id="people", heading="We", members=[Member(name="Ada")]))
    nav = repaired(page).sections[0]

    assert isinstance(nav, Nav)
    assert nav.links == [Action(label="Team", href="#people")]


def test_addresses_that_are_not_allowed_are_dropped_everywhere() -> None:
    page = repaired(HOSTILE_PAGE)

    assert report_of(page).errors == []
    assert hero(page).primary is None


def test_images_are_fetched_encrypted() -> None:
    page = repaired(with_hero(image=Image(src="HTTP://x.example/a.png", alt="A loaf")))

    assert hero(page).image == Image(src="https://x.example/a.png", alt="A loaf")


def test_links_to_other_sites_stay_as_they_are() -> None:
    page = repaired(with_hero(primary=Action(label="Order", href="http://x.example/order")))

    assert hero(page).primary == Action(label="Order", href="http://x.example/order")


def test_the_heaviest_images_go_until_the_others_fit() -> None:
    small = "data:image/png;base64," + "A" * 1000
    items = [Item(title=f"Loaf {n}", image=Image(src=BIG[: -1000 * n], alt="A loaf")) for n in range(1, 5)]
    page = repaired(inserted(Benefits(id="more", items=[*items, Item(title="Roll", image=Image(src=small, alt="A"))])))

    more = section(page, "more")
    assert isinstance(more, Benefits)
    assert [item.image is not None for item in more.items] == [False, False, True, True, True]
    assert report_of(page).errors == []


def test_an_image_that_is_too_heavy_goes_and_its_item_stays() -> None:
    image = Image(src="data:image/png;base64," + "A" * 300_000, alt="A loaf")
    page = repaired(inserted(Benefits(id="more", items=[Item(title="Loaf", text="Big.", image=image)])))

    assert section(page, "more") == Benefits(id="more", items=[Item(title="Loaf", text="Big.")])


def test_sections_get_ids_of_their_own() -> None:
    page = repaired(inserted(Cta(id="features", heading="Now"), Cta(id="features", heading="Really")))

    assert [each.id for each in page.sections][2:6] == ["features", "contact", "features-2", "features-3"]


def test_a_second_hero_becomes_a_call_to_action_and_a_second_footer_goes() -> None:
    again = Hero(id="again", heading="More bread", primary=Action(label="Order", href="#contact"))
    page = repaired(inserted(again, Footer(id="other", text="x")))

    assert isinstance(section(page, "again"), Cta)
    assert sum(isinstance(each, Footer) for each in page.sections) == 1


def test_the_navigation_comes_first_and_the_footer_last() -> None:
    page = repaired(replace(PAGE, sections=SECTIONS[::-1]))

    assert [each.id for each in page.sections] == ["nav", "contact", "features", "hero", "footer"]


def test_title_and_description_end_at_a_word() -> None:
    page = repaired(replace(PAGE, title="Bread for everybody, " * 5, description="Baked at night, sold at dawn. " * 9))

    assert page.title == "Bread for everybody, Bread for everybody, Bread for"
    assert len(page.description) <= 160
    assert not page.description.endswith((" ", ","))


def test_a_title_without_a_space_is_cut_all_the_same() -> None:
    assert len(repaired(replace(PAGE, title="x" * 200)).title) <= 60


def test_what_is_missing_is_taken_from_the_page() -> None:
    page = repaired(replace(with_hero(heading=""), description="", title=""))

    assert (page.title, page.description, hero(page).heading) == ("Bakery", "Baked at night.", "Bakery")


def test_empty_sections_and_items_go_with_the_links_to_them() -> None:
    page = inserted(Faq(id="faq"), Team(id="team", members=[Member(name=""), Member(name="Ada")]))

    mended = repaired(page)

    assert section(mended, "team") == Team(id="team", members=[Member(name="Ada")])
    nav = mended.sections[0]
    assert isinstance(nav, Nav)
    assert [link.href for link in nav.links] == ["#team"]


def test_doubled_words_go_and_quotes_stay_word_by_word() -> None:
    quote = Quote(text="It is the the best. It is the best bread. It is the best bread.", name="Ada")
    page = with_hero(intro="Baked at at night. Baked every night. Baked every night.")

    mended = repaired(inserted(Said(id="said", intro="What the the people say", items=[quote]), page=page))

    assert hero(mended).intro == "Baked at night. Baked every night."
    assert section(mended, "said") == Said(id="said", intro="What the people say", items=[quote])


def test_what_no_rule_mends_stays_and_is_no_fix() -> None:
    page = replace(PAGE, sections=[])

    result = repair(page, report_of(page))

    assert result.page == page
    assert result.fixes == []


def test_what_was_not_found_is_not_touched() -> None:
    page = replace(PAGE, sections=[replace(s, links=[]) if isinstance(s, Nav) else s for s in PAGE.sections])

    result = repair(page, report_of(page))

    assert result.page is page


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"nearly-empty"}))
def test_a_mended_page_has_no_errors_and_nothing_left_to_mend(name: str) -> None:
    page = repaired(PAGES[name])

    report = report_of(page)
    assert report.errors == []
    assert repair(page, report).fixes == []


def test_each_fix_answers_a_finding() -> None:
    report = report_of(HOSTILE_PAGE)

    fixes = repair(HOSTILE_PAGE, report).fixes

    found = {(finding.rule, finding.section) for finding in report.findings}
    assert {(fix.rule, fix.section) for fix in fixes} <= found
    assert {fix.rule for fix in fixes} <= set(RULES)
