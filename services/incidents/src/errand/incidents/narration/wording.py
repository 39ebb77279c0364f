"""What a model may write, and nothing else: the summary, the possible causes, and drafts of messages."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from errand.incidents.analysis.report import (
    MOST_WITHOUT_EVIDENCE,
    Communications,
    Hypothesis,
    Message,
    Narrative,
)
from errand.incidents.narration.checks import Prose, has_more_sentences, names_host

# Characters.
_SUMMARY, _CAUSE, _NEXT_CHECK = 600, 200, 300
_SUBJECT, _INTERNAL, _CUSTOMER = 150, 4000, 1500
_MOST_SENTENCES = 3
_MOST_CAUSES = 5
_MOST_CONFIDENT = 0.9

_NO_ID = re.compile(r"\W")

Part = Literal["summary", "hypotheses", "internal message", "customer message"]


class Cause(Struct, frozen=True, kw_only=True):
    """A possible cause, with the ids of facts that speak for it and against it."""

    cause: str
    evidence_for: list[str]
    evidence_against: list[str]
    confidence: Annotated[float, Meta(ge=0, le=1)]
    next_check: str


class Draft(Struct, frozen=True, kw_only=True):
    subject: str
    body: str


class Drafts(Struct, frozen=True, kw_only=True):
    internal: Draft
    customer: Draft


class Words(Struct, frozen=True, kw_only=True):
    """Lengths are checked, not declared: an answer that is too long in one part can be used in the others."""

    summary: str
    hypotheses: list[Cause]
    communications: Drafts


class Usable(NamedTuple):
    """A narrative of the model's parts and the rules', and why the rules' are not the model's."""

    narrative: Narrative
    faults: dict[Part, str]


class Wording:
    """Judges and reads answers for one incident: `facts` are its ids, `given` is what the rules wrote."""

    def __init__(self, given: Narrative, facts: frozenset[str], prose: Prose) -> None:
        self._given = given
        self._facts = facts
        self._prose = prose

    def complaints(self, words: Words) -> Iterator[str]:
        """Everything, for the model to mend."""
        drafts = words.communications
        yield from (f"`summary`: {fault}" for fault in self._of_summary(words.summary))
        yield from (f"`hypotheses`: {fault}" for fault in self._of_causes(words.hypotheses))
        yield from (f"`communications.internal`: {fault}" for fault in self._of_internal(drafts.internal))
        yield from (f"`communications.customer`: {fault}" for fault in self._of_customer(drafts.customer))

    def read(self, words: Words) -> Narrative:
        """Of words that nothing is to be said against."""
        return self._narrative(words, words.hypotheses, {})

    def usable(self, words: Words) -> Usable | None:
        """The parts without fault, the others as given. None where there are no such parts, or where one shows that
        the model obeys somebody else."""
        if any(fault for text in _texts(words) for fault in self._prose.betrayals(text)):
            return None
        sound = [cause for cause in words.hypotheses if not list(self._of_cause(cause))][:_MOST_CAUSES]
        drafts = words.communications
        faults: dict[Part, Iterator[str]] = {
            "summary": self._of_summary(words.summary),
            "hypotheses": iter(()) if sound else self._of_causes(words.hypotheses),
            "internal message": self._of_internal(drafts.internal),
            "customer message": self._of_customer(drafts.customer),
        }
        first = {part: fault for part, found in faults.items() if (fault := next(found, None))}
        return Usable(self._narrative(words, sound, first), first) if len(first) < len(faults) else None

    def _narrative(self, words: Words, sound: list[Cause], faults: Mapping[Part, str]) -> Narrative:
        given, drafts = self._given.communications, words.communications
        return Narrative(
            summary=self._given.summary if "summary" in faults else words.summary.strip(),
            hypotheses=_hypotheses(sound) if sound else self._given.hypotheses,
            communications=Communications(
                internal=given.internal if "internal message" in faults else _message(drafts.internal),
                customer=given.customer if "customer message" in faults else _message(drafts.customer),
            ),
        )

    def _of_summary(self, summary: str) -> Iterator[str]:
        if has_more_sentences(summary, _MOST_SENTENCES):
            yield f"It has more than {_MOST_SENTENCES} sentences."
        yield from self._prose.faults(summary, _SUMMARY)

    def _of_causes(self, causes: list[Cause]) -> Iterator[str]:
        if self._given.hypotheses and not causes:
            yield "There is none."
        if len(causes) > _MOST_CAUSES:
            yield f"There are {len(causes)}; {_MOST_CAUSES} are allowed."
        for number, cause in enumerate(causes, 1):
            yield from (f"In number {number}: {fault}" for fault in self._of_cause(cause))

    def _of_cause(self, cause: Cause) -> Iterator[str]:
        for_, against = set(cause.evidence_for), set(cause.evidence_against)
        if unknown := sorted((for_ | against) - self._facts):
            yield f"There are no facts {', '.join(_NO_ID.sub('', name)[:20] for name in unknown[:_MOST_CAUSES])}."
        if both := sorted(for_ & against & self._facts):
            yield f"{', '.join(both)} cannot speak both for and against it."
        if cause.confidence > _MOST_CONFIDENT:
            yield f"`confidence` is at most {_MOST_CONFIDENT}."
        elif not for_ and cause.confidence > MOST_WITHOUT_EVIDENCE:
            yield f"`confidence` is at most {MOST_WITHOUT_EVIDENCE} where no fact speaks for it."
        yield from (f"`cause`: {fault}" for fault in self._prose.faults(cause.cause, _CAUSE))
        yield from (f"`next_check`: {fault}" for fault in self._prose.faults(cause.next_check, _NEXT_CHECK))

    def _of_internal(self, draft: Draft) -> Iterator[str]:
        yield from self._of_draft(draft, _INTERNAL)

    def _of_customer(self, draft: Draft) -> Iterator[str]:
        yield from self._of_draft(draft, _CUSTOMER)
        if names_host(f"{draft.subject}\n{draft.body}"):
            yield "It names an address on the network."

    def _of_draft(self, draft: Draft, most: int) -> Iterator[str]:
        if "\n" in draft.subject:
            yield "`subject` has one line."
        yield from (f"`subject`: {fault}" for fault in self._prose.faults(draft.subject, _SUBJECT))
        yield from (f"`body`: {fault}" for fault in self._prose.faults(draft.body, most))


def _hypotheses(causes: list[Cause]) -> tuple[Hypothesis, ...]:
    """The likeliest first, as the rules have them."""
    ordered = sorted(causes, key=lambda cause: -cause.confidence)
    return tuple(_hypothesis(f"H{number}", cause) for number, cause in enumerate(ordered, 1))


def _hypothesis(id: str, cause: Cause) -> Hypothesis:
    return Hypothesis(
        id=id,
        cause=cause.cause.strip(),
        confidence=round(cause.confidence, 2),
        status="supported" if cause.evidence_for else "refuted" if cause.evidence_against else "proposed",
        evidence_for=tuple(dict.fromkeys(cause.evidence_for)),
        evidence_against=tuple(dict.fromkeys(cause.evidence_against)),
        next_check=cause.next_check.strip(),
    )


def _message(draft: Draft) -> Message:
    return Message(subject=draft.subject.strip(), body=draft.body.strip())


def _texts(words: Words) -> Iterator[str]:
    drafts = words.communications
    yield words.summary
    for cause in words.hypotheses:
        yield from (cause.cause, cause.next_check)
    for draft in (drafts.internal, drafts.customer):
        yield from (draft.subject, draft.body)
