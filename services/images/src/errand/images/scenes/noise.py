"""Chance that is smooth: near places have near values."""

import math
import random


class Noise:
    """Of one dimension, without an end on either side; values lie between 0 and 1."""

    def __init__(self, rng: random.Random) -> None:
        self._values = [rng.random() for _ in range(256)]

    def at(self, x: float) -> float:
        cell = math.floor(x)
        t = x - cell
        t = t * t * (3 - 2 * t)
        return self._values[cell % 256] * (1 - t) + self._values[(cell + 1) % 256] * t

    def fractal(self, x: float, octaves: int = 4, gain: float = 0.5) -> float:
        """Large features with smaller ones on them; `gain` is how much of each octave the next has."""
        return self._sum(x, octaves, gain, ridged=False)

    def ridged(self, x: float, octaves: int = 5, gain: float = 0.5) -> float:
        """With sharp peaks and wide valleys."""
        return self._sum(x, octaves, gain, ridged=True)

    def _sum(self, x: float, octaves: int, gain: float, *, ridged: bool) -> float:
        total = weight = 0.0
        for octave in range(octaves):
            value = self.at(x * 2**octave + 37.3 * octave)
            total += gain**octave * (1 - abs(2 * value - 1) if ridged else value)
            weight += gain**octave
        return total / weight
