"""Which documents are about what a text is about: Okapi BM25 over words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import fsum, log
from typing import NamedTuple

_K1 = 1.2
_B = 0.75
_FEWEST = 50  # a few documents cannot tell how rare a term is: it is taken as if they were so many


class Corpus(NamedTuple):
    """The documents' words counted, and how rare each word is among them."""

    counts: Sequence[Mapping[str, int]]
    rarity: Mapping[str, float]
    lengths: Sequence[int]
    mean_length: float

    def score(self, document: int, terms: Iterable[str]) -> float:
        """The weight of the terms that the document has, whatever their order."""
        return fsum(self._weight(document, term) for term in terms)

    def _weight(self, document: int, term: str) -> float:
        count = self.counts[document].get(term, 0)
        length = 1 - _B + _B * self.lengths[document] / self.mean_length
        return self.rarity.get(term, 0.0) * count * (_K1 + 1) / (count + _K1 * length)


def corpus(counts: Sequence[Mapping[str, int]]) -> Corpus:
    spread = Counter(chain.from_iterable(counts))
    lengths = [sum(document.values()) for document in counts]
    mean_length = sum(lengths) / max(len(lengths), 1)
    return Corpus(counts, rarity(spread, len(counts)), lengths, mean_length or 1.0)


def rarity(spread: Mapping[str, int], documents: int) -> dict[str, float]:
    """What a term is worth that so many of the documents have."""
    documents = max(documents, _FEWEST)
    worth = {n: log(1 + (documents - n + 0.5) / (n + 0.5)) for n in set(spread.values())}
    return {term: worth[n] for term, n in spread.items()}
