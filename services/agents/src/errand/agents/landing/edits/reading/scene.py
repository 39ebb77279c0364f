"""What a clause is read against."""

from typing import NamedTuple

from errand.agents.landing.edits.kinds import AnyEdit, Clarification
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.references import Mention, kind, mentions
from errand.agents.landing.edits.vocabulary import lexicon
from errand.agents.landing.page import AnySection, Page

Wish = AnyEdit | Clarification

# What to send so that a section of this type can be filled.
HOW_TO_ADD = {
    "testimonials": 'Add a testimonial: "What they said" — Name, Role',
    "faq": 'Add a question: "Can I cancel?" "Yes, at any time."',
    "features": 'Add a feature: "Title" "What it does"',
    "benefits": 'Add a benefit: "Title" "What it changes"',
    "stats": 'Add a stat: "98%" "uptime"',
    "pricing": 'Add a plan: "Pro" "$29 per month"',
    "team": 'Add a team member: "Jane Doe" "CTO"',
    "custom": 'Add a paragraph: "…"',
}


class Scene(NamedTuple):
    """`before` are the sections that the clause before spoke of."""

    page: Page
    before: tuple[AnySection, ...] = ()

    def mentions(self, clause: Clause) -> list[Mention]:
        return mentions(clause, self.page)

    def sections(self, clause: Clause) -> list[AnySection]:
        """Those that the clause names, or that its pronoun stands for."""
        named = [mention.section for mention in self.mentions(clause) if mention.section]
        if not named and clause.says("pronouns") and not clause.says("everything"):
            return list(self.before)
        return list({section.id: section for section in named}.values())


def absent(type_: str) -> Clarification:
    """The page has no section of this type."""
    how = HOW_TO_ADD.get(type_)
    fillable = {"cta": "Add a call to action.", "contact": "Add a contact form.", "footer": "Add a footer."}
    send = f" To have one, send its content, for instance: {how}" if how else ""
    option = how or fillable.get(type_)
    return Clarification(
        message=f"There is no {name_of(type_)} section on this page.{send}", options=[option] if option else []
    )


def missing(clause: Clause, scene: Scene) -> list[Wish]:
    """A word about each section that the clause names and that the page does not have."""
    types = dict.fromkeys(mention.type for mention in scene.mentions(clause) if mention.section is None)
    return [absent(type_) for type_ in types]


def name_of(type_: str) -> str:
    return {"cta": "call-to-action", "faq": "FAQ", "nav": "navigation", "stats": "numbers"}.get(type_, type_)


def called(section: AnySection) -> str:
    """How a sentence speaks of it."""
    return section.id.replace("-", " ") if kind(section) == "custom" else name_of(kind(section))


def verb(clause: Clause) -> str | None:
    """What the clause wants done: its first verb, after what politeness puts before it."""
    place = opening(clause)
    match = lexicon("verbs").at(clause.words, place) if place < len(clause.words) else None
    return match.value if match else None


def opening(clause: Clause) -> int:
    """Where the clause begins, after what politeness puts before it."""
    polite, place = lexicon("politeness"), 0
    while place < len(clause.words):
        match = polite.at(clause.words, place)
        if match is None and clause.words[place] not in (",", "—", "–", "*", "•"):
            return place
        place = match.end if match else place + 1
    return place
