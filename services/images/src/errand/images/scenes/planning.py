"""From words to what is drawn, and how."""

from collections.abc import Collection

from msgspec import Struct

from errand.images.scenes.brief import Brief
from errand.images.scenes.chance import Chance
from errand.images.scenes.colouring import Taste, palette_for
from errand.images.scenes.geometry import Box
from errand.images.scenes.palettes import Palette, vivid
from errand.images.scenes.placement import safe_area
from errand.images.scenes.treatments import Treatment
from errand.images.scenes.vocabulary import Vocabulary, named, vocabulary
from errand.images.scenes.words import Words, normalised, request


class Plan(Struct, frozen=True, kw_only=True):
    """`hints` and `omitted` name things that the motif may show (hints.toml)."""

    motif: str
    palette: Palette
    treatment: Treatment
    safe: Box
    is_titled: bool
    hints: frozenset[str]
    omitted: frozenset[str]
    seed: int


def plan(brief: Brief, motifs: Collection[str]) -> Plan:
    """What the words name decides; where they are silent, a hash of the prompt and the seed does.

    The same prompt in another style, or at another size, keeps its motif and its palette where the words allow.
    """
    asked = request(brief.prompt, brief.style, brief.negative_prompt)
    wanted, unwanted = Words(asked.wanted), Words(asked.unwanted)
    words, chance = vocabulary(), Chance(f"{normalised(brief.prompt)}|{brief.seed}")
    treatment, hues = _treatment(words, wanted, unwanted)
    palette = palette_for(Taste(words, wanted, unwanted), chance, hues=hues)
    safe, is_titled = safe_area(asked.wanted, chance, brief.width, brief.height)
    return Plan(
        motif=_motif(words, wanted, unwanted, treatment, chance, motifs),
        palette=vivid(palette) if treatment.rich else palette,
        treatment=treatment,
        safe=safe,
        is_titled=is_titled,
        hints=frozenset(named(words.hints, wanted)),
        omitted=frozenset(named(words.hints, unwanted)),
        seed=chance.number("canvas"),
    )


def _motif(
    words: Vocabulary, wanted: Words, unwanted: Words, treatment: Treatment, chance: Chance, motifs: Collection[str]
) -> str:
    ruled_out = {name for name in motifs if words.subjects[name].is_seen_in(unwanted)}
    allowed = [name for name in motifs if name not in ruled_out] or ["mesh"]
    scores = {name: words.subjects[name].score(wanted) for name in allowed}
    if treatment.isometric and "isometric" in scores:
        scores["isometric"] += 6
    best = max(scores.values())
    return chance.pick("motif", [name for name, score in scores.items() if score == best])


def _treatment(words: Vocabulary, wanted: Words, unwanted: Words) -> tuple[Treatment, int | None]:
    """And how many hues there may be."""
    refused = named(words.treatments, unwanted)
    asked = [name for name in named(words.treatments, wanted) if name not in refused]
    asked += [name for name in named(words.without, unwanted) if name not in refused]
    fields = {name: True for name in asked if name in Treatment.__struct_fields__}
    return Treatment(**fields), 1 if "monochrome" in asked else 2 if "duotone" in asked else None
