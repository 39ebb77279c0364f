"""Wishes about versions, and messages that wish for nothing."""

from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.scene import Scene, Wish, opening
from errand.agents.landing.edits.vocabulary import lexicon

ABILITIES = (
    "I can change how a section sounds, make it shorter or longer, move, add or remove sections and their entries, "
    "set texts, buttons, images, colours, fonts, spacing, layouts and the theme, and restore earlier versions."
)
EXAMPLES = [
    "Make the hero shorter.",
    "Use more enterprise-friendly language in the testimonials.",
    'Change the headline to "…"',
    "Move pricing above the FAQ.",
    "Switch to the dark theme.",
    'Add a testimonial: "What they said" — Name, Role',
    "Undo.",
]


def read_requests(clause: Clause, scene: Scene) -> list[Wish]:
    request = clause.first("requests")
    named = any(mention.section for mention in scene.mentions(clause))
    if request == "undo" and not named and not clause.quotes:
        return [kinds.Restore(version=_version(clause))]
    if request == "redesign" and not named:
        return [kinds.Redesign()]
    if _asks(clause) or (request == "help" and not named):
        return [kinds.Clarification(message=ABILITIES, options=EXAMPLES)]
    return []


def _version(clause: Clause) -> int | None:
    numbers = (word.removeprefix("v") for word in clause.words)
    return next((int(number) for number in numbers if number.isdecimal() and len(number) < 6), None)


def _asks(clause: Clause) -> bool:
    place = opening(clause)
    return clause.asks and place < len(clause.words) and lexicon("questions").at(clause.words, place) is not None
