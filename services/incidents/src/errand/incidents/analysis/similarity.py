"""Which incidents that are over resemble this one: by BM25 over what they say, and by what both name."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import fsum, sqrt
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from errand.incidents.analysis.bm25 import Corpus, corpus, rarity
from errand.incidents.analysis.extraction import extract
from errand.incidents.analysis.intake import normalise
from errand.incidents.analysis.knowledge import Case, cases, signals
from errand.incidents.analysis.report import (
    Entities,
    Extraction,
    Fact,
    IncidentType,
    Intake,
    Mention,
    Severity,
    SimilarIncident,
)
from errand.incidents.analysis.retrieval import asserted_terms, spelled
from errand.incidents.analysis.words import count_terms

_BEST = 5
_MIN_WORDS = 2
_MOST_TERMS = 400  # of one incident: what a text of 20,000 characters says last decides nothing
_STATEMENT_COUNT = 3  # a statement tells more of an incident than a word: it counts as if it were said so often
_ALIKE = 10.0  # the score of two incidents with the same words
_RELEVANT = 2.2
_RELEVANT_SHARE = 0.4  # of the best score
_OTHER_TYPE_SHARE = 0.6
_UNHELPFUL_SHARE = 0.5
# The list of entities, its kind, and the worth of a name, to be multiplied by its rarity. A container is this one and
# no other, and few share it; a message type or an error is only of a kind.
_NAMES = (
    ("containers", "container", 0.5),
    ("bookings", "booking", 0.5),
    ("tickets", "ticket", 0.5),
    ("vessels", "vessel", 0.3),
    ("imo_numbers", "imo", 0.3),
    ("equipment", "equipment", 0.3),
    ("voyages", "voyage", 0.15),
    ("error_codes", "error", 0.1),
    ("edi_messages", "message", 0.05),
    ("dangerous_goods", "goods", 0.05),
)
_NUMBER = re.compile(r"[ #-]{0,3}0{0,2}([0-9]{1,3})$")  # of a machine
_WORTH = {kind: worth for _, kind, worth in _NAMES}


class Past(Struct, frozen=True, kw_only=True):
    """An incident that is over, as it is searched: its terms counted, and its entities as `kind:value`. `helpful` is
    what its reader said of the analysis."""

    id: str
    run_id: UUID | None
    title: str
    incident_type: IncidentType
    severity: Severity
    terms: dict[str, int]
    entities: tuple[str, ...]
    cause: str | None
    resolution: str | None
    outcome: str | None
    helpful: bool | None = None


class _Asked(NamedTuple):
    """What an incident says, each term with its words, and what it names."""

    incident_type: IncidentType
    words: Mapping[str, str]
    statements: Mapping[str, str]
    names: frozenset[str]


class _Archive(NamedTuple):
    """The past as documents, what a name of the asked one is worth, and the weight of all that is asked."""

    past: Sequence[Past]
    documents: Corpus
    worth: Mapping[str, float]
    weight: float


def find_similar(
    intake: Intake, extraction: Extraction, incident_type: IncidentType, past: Sequence[Past]
) -> tuple[SimilarIncident, ...]:
    """The most similar incidents, the best first; none where they share no more than some words or a kind of thing.
    What few of them name weighs most."""
    asked = _Asked(
        incident_type=incident_type,
        words=asserted_terms(intake, extraction),
        statements=_statements(extraction.facts),
        names=frozenset(entity_names(extraction.entities)),
    )
    archive = _archive(past, asked)
    matches = [_match(archive, number, asked) for number in range(len(past))]
    ranking = sorted(filter(None, matches), key=lambda match: (-match.score, match.id))[:_BEST]
    return tuple(match for match in ranking if match.score >= _RELEVANT_SHARE * ranking[0].score)


def term_counts(text: str, facts: Iterable[Fact] = ()) -> dict[str, int]:
    """What a search compares of a text: its terms, counted, and what its facts state. Those that come first, where
    there are many."""
    counts = dict.fromkeys(_statements(facts), _STATEMENT_COUNT)
    return dict([*counts.items(), *count_terms(text).items()][:_MOST_TERMS])


def entity_names(entities: Entities) -> Iterator[str]:
    """What identifies an incident's subjects, each once as `kind:value`, what identifies best first. Ways to write a
    name do not part it: "RTG-07" is "RTG 7"."""
    names = (f"{kind}:{_written(kind, value)}" for kind, value in _mentioned(entities))
    yield from dict.fromkeys(names)


def _mentioned(entities: Entities) -> Iterator[tuple[str, str]]:
    for field, kind, _ in _NAMES:
        mentions: tuple[Mention, ...] = getattr(entities, field)
        yield from ((kind, mention.value.upper()) for mention in mentions)


def _written(kind: str, value: str) -> str:
    if kind == "equipment":
        return _NUMBER.sub(r" \1", value)
    return value.replace(" ", "").replace("-", "") if kind in ("booking", "ticket") else value


@cache
def past_cases() -> tuple[Past, ...]:
    """The cases of the knowledge."""
    return tuple(_past(case) for case in cases())


def _past(case: Case) -> Past:
    extraction = extract(normalise(case.text))
    return Past(
        id=case.id,
        run_id=None,
        title=case.title,
        incident_type=case.type,
        severity=case.severity,
        terms=term_counts(f"{case.title}. {case.text}", extraction.facts),
        entities=tuple(entity_names(extraction.entities)),
        cause=case.cause,
        resolution=case.resolution,
        outcome=case.outcome,
    )


def _statements(facts: Iterable[Fact]) -> dict[str, str]:
    """What a text states, as terms that no word can be, each with its quote. Mere topics state nothing."""
    stated = [fact for fact in facts if fact.polarity != "negated" and signals()[fact.signal].impact]
    return {f"@{fact.signal}": fact.quote for fact in reversed(stated)}


def _archive(past: Sequence[Past], asked: _Asked) -> _Archive:
    documents = corpus([incident.terms for incident in past])
    # A term that no document has is the rarest.
    weights = rarity({term: 0 for term in (*asked.words, *asked.statements)}, len(past)) | documents.rarity
    weight = fsum(weights[term] for term in (*asked.words, *asked.statements))
    shared = Counter(name for incident in past for name in incident.entities if name in asked.names)
    worth = {name: rare * _WORTH.get(name.partition(":")[0], 0.0) for name, rare in rarity(shared, len(past)).items()}
    return _Archive(past, documents, worth, weight)


def _match(archive: _Archive, number: int, asked: _Asked) -> SimilarIncident | None:
    incident, rarities = archive.past[number], archive.documents.rarity
    words = asked.words.keys() & incident.terms.keys()
    names = [name for name in incident.entities if name in asked.names]
    if len(words) < _MIN_WORDS and not names:
        return None
    statements = asked.statements.keys() & incident.terms.keys()
    score = fsum(archive.worth[name] for name in names)
    if len(words) >= _MIN_WORDS:
        weight = fsum(map(rarities.__getitem__, incident.terms))
        alike = archive.documents.score(number, words | statements) / sqrt(archive.weight * weight)
        score += _ALIKE * alike * (1.0 if incident.incident_type == asked.incident_type else _OTHER_TYPE_SHARE)
    if incident.helpful is False:
        score *= _UNHELPFUL_SHARE
    if score < _RELEVANT:
        return None
    return SimilarIncident(
        id=incident.id,
        run_id=incident.run_id,
        title=incident.title,
        incident_type=incident.incident_type,
        severity=incident.severity,
        score=round(score, 2),
        matched_terms=spelled(
            [quote for term, quote in asked.statements.items() if term in statements],
            [spelling for term, spelling in asked.words.items() if term in words],
        ),
        shared_entities=tuple(names),
        cause=incident.cause,
        resolution=incident.resolution,
        outcome=incident.outcome,
    )
