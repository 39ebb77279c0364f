from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.agents.landing.brief import Asset, Brief, Faq, Feature, Fonts, FormField, Link, PayloadInvalid, Stat, read
from tests.unit.agents.landing import payloads

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
NAMES = st.sampled_from(
    [
        "campaign",
        "branding",
        "sections",
        "sectionData",
        "faq",
        "items",
        "benefits",
        "features",
        "title",
        "custom",
        "fonts",
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def faults(payload: object) -> list[str]:
    try:
        read(payload)
    except PayloadInvalid as error:
        return [fault.field for fault in error.errors]
    return []


@pytest.mark.parametrize("name", payloads.ALL)
def test_reading_a_brief_that_was_written_down_gives_the_same_brief(name: str) -> None:
    brief = read(payloads.ALL[name])
    assert read(msgspec.json.decode(msgspec.json.encode(brief))) == brief


def test_the_guides_payload_is_read_whole() -> None:
    brief = read(payloads.GUIDE)
    assert brief.campaign.product_name == "AuroraAI Automations"
    assert brief.branding.fonts == Fonts(heading="General Sans", body="Inter")
    assert brief.branding.color_palette["raw"] == "#F9FAFB"
    assert brief.messaging.event_tracking == ["beta-cta", "feature-tour", "playbook-download"]


@pytest.mark.parametrize(
    "payload", [{}, {"campaign": None}, {"unknown": {"field": 1}}, {"benefits": {"features": None}}]
)
def test_nulls_and_unknown_fields_are_not_given(payload: dict[str, Any]) -> None:
    assert read(payload) == Brief()


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ([], "payload"),
        ("hello", "payload"),
        ({"campaign": "x"}, "payload.campaign"),
        ({"campaign": {"productName": 3}}, "payload.campaign.productName"),
        ({"branding": {"sections": 5}}, "payload.branding.sections"),
        ({"branding": {"sections": ["hero", {}]}}, "payload.branding.sections[1]"),
        ({"benefits": {"features": [{"description": []}]}}, "payload.benefits.features[0].description"),
        ({"trust": {"testimonials": [{"quote": "a", "author": {}}]}}, "payload.trust.testimonials[0].author"),
        (
            {"branding": {"sectionData": {"pricing": {"plans": [{"amount": []}]}}}},
            "payload.branding.sectionData.pricing.plans[0].amount",
        ),
        ({"conversion": {"primaryCTA": 4}}, "payload.conversion.primaryCTA"),
        ({"assets": {"sectionAssets": []}}, "payload.assets.sectionAssets"),
    ],
)
def test_a_field_of_the_wrong_type_is_named_as_the_client_sent_it(payload: object, field: str) -> None:
    assert faults(payload) == [field]


@pytest.mark.parametrize(
    "given",
    ["Fast", {"title": "Fast"}, {"name": "Fast"}, {"heading": "Fast", "icon": None}, {"label": "Fast", "unknown": 1}],
)
def test_a_feature_may_be_words_or_called_in_several_ways(given: object) -> None:
    assert read({"benefits": {"features": [given]}}).benefits.features == [Feature(title="Fast")]


def test_one_thing_where_a_list_belongs_is_a_list_of_one() -> None:
    assert read({"benefits": {"topBenefits": "No, really"}}).benefits.top_benefits == [Feature(title="No, really")]


def test_words_in_one_string_are_parted() -> None:
    assert read({"messaging": {"seoKeywords": "bread, rye\nspelt"}}).messaging.seo_keywords == ["bread", "rye", "spelt"]


def test_section_content_may_be_a_list_or_have_a_heading() -> None:
    bare = read({"branding": {"sectionData": {"faq": [{"q": "Why?", "a": "Because."}]}}})
    headed = read({"branding": {"sectionData": {"faq": {"title": "Ask", "questions": [{"question": "Why?"}]}}}})
    assert bare.branding.section_data.faq.items == [Faq(question="Why?", answer="Because.")]
    assert headed.branding.section_data.faq.heading == "Ask"


def test_numbers_serve_as_prices_and_figures() -> None:
    data = {"pricing": [{"name": "Pro", "price": 29.0}], "stats": [{"value": 14, "label": "ports"}]}
    content = read({"branding": {"sectionData": data}}).branding.section_data
    assert content.pricing.items[0].price == "29"
    assert content.stats.items == [Stat(value="14", label="ports")]


def test_own_sections_are_known_by_their_names() -> None:
    custom = {"about": "One.\n\nTwo.", "values": [{"title": "Care"}]}
    about, values = read({"branding": {"sectionData": {"custom": custom}}}).branding.section_data.custom
    assert (about.name, about.paragraphs) == ("about", ["One.", "Two."])
    assert (values.name, values.items) == ("values", [Feature(title="Care")])


def test_form_fields_may_be_labels_alone() -> None:
    fields = read({"advanced": {"formFields": ["Name", {"name": "mail", "required": "yes"}]}}).advanced.form_fields
    assert fields == [FormField(label="Name"), FormField(name="mail", required=True)]


def test_calls_and_images_may_be_strings() -> None:
    brief = read({"conversion": {"primaryCTA": "Go"}, "assets": {"logo": "https://x.example/l.png"}})
    assert brief.conversion.primary_cta == Link(label="Go")
    assert brief.assets.logo == Asset(src="https://x.example/l.png")


def test_images_of_a_section_may_be_few_or_many() -> None:
    given = {"hero": "https://x.example/1.png", "team": {"images": [{"url": "https://x.example/2.png"}]}}
    assert read({"assets": {"sectionAssets": given}}).assets.section_assets == {
        "hero": [Asset(src="https://x.example/1.png")],
        "team": [Asset(src="https://x.example/2.png")],
    }


@pytest.mark.parametrize(
    ("sentence", "fonts"),
    [
        ("Inter", Fonts(heading="Inter", body="Inter")),
        ("Playfair Display and Lato", Fonts(heading="Playfair Display", body="Lato")),
        ("body: Lato; headings: Lora", Fonts(heading="Lora", body="Lato")),
        ("Lora (headings), Lato (body)", Fonts(heading="Lora", body="Lato")),
        ("Inter for body text", Fonts(heading="Inter", body="Inter")),
    ],
)
def test_fonts_may_be_named_in_a_sentence(sentence: str, fonts: Fonts) -> None:
    assert read({"branding": {"fonts": sentence}}).branding.fonts == fonts


def test_characters_that_no_page_shows_are_left_out() -> None:
    brief = read({"campaign": {"productName": " A\x00B\x1b\ud800\u202eC\ufeff "}, "audience": {"uvp": "👩‍👩‍👧\r\nx"}})
    assert brief.campaign.product_name == "ABC"
    assert brief.audience.uvp == "👩‍👩‍👧\nx"


def test_a_payload_nested_without_end_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    assert faults({"unknown": deep}) == ["payload"]


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_whatever_is_sent_is_a_brief_or_named_as_wrong(payload: dict[str, Any]) -> None:
    assert faults(payload) or read(msgspec.to_builtins(read(payload))) == read(payload)
    assert all(field.startswith("payload") for field in faults(payload))


@pytest.mark.parametrize("given", ["Naming\nLaunch; Care", "Naming, Launch, Care", "• Naming\n• Launch\n• Care"])
def test_features_in_one_string_are_parted(given: str) -> None:
    features = read({"benefits": {"features": given}}).benefits.features
    assert [feature.title for feature in features] == ["Naming", "Launch", "Care"]


def test_a_sentence_with_a_comma_is_one_feature() -> None:
    features = read({"benefits": {"features": "Easy on eyes, and cameras"}}).benefits.features
    assert [feature.title for feature in features] == ["Easy on eyes, and cameras"]


def test_short_lines_of_an_own_section_are_its_items_and_sentences_its_paragraphs() -> None:
    blocks = read({"branding": {"sectionData": {"custom": {"pool": ["Deep", "Warm"], "we": ["We dive.", "Often."]}}}})
    assert [len(block.items) for block in blocks.branding.section_data.custom] == [2, 0]
    assert [len(block.paragraphs) for block in blocks.branding.section_data.custom] == [0, 2]


def test_a_brief_of_too_many_parts_is_refused() -> None:
    with pytest.raises(PayloadInvalid) as refusal:
        read({"benefits": {"features": ["Fast"] * 5_000}})

    assert [error.field for error in refusal.value.errors] == ["payload"]


def test_a_text_has_a_limit_and_an_image_that_is_written_out_a_higher_one() -> None:
    image = "data:image/png;base64," + "A" * 200_001

    assert read({"assets": {"logo": image}}).assets.logo
    with pytest.raises(PayloadInvalid, match="200,000 characters"):
        read({"campaign": {"primaryOffer": "x" * 200_001}})
