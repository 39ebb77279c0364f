import pytest

from errand.agents.authoring.facts import Facts

BRIEF = {
    "campaign": {"productName": "AuroraAI", "primaryOffer": "Join 1,200 teams and save 98 % of your time for $29"},
    "audience": "Operations leaders at post-Series A SaaS startups in Lisbon",
    "trust": {"quote": "“It just works for us.”", "link": "mail hello@aurora.example, see www.aurora.example/docs"},
    "palette": "#777777",
    "image": "data:image/png;base64,555Microsoft",
}
FACTS = Facts(BRIEF)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Save 98% of your time.",
        "Join 1200 teams.\nPay $29.",
        "Trust AuroraAI's workflows, in Lisbon. They work for SaaS teams – Startups, too.",
        "It is what I want, and I'm sure: Operations made simple.",
        "AURORAAI for OPERATIONS",
        "“It just works for us.”",
        "Write to hello@aurora.example or see www.aurora.example/docs",
        "يوفر لك الوقت",
        "作業時間を減らします",
    ],
)
def test_what_the_sources_say_may_be_said(text: str) -> None:
    assert list(FACTS.unfounded(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Save 99% of your time.", "99%"),
        ("Save 98 hours.", "98"),
        ("Join 12,000 teams.", "12000"),
        ("Only €29.", "€29"),
        ("Open 24/7.", "24"),
        ("Colour 777777 and 555.", "555"),
        ("Thousands of teams.", "Thousands"),
        ("Twice? No, triple the speed.", "triple"),
        ("As used by Microsoft.", "Microsoft"),
        ("Works with Slack and iCloud", "iCloud"),
        ("The Golden Gate award", "Golden"),
        ("Our customers say “We love every minute”.", "We love every minute"),
        ('"A miracle of our time"', "A miracle of our time"),
        ("See https://evil.example", "https://evil.example"),
        ("Mail ceo@aurora.example", "ceo@aurora.example"),
    ],
)
def test_what_they_do_not_say_is_found(text: str, found: str) -> None:
    complaints = " ".join(FACTS.unfounded(text))

    assert found in complaints


def test_german_nouns_are_no_names() -> None:
    assert not list(Facts("Brot", language="de").unfounded("Frisches Brot und die besten Brötchen der Stadt"))
