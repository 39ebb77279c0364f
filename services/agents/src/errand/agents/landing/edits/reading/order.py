"""Wishes about what is on the page, and where: moving, swapping, removing."""

from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.scene import Scene, Wish, absent, called, verb
from errand.agents.landing.edits.references import Mention, entries, name_of, position, section_of
from errand.agents.landing.page import AnySection, Footer, Hero, Nav

_BEFORE_AFTER = ("before", "after")


def read_order(clause: Clause, scene: Scene) -> list[Wish]:
    wanted = verb(clause)
    if wanted == "remove":
        return _removed(clause, scene)
    if wanted == "swap" or _switches(clause, scene):
        return _swapped(clause, scene)
    if wanted == "move" or _says_where(clause, scene):
        return _moved(clause, scene)
    return []


def _switches(clause: Clause, scene: Scene) -> bool:
    """“Switch the hero and the features”, and not “to the dark theme”."""
    types = {mention.type for mention in scene.mentions(clause)}
    return "switch" in clause.words and "to" not in clause.words and len(types) == 2


def _says_where(clause: Clause, scene: Scene) -> bool:
    """“Pricing should come before the FAQ”, “make the stats the first section”."""
    words = set(clause.words)
    if verb(clause) == "change" and not any(clause.says(name) for name in ("effects", "tones", "layouts", "themes")):
        words |= {"be"}
    return (
        bool(words & {"come", "comes", "go", "goes", "appear", "be", "stand"})
        and bool(clause.find("places"))
        and not (clause.quotes)
        and bool(scene.mentions(clause))
    )


def _moved(clause: Clause, scene: Scene) -> list[Wish]:
    named = [mention for mention in scene.mentions(clause) if not mention.entry]
    gone = [absent(mention.type) for mention in named if mention.section is None]
    if gone:
        return [*gone]
    places = clause.find("places")
    relative = [match for match in places if match.value in _BEFORE_AFTER]
    if relative and named:
        targets = [mention for mention in named if mention.start >= relative[-1].end]
        movers = [mention.section for mention in named if mention.start < relative[-1].start] or list(scene.before)
        if targets and targets[0].section and movers:
            return _placed(movers, relative[-1].value, targets[0].section)
    absolute = next((match.value for match in places if match.value not in _BEFORE_AFTER), None)
    movers = [mention.section for mention in named] or list(scene.before)
    if movers and absolute:
        return _placed(movers, absolute, None)
    if not movers or (not places and not named):
        return []
    what = called(movers[0]) if movers[0] else ""
    return [
        kinds.Clarification(
            message=f"Where should the {what} section go?",
            options=[f"Move {what} up.", f"Move {what} to the top.", f"Move {what} to the end."],
        )
    ]


def _placed(movers: list[AnySection | None] | list[AnySection], place: str, target: AnySection | None) -> list[Wish]:
    wishes: list[Wish] = []
    for section in movers:
        if section is None or section is target:
            continue
        if isinstance(section, Nav | Footer):
            return [kinds.Clarification(message="The navigation stays at the top and the footer at the end.")]
        wishes.append(kinds.Move(section=section.id, place=place, target=target.id if target else None))  # type: ignore[arg-type]
    return wishes


def _swapped(clause: Clause, scene: Scene) -> list[Wish]:
    named = list(dict.fromkeys((m.section.id if m.section else None, m.type) for m in scene.mentions(clause)))
    if len(named) != 2:
        return []
    if gone := [absent(type_) for id_, type_ in named if id_ is None]:
        return [*gone]
    order = [section.id for section in scene.page.sections]
    first, second = sorted((id_ for id_, _ in named if id_), key=order.index)
    if any(isinstance(scene.page.sections[order.index(id_)], Nav | Footer) for id_ in (first, second)):
        return [kinds.Clarification(message="The navigation stays at the top and the footer at the end.")]
    after_first = order[order.index(first) + 1]
    back = kinds.Move(section=second, place="before", target=first)
    return (
        [back]
        if after_first == second
        else [back, kinds.Move(section=first, place="after", target=order[order.index(second) - 1])]
    )


def _removed(clause: Clause, scene: Scene) -> list[Wish]:
    if clause.says("images") or clause.says("logos"):
        return _without_image(clause, scene)
    if fields := [match.value for match in clause.find("fields") if match.value in ("intro", "eyebrow")]:
        sections = scene.sections(clause) or [section for section in (section_of(scene.page, "hero"),) if section]
        return [kinds.SetText(section=section.id, field=fields[0], text="") for section in sections[:1]]
    if any(match.value == "secondary" for match in clause.find("actions")):
        hero = next(iter(scene.sections(clause)), None) or section_of(scene.page, "hero")
        return [kinds.SetAction(section=hero.id, which="secondary")] if hero else [absent("hero")]
    for mention in scene.mentions(clause) if clause.quotes else ():
        if mention.section and (place := position(clause, mention.section)) is not None:
            return [kinds.RemoveItem(section=mention.section.id, item=place)]
    wishes = [wish for mention in _apart(scene.mentions(clause)) for wish in _without(mention, clause)]
    if not wishes and scene.before and clause.says("pronouns"):
        return [kinds.RemoveSection(section=section.id) for section in scene.before]
    return wishes


def _apart(mentions: list[Mention]) -> list[Mention]:
    """Without the whole that an entry is taken from: “the second question from the FAQ”."""
    types = {mention.type for mention in mentions if mention.entry}
    return [
        mention
        for mention in mentions
        if mention.entry or (mention.type not in types and mention.preposition not in ("from", "in"))
    ]


def _without(mention: Mention, clause: Clause) -> list[Wish]:
    section = mention.section
    if section is None:
        return [
            kinds.Clarification(message=f"There is no {mention.type} section on this page, so nothing was removed.")
        ]
    if isinstance(section, Hero):
        return [kinds.Clarification(message="The hero holds the page's headline and has to stay. Its text can change.")]
    if not mention.entry or clause.says("all"):
        return [kinds.RemoveSection(section=section.id)]
    place = position(clause, section)
    if place is None and len(entries(section)) > 1:
        names = [name_of(entry, section) for entry in entries(section)][:8]
        noun = clause.text(mention.start, mention.end)
        return [
            kinds.Clarification(
                message=f"Which {noun} should go?", options=[f"Remove the {noun} “{name}”." for name in names if name]
            )
        ]
    if len(entries(section)) <= 1:
        return [kinds.RemoveSection(section=section.id)]
    return [kinds.RemoveItem(section=section.id, item=place or 0)]


def _without_image(clause: Clause, scene: Scene) -> list[Wish]:
    type_ = "nav" if clause.says("logos") else "hero"
    section = section_of(scene.page, type_)
    return [kinds.SetImage(section=section.id, src=None)] if section else [absent(type_)]
