"""A message to what it changes about a page, by rules and without a model."""

from itertools import islice

from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.application import EditImpossible, carry_out, valid
from errand.agents.landing.edits.kinds import AnyEdit, Clarification, Declined
from errand.agents.landing.edits.message import MAX_LENGTH, Clause, clauses
from errand.agents.landing.edits.reading.additions import already_there, read_additions
from errand.agents.landing.edits.reading.design import read_design
from errand.agents.landing.edits.reading.entries import read_entries, replaced
from errand.agents.landing.edits.reading.order import read_order
from errand.agents.landing.edits.reading.requests import ABILITIES, EXAMPLES, read_requests
from errand.agents.landing.edits.reading.scene import Scene, Wish, missing, opening, verb
from errand.agents.landing.edits.reading.texts import read_texts
from errand.agents.landing.edits.reading.wording import ask_how, read_wording
from errand.agents.landing.edits.vocabulary import lexicon
from errand.agents.landing.page import Page

_READERS = (read_requests, read_entries, read_texts, read_order, read_additions)
_MOST_CLAUSES = 40
_MOST_OPTIONS = 8


def interpret(message: str, page: Page) -> list[AnyEdit] | Clarification:
    """What the message asks for, in its order. Parts of it that cannot be done are `Declined` among the edits; where
    nothing can, a clarification says why and what would work. Edits refer to the page as those before have left it.
    """
    if len(message) > MAX_LENGTH:
        return Clarification(message=f"Messages of up to {MAX_LENGTH:,} characters can be read.")
    wishes: list[Wish] = []
    scene = Scene(page)
    read = [*islice(clauses(message), _MOST_CLAUSES)]
    for clause in read:
        page = scene.page
        for wish in _read(clause, scene):
            if wish not in wishes:
                done, page = _tried(wish, page)
                wishes.append(done)
        scene = _after(scene, clause, page)
    return _answer(wishes, read)


def _read(clause: Clause, scene: Scene) -> list[Wish]:
    clause = _without_exceptions(clause)
    if not clause.words:
        return []
    for reader in _READERS:
        if wishes := reader(clause, scene):
            return wishes
    wishes = [*read_design(clause, scene), *read_wording(clause, scene)]
    return wishes or replaced(clause, scene) or _unread(clause, scene)


def _without_exceptions(clause: Clause) -> Clause:
    """Up to where the clause says what should not be done."""
    start = opening(clause)
    end = next((match.start for match in clause.find("negations") if match.start >= start), None)
    return clause if end is None else clause._replace(words=clause.words[:end], original=clause.original[:end])


def _unread(clause: Clause, scene: Scene) -> list[Wish]:
    """A word about what was wished for and not understood; thanks and explanations need no answer."""
    if known := [*missing(clause, scene)] or ask_how(clause, scene):
        return known
    if there := already_there(clause, scene):
        return there
    if verb(clause) is None:
        return []
    return [
        Clarification(message=f"I could not make out what “{clause.text()[:120]}” should change.", options=EXAMPLES)
    ]


def _tried(wish: Wish, page: Page) -> tuple[Wish, Page]:
    """The wish and what it makes of the page; a word about it where it cannot be done."""
    if isinstance(wish, Clarification | kinds.Restore | kinds.Redesign):
        return wish, page
    try:
        return wish, valid(carry_out(wish, page))
    except EditImpossible as error:
        return Clarification(message=str(error)), page


def _after(scene: Scene, clause: Clause, page: Page) -> Scene:
    """What the next clause is read against: the page as it will be, and the sections that were spoken of."""
    there = {section.id: section for section in page.sections}
    apart = {mention.section.id for mention in scene.mentions(clause) if mention.section and mention.preposition}
    about = [section for section in scene.sections(clause) if section.id not in apart] or scene.sections(clause)
    named = [there[section.id] for section in about if section.id in there]
    added = [there[id_] for id_ in there if id_ not in {section.id for section in scene.page.sections}]
    return Scene(page, tuple(added or named) or scene.before)


def _thanks(read: list[Clause]) -> bool:
    """Whether the message begins with thanks."""
    return any(
        lexicon("thanks").at(clause.words, place)
        for clause in read[:1]
        if (place := opening(clause)) < len(clause.words)
    )


def _answer(wishes: list[Wish], read: list[Clause]) -> list[AnyEdit] | Clarification:
    refused = [wish for wish in wishes if isinstance(wish, Clarification)]
    if len(refused) < len(wishes):
        return [Declined(reason=wish.message) if isinstance(wish, Clarification) else wish for wish in wishes]
    if not refused and _thanks(read):
        return Clarification(message="You are welcome. Tell me whenever something else should change.")
    if not refused:
        return Clarification(
            message=f"I could not find anything to change in this message. {ABILITIES}", options=EXAMPLES
        )
    options = list(dict.fromkeys(option for each in refused for option in each.options))
    return Clarification(
        message=" ".join(dict.fromkeys(each.message for each in refused)), options=options[:_MOST_OPTIONS]
    )
