"""Which runbooks fit, by BM25 over their words and by the signals they answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from errand.incidents.analysis.bm25 import Corpus, corpus
from errand.incidents.analysis.knowledge import Runbook, cases
from errand.incidents.analysis.report import Extraction, Fact, Intake, RunbookMatch
from errand.incidents.analysis.words import count_terms, search_terms

_EMPHASIS = 3  # how often a word of the title or the keywords counts
_SIGNAL_SCORE = 8.0  # about what two rare words are worth
_TELLING_SCORE = 4.0  # what one word must be worth to call for a runbook alone: a rare one of its keywords
_BEST = 3
_RELEVANT_SHARE = 0.3  # of the best score; below it only stray words agree
_SEARCHED_CHARACTERS = 1200  # of the actions, which may be many and long where a user wrote them


def retrieve(intake: Intake, extraction: Extraction, runbooks: Sequence[Runbook]) -> tuple[RunbookMatch, ...]:
    """The best runbooks, best first; none where nothing but a stray word agrees."""
    terms = asserted_terms(intake, extraction)
    documents = _documents(runbooks)
    matches = (_match(documents, number, runbook, terms, extraction.facts) for number, runbook in enumerate(runbooks))
    ranking = sorted(filter(None, matches), key=lambda match: (-match.score, match.id))[:_BEST]
    return tuple(match for match in ranking if match.score >= _RELEVANT_SHARE * ranking[0].score)


def search_runbooks(words: str, runbooks: Sequence[Runbook]) -> list[Runbook]:
    """Those that have some of the words, the best first."""
    documents = _documents(runbooks)
    terms = search_terms(words)
    scores = [documents.score(number, terms) for number in range(len(runbooks))]
    found = [number for number, score in enumerate(scores) if score > 0]
    return [runbooks[number] for number in sorted(found, key=lambda number: (-scores[number], runbooks[number].id))]


def asserted_terms(intake: Intake, extraction: Extraction) -> dict[str, str]:
    """The terms of a text but for what it only denies, each as it is first written."""
    denied = _quoted(fact for fact in extraction.facts if fact.polarity == "negated")
    denied -= _quoted(fact for fact in extraction.facts if fact.polarity != "negated")
    return {term: spelling for term, spelling in search_terms(intake.text).items() if term not in denied}


def _quoted(facts: Iterable[Fact]) -> set[str]:
    return {term for fact in facts for term in search_terms(fact.quote)}


def spelled(quotes: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """The quotes, and the words that stand in none of them; each once."""
    quoted = " ".join(quotes).lower()
    return tuple(dict.fromkeys([*quotes, *(word for word in words if word.lower() not in quoted)]))


def _match(
    documents: Corpus, number: int, runbook: Runbook, terms: dict[str, str], facts: Sequence[Fact]
) -> RunbookMatch | None:
    calling = [fact for fact in facts if fact.signal in runbook.signals and fact.polarity != "negated"]
    shared = [term for term in terms if term in documents.counts[number]]
    score = documents.score(number, shared)
    if not calling and len(shared) < 2 and score < _TELLING_SCORE:
        return None
    score += _SIGNAL_SCORE * len({fact.signal for fact in calling})
    return RunbookMatch(
        id=runbook.id,
        title=runbook.title,
        version=runbook.version,
        own=runbook.own,
        type=runbook.type,
        score=round(score, 2),
        matched_terms=spelled([fact.quote for fact in calling], [terms[term] for term in shared]),
        facts=tuple(fact.id for fact in calling),
        steps=runbook.steps,
    )


def _documents(runbooks: Sequence[Runbook]) -> Corpus:
    return _corpus(tuple(map(_texts, runbooks)))


@lru_cache(maxsize=8)
def _corpus(texts: tuple[tuple[str, str, str], ...]) -> Corpus:
    return corpus([_counts(*text) for text in texts])


def _texts(runbook: Runbook) -> tuple[str, str, str]:
    named = ". ".join([runbook.title, *runbook.keywords])
    return runbook.id, named, " ".join(step.action for step in runbook.steps)[:_SEARCHED_CHARACTERS]


@lru_cache(maxsize=512)  # the service's and those of two users with all that they may have
def _counts(runbook_id: str, named: str, actions: str) -> Counter[str]:
    """The terms of a runbook and of the reports that it was followed for, whoever's version of it this is."""
    counts = Counter({term: count * _EMPHASIS for term, count in count_terms(named).items()})
    counts.update(count_terms(actions))
    counts.update(_reported().get(runbook_id, {}))
    return counts


@cache
def _reported() -> dict[str, Counter[str]]:
    """The terms of the cases by the runbook that was followed."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases():
        found[case.runbook].update(count_terms(f"{case.title}. {case.text}"))
    return dict(found)
