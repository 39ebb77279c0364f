"""Choices that words make: the same ones for the same words, on any machine."""

import hashlib
from collections.abc import Iterable


class Chance:
    """Choices are made one by one, so that leaving an option out changes no other choice."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def number(self, purpose: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self._seed}|{purpose}".encode("utf-8", "surrogatepass")).digest())

    def share(self, purpose: str) -> float:
        """From 0 to 1."""
        return self.number(purpose) / 2**256

    def pick(self, purpose: str, names: Iterable[str]) -> str:
        return max(names, key=lambda name: self.number(f"{purpose}|{name}"))
