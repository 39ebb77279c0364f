"""The third stage: which standard operating procedures fit, by BM25 over their words and by the signals they answer."""

from collections import Counter
from functools import cache
from math import log
from typing import NamedTuple

from errand.incidents.analysis.knowledge import Procedure, procedures
from errand.incidents.analysis.report import Extraction, Fact, Intake, ProcedureMatch
from errand.incidents.analysis.words import search_terms, split_words, stem

_K1 = 1.2
_B = 0.75
_EMPHASIS = 3  # how often a word of the title or the keywords counts
_SIGNAL_SCORE = 4.0  # about what two rare words are worth
_MIN_TERMS = 2
_BEST = 3
_RELEVANT_SHARE = 0.4  # of the best score; below it only stray words agree


class _Document(NamedTuple):
    procedure: Procedure
    counts: Counter[str]
    length: int


class _Index(NamedTuple):
    documents: tuple[_Document, ...]
    rarity: dict[str, float]
    mean_length: float


def retrieve(intake: Intake, extraction: Extraction) -> tuple[ProcedureMatch, ...]:
    """The best procedures, best first; none where nothing but a stray word agrees."""
    denied = {term for fact in extraction.facts if fact.polarity == "negated" for term in search_terms(fact.quote)}
    terms = {term: word for term, word in search_terms(intake.text).items() if term not in denied}
    matches = filter(None, (_match(document, terms, extraction.facts) for document in _index().documents))
    ranking = sorted(matches, key=lambda match: (-match.score, match.id))[:_BEST]
    return tuple(match for match in ranking if match.score >= _RELEVANT_SHARE * ranking[0].score)


def _match(document: _Document, terms: dict[str, str], facts: tuple[Fact, ...]) -> ProcedureMatch | None:
    procedure = document.procedure
    calling = [fact for fact in facts if fact.signal in procedure.signals and fact.polarity != "negated"]
    shared = [term for term in terms if term in document.counts]
    if not calling and len(shared) < _MIN_TERMS:
        return None
    score = sum(_weight(document, term) for term in shared) + _SIGNAL_SCORE * len({fact.signal for fact in calling})
    quotes = [fact.quote for fact in calling]
    return ProcedureMatch(
        id=procedure.id,
        title=procedure.title,
        version=procedure.version,
        type=procedure.type,
        score=round(score, 2),
        matched_terms=(*quotes, *(terms[term] for term in shared if terms[term] not in " ".join(quotes).lower())),
        facts=tuple(fact.id for fact in calling),
        steps=procedure.step,
    )


def _weight(document: _Document, term: str) -> float:
    count = document.counts[term]
    length = 1 - _B + _B * document.length / _index().mean_length
    return _index().rarity[term] * count * (_K1 + 1) / (count + _K1 * length)


@cache
def _index() -> _Index:
    documents = tuple(_document(procedure) for procedure in procedures().procedure)
    spread = Counter(term for document in documents for term in document.counts)
    rarity = {term: log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for term, n in spread.items()}
    return _Index(documents, rarity, sum(document.length for document in documents) / len(documents))


def _document(procedure: Procedure) -> _Document:
    text = ". ".join([procedure.title, *procedure.keywords]) + ". "
    text = text * _EMPHASIS + " ".join(step.action for step in procedure.step)
    counts = Counter(stem(word.text) for word in split_words(text))
    return _Document(procedure, counts, counts.total())
