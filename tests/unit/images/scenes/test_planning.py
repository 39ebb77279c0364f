import pytest

from errand.images.scenes.brief import Brief
from errand.images.scenes.colours import lab, lightness
from errand.images.scenes.motifs import MOTIFS
from errand.images.scenes.palettes import Palette
from errand.images.scenes.planning import Plan, plan
from errand.images.scenes.vocabulary import vocabulary
from errand.images.scenes.wardrobe import outfits


def planned(
    prompt: str, negative_prompt: str = "", style: str = "", seed: int | None = None, height: int = 768
) -> Plan:
    brief = Brief(prompt=prompt, negative_prompt=negative_prompt, style=style, seed=seed, width=1344, height=height)
    return plan(brief, MOTIFS)


def hues_deg(palette: Palette) -> list[float]:
    colours = (*palette.sky, *palette.accents, palette.ink, *palette.ramp(5))
    return [lab(colour).hue_deg for colour in colours if lab(colour).chroma > 0.04]


@pytest.mark.parametrize(
    ("prompt", "motif"),
    [
        ("Container ships in Rotterdam", "harbour"),
        ("How tariffs change your supply chain", "harbour"),
        ("Hiking in the Alps at dawn", "ridges"),
        ("Launch of our new podcast about music", "waves"),
        ("Surfing the ocean", "waves"),
        ("A soft gradient as a background", "mesh"),
        ("Real estate in London", "skyline"),
        ("What machine learning means for your team", "network"),
        ("Quarterly revenue and sales dashboards", "charts"),
        ("A map with a route through the terrain", "topographic"),
        ("Serverless cloud infrastructure for developers", "isometric"),
        ("Astronomy for beginners", "orbit"),
        ("Vegan recipes with herbs", "botanical"),
        ("Geometric patterns of the Bauhaus", "geometric"),
    ],
)
def test_words_choose_the_motif(prompt: str, motif: str) -> None:
    assert planned(prompt).motif == motif


def test_every_motif_has_words() -> None:
    assert set(vocabulary().subjects) == set(MOTIFS)


def test_words_that_are_not_known_let_the_hash_choose_among_all_motifs() -> None:
    assert {planned(f"xyzzy {number}").motif for number in range(150)} == set(MOTIFS)


@pytest.mark.parametrize("unwanted", ["boats", "no ships", "harbor, water", "CRANES"])
def test_a_motif_that_is_unwanted_does_not_appear(unwanted: str) -> None:
    assert {planned(f"shipping containers {n}", unwanted).motif for n in range(40)} & {"harbour"} == set()


def test_what_the_prompt_itself_negates_does_not_appear() -> None:
    assert planned("A port without ships").motif != "harbour"


def test_what_is_in_no_picture_changes_nothing_when_it_is_unwanted() -> None:
    usual = "text, watermark, logo, signature, people, hands, low quality, blurry, ugly, jpeg artefacts, deformed"

    assert planned("boats", usual) == planned("boats")


@pytest.mark.parametrize(
    ("unwanted", "name"),
    [("clouds", "clouds"), ("no moon", "moon"), ("trees", "forest"), ("sun", "sun"), ("flowers", "flowers")],
)
def test_what_is_unwanted_within_a_motif_is_left_out(unwanted: str, name: str) -> None:
    assert name in planned("anything", unwanted).omitted
    assert planned("anything", "text").omitted == frozenset()


def test_if_everything_is_unwanted_there_are_colours_still() -> None:
    everything = " ".join(name for subject in vocabulary().subjects.values() for name in subject.things)

    assert planned("anything", everything).motif == "mesh"


@pytest.mark.parametrize(
    ("colour", "hue_deg"), [("blue", 260), ("red", 27), ("green", 149), ("purple", 305), ("orange", 52), ("teal", 195)]
)
def test_a_colour_that_is_unwanted_does_not_appear(colour: str, hue_deg: float) -> None:
    for number in range(30):
        palette = planned(f"anything {number}", f"{colour}, text").palette
        assert all(abs((hue - hue_deg + 180) % 360 - 180) > 24 for hue in hues_deg(palette)), palette.name


def test_if_all_colours_are_unwanted_there_are_greys() -> None:
    palette = planned("anything", "red orange yellow olive lime green mint teal azure blue indigo violet pink").palette

    assert all(lab(colour).chroma < 0.05 for colour in palette.sky)


@pytest.mark.parametrize(("unwanted", "is_dark"), [("dark", False), ("night, gloomy", False), ("bright", True)])
def test_a_tone_that_is_unwanted_does_not_appear(unwanted: str, is_dark: bool) -> None:
    assert {planned(f"anything {n}", unwanted).palette.is_dark for n in range(30)} == {is_dark}


@pytest.mark.parametrize("mood", ["neon", "pastel", "retro", "monochrome"])
def test_a_mood_that_is_wanted_appears_and_one_that_is_unwanted_does_not(mood: str) -> None:
    palettes = {outfit.palette.name for outfit in outfits() if mood in outfit.moods}

    assert {planned(f"anything {n}, {mood}").palette.name for n in range(20)} <= palettes
    assert {planned(f"anything {n}", mood).palette.name for n in range(60)} & palettes == set()


@pytest.mark.parametrize(
    ("prompt", "hue"), [("launch with #7C3AED", 293), ("teal and orange, ships", 195), ("something in crimson", 20)]
)
def test_a_colour_that_is_named_is_the_first_accent_and_in_the_sky(prompt: str, hue: float) -> None:
    palette = planned(prompt).palette

    for colour in (palette.accents[0], palette.sky[0]):
        assert lab(colour).hue_deg == pytest.approx(hue, abs=14)


def test_a_second_colour_is_an_accent() -> None:
    assert lab(planned("teal and orange").palette.accents[1]).hue_deg == pytest.approx(52, abs=15)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("flat design", "flat"),
        ("line art", "outline"),
        ("watercolour", "grain"),
        ("Isometric", "isometric"),
        ("minimalist", "minimal"),
        ("photorealistic", "cinematic"),
        ("3D render", "rich"),
    ],
)
def test_a_style_is_followed_wherever_it_is_said(words: str, field: str) -> None:
    assert getattr(planned("boats", style=words).treatment, field)
    assert getattr(planned(f"boats, {words}").treatment, field)
    assert not getattr(planned(f"boats, {words}", negative_prompt=words).treatment, field)


def test_clutter_that_is_unwanted_makes_it_minimal() -> None:
    assert planned("boats", "clutter").treatment.minimal


def test_words_of_style_that_are_not_known_change_nothing() -> None:
    assert planned("boats", style="xyzzy") == planned("boats")


def test_a_style_keeps_motif_composition_and_colours() -> None:
    plain, flat = planned("anything at all"), planned("anything at all", style="flat")

    assert (plain.motif, plain.seed, plain.safe, plain.palette) == (flat.motif, flat.seed, flat.safe, flat.palette)


def test_another_seed_is_another_composition() -> None:
    assert len({planned("anything", seed=seed).seed for seed in range(10)}) == 10


def test_case_and_spaces_change_nothing() -> None:
    assert planned("Container  Ships ") == planned("container ships")


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("hero image of a city", (0, 0)),
        ("a city with space for text on the right", (860, 0)),
        ("a city, copy space left", (0, 0)),
        ("a city with room for a headline at the bottom", (0, 491)),
        ("a city, text in the centre", (336, 230)),
    ],
)
def test_room_for_text_is_where_it_is_asked_for(prompt: str, place: tuple[int, int]) -> None:
    safe = planned(prompt).safe

    assert (int(safe.x), int(safe.y)) == place


def test_a_dark_picture_of_a_named_colour_is_dark() -> None:
    palette = planned("dark emerald waves").palette

    assert palette.is_dark
    assert lightness(palette.sky[0]) < 0.3
