import pytest

from errand.agents.landing.addresses import link, picture
from errand.agents.landing.copywriting.texts import shorten
from errand.agents.landing.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Fresh bread for the people of Berlin", "en"),
        ("Frisches Brot für die Leute von nebenan", "de"),
        ("Du pain frais pour les gens de la ville", "fr"),
        ("Pan fresco para la gente de la ciudad", "es"),
        ("Il pane fresco per la gente della città", "it"),
        ("Pão fresco para as pessoas da cidade", "pt"),
        ("Vers brood voor de mensen van de stad", "nl"),
        ("خبز طازج كل صباح", "ar"),
        ("نان تازه هر صبح برای پدر", "fa"),
        ("לחם טרי כל בוקר", "he"),
        ("Свежий хлеб каждое утро", "ru"),
        ("Свіжий хліб щоранку", "uk"),
        ("毎朝焼きたてのパン", "ja"),
        ("每天早晨的新鲜面包", "zh"),
        ("매일 아침 갓 구운 빵", "ko"),
        ("Φρέσκο ψωμί κάθε πρωί", "el"),
        ("ขนมปังสดทุกเช้า", "th"),
        ("Café de Paris", "en"),
        ("", "en"),
        ("🦄🦄", "en"),
    ],
)
def test_a_language_is_known_by_its_script_or_its_commonest_words(text: str, code: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("a.example/privacy", "https://a.example/privacy"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("hello@a.example", "mailto:hello@a.example"),
        ("tel:+4940", "tel:+4940"),
        ("#faq", "#faq"),
        ("/terms", "/terms"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("data:text/html,x", None),
        ('https://a.example/" onload=x', None),
        ("vbscript:x.example", None),
        ("not an address", None),
        ("", None),
    ],
)
def test_only_addresses_that_lead_somewhere_are_links(given: str, address: str | None) -> None:
    assert link(given) == address


@pytest.mark.parametrize("src", ["data:image/png;base64,AAAA", "https://a.example/x.png"])
def test_images_may_be_addresses_or_data(src: str) -> None:
    assert picture(src) == src


@pytest.mark.parametrize(
    "src", ["data:text/html,x", "#x", "mailto:a@b.example", "data:image/png;base64," + "A" * 200_000]
)
def test_what_is_no_image_is_not_shown_as_one(src: str) -> None:
    assert picture(src) is None


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("One. Two.", 20, "One. Two."),
        ("The first sentence. The second one is long.", 30, "The first sentence."),
        ("One word after another", 14, "One word…"),
        ("x" * 30, 10, "x" * 9 + "…"),
    ],
)
def test_text_is_cut_after_a_sentence_else_after_a_word(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short
