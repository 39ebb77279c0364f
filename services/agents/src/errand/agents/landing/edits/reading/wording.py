"""Wishes about how the page sounds: tones, shorter and longer texts."""

from collections.abc import Iterator

from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.lengths import expanded
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.scene import Scene, Wish, called, missing, verb
from errand.agents.landing.edits.tones import speaks
from errand.agents.landing.edits.vocabulary import opposites
from errand.agents.landing.page import AnySection


def read_wording(clause: Clause, scene: Scene) -> list[Wish]:
    if clause.says("colours"):
        return []
    tones, effects = _tones(clause), _effects(clause)
    if not tones and not effects:
        return []
    sections = scene.sections(clause)
    if not sections and (absent := missing(clause, scene)):
        return absent
    targets: list[AnySection | None] = [*sections] or [None]
    wishes = [wish for section in targets for effect in effects for wish in _length(effect, section, scene)]
    return [*wishes, *(wish for section in targets for tone in tones for wish in _tone(tone, section, scene))]


def _tones(clause: Clause) -> list[str]:
    """What is asked for; “less formal” asks for the opposite."""
    ends = {match.end for match in clause.find("less")}
    named = [(match.start in ends or match.start - 1 in ends, match.value) for match in clause.find("tones")]
    return list(dict.fromkeys(opposites()[tone] if less else tone for less, tone in named))


def _effects(clause: Clause) -> list[str]:
    if "spacing" in clause.words:
        return []
    by_verb = {"shorten": "shorter", "expand": "longer"}.get(verb(clause) or "")
    found = [by_verb] if by_verb else [match.value for match in clause.find("effects")]
    if not found and clause.first("densities") == "compact":
        found = ["shorter"]
    return found[:1]


def _length(effect: str, section: AnySection | None, scene: Scene) -> Iterator[Wish]:
    if effect == "shorter":
        yield kinds.Shorten(section=section.id if section else None)
    elif section is None:
        yield kinds.Clarification(message="Which section should be longer?", options=["Make the hero longer."])
    elif expanded(section, scene.page) == section:
        yield kinds.Clarification(
            message=f"The page says nothing more for the {called(section)} section. Send the text to add.",
            options=[f'Change the intro of the {called(section)} section to "…"'],
        )
    else:
        yield kinds.Expand(section=section.id)


def _tone(tone: str, section: AnySection | None, scene: Scene) -> Iterator[Wish]:
    if speaks(scene.page):
        yield kinds.RewriteSection(section=section.id if section else None, tone=tone)  # type: ignore[arg-type]
    else:
        yield kinds.Clarification(
            message="I can change the tone of English texts only; send the new text instead.",
            options=['Change the headline to "…"'],
        )


def _is_bare(clause: Clause) -> bool:
    """“Update the hero”, and not a word about how."""
    said = sum(
        match.end - match.start
        for name in ("politeness", "determiners", "sections", "parts")
        for match in clause.find(name)
    )
    return verb(clause) == "change" and len(clause.words) - said <= 1


def ask_how(clause: Clause, scene: Scene) -> list[Wish]:
    """“Improve the hero” does not say how."""
    if not (scene.mentions(clause) or clause.says("everything")) or not (verb(clause) == "improve" or _is_bare(clause)):
        return []
    if absent := missing(clause, scene):
        return absent
    what = next((f"the {called(section)} section" for section in scene.sections(clause)), "the page")
    tones = sorted({match for match in opposites()})
    return [
        kinds.Clarification(
            message=f"In what way should {what} change? It can be shorter, longer, or sound {', '.join(tones)}.",
            options=[f"Make {what} shorter.", f"Make {what} more friendly.", f"Make {what} more enterprise-friendly."],
        )
    ]
