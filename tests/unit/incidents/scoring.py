"""How well the rules judge labelled texts. `python -m tests.unit.incidents.scoring` writes it into docs/incidents.md,
which says what the labels mean.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from errand.incidents.analysis.assessment import assess
from errand.incidents.analysis.classification import classify
from errand.incidents.analysis.extraction import extract
from errand.incidents.analysis.intake import normalise
from errand.incidents.analysis.knowledge import runbooks
from errand.incidents.analysis.report import IncidentType, Severity
from errand.incidents.analysis.retrieval import retrieve

GOLDEN = tuple(sorted(Path(__file__).with_name("golden").glob("*.toml")))
UNSEEN = (Path(__file__).with_name("unseen.toml"),)
DOCUMENT = Path(__file__).parents[3] / "docs" / "incidents.md"
_BLOCK = re.compile(r"(?<=<!-- scores -->\n).*?(?=<!-- /scores -->)", re.DOTALL)
TYPES: tuple[IncidentType, ...] = get_args(IncidentType)
LEVELS: tuple[Severity, ...] = get_args(Severity)
_TOP = 3


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`runbooks` are those that a duty manager would open: one of them among the first three found is right."""

    text: str
    type: IncidentType
    severity: Severity
    runbooks: tuple[str, ...]


class Outcome(NamedTuple):
    case: Case
    type: IncidentType
    severity: Severity
    runbooks: tuple[str, ...]

    @property
    def steps_off(self) -> int:
        return abs(LEVELS.index(self.severity) - LEVELS.index(self.case.severity))

    def has_type(self) -> bool:
        return self.type == self.case.type

    def has_severity(self) -> bool:
        return self.steps_off == 0

    def is_near(self) -> bool:
        return self.steps_off < 2

    def has_runbook(self) -> bool:
        return not self.case.runbooks or not {*self.case.runbooks}.isdisjoint(self.runbooks[:_TOP])

    def __str__(self) -> str:
        found = f"{self.type}, {self.severity}, {' '.join(self.runbooks[:_TOP])}"
        wanted = f"{self.case.type}, {self.case.severity}, {' '.join(self.case.runbooks)}"
        return f"{self.case.text[:80]!r}\n  found  {found}\n  wanted {wanted}"


class Scores(NamedTuple):
    outcomes: Sequence[Outcome]

    @property
    def type(self) -> float:
        return self._share(Outcome.has_type)

    @property
    def severity(self) -> float:
        return self._share(Outcome.has_severity)

    @property
    def far_off(self) -> int:
        return sum(not outcome.is_near() for outcome in self.outcomes)

    @property
    def runbook(self) -> float:
        return self._share(Outcome.has_runbook)

    def misses(self, right: Callable[[Outcome], bool]) -> str:
        return "\n".join(str(outcome) for outcome in self.outcomes if not right(outcome))

    def _share(self, right: Callable[[Outcome], bool]) -> float:
        return sum(map(right, self.outcomes)) / len(self.outcomes)

    def __str__(self) -> str:
        return (
            f"{len(self.outcomes)} texts: type {self.type:.1%}, severity {self.severity:.1%}, "
            f"two steps off {self.far_off}, runbook in the first {_TOP} {self.runbook:.1%}"
        )


@cache
def cases(files: tuple[Path, ...]) -> list[Case]:
    return msgspec.convert([case for file in files for case in tomllib.loads(file.read_text())["case"]], list[Case])


@cache
def score(files: tuple[Path, ...]) -> Scores:
    return Scores([_judge(case) for case in cases(files)])


def document() -> str:
    """What docs/incidents.md has to say."""
    return _BLOCK.sub(lambda _: "\n".join(_report()) + "\n", DOCUMENT.read_text())


def _judge(case: Case) -> Outcome:
    intake = normalise(case.text)
    extraction = extract(intake)
    matches = retrieve(intake, extraction, runbooks())
    found = classify(extraction, matches).incident_type
    return Outcome(case, found, assess(extraction).severity, tuple(match.id for match in matches))


def _report() -> Iterator[str]:
    sets = {"golden": score(GOLDEN), "unseen": score(UNSEEN)}
    yield from _table(
        ["set", "texts", "type", "severity", "two steps off", f"runbook in the first {_TOP}"],
        (
            [name, len(s.outcomes), f"{s.type:.1%}", f"{s.severity:.1%}", s.far_off, f"{s.runbook:.1%}"]
            for name, s in sets.items()
        ),
    )
    yield from ("", "Types of the golden set: a line for what is right, a column for what was found.", "")
    yield from _confusion("type", TYPES, Counter((o.case.type, o.type) for o in sets["golden"].outcomes))
    yield from ("", "Severities of the golden set:", "")
    yield from _confusion("severity", LEVELS, Counter((o.case.severity, o.severity) for o in sets["golden"].outcomes))


def _confusion(title: str, names: Sequence[str], counts: Counter[tuple[str, str]]) -> Iterator[str]:
    return _table([title, *names], ([right, *(counts[right, found] or "" for found in names)] for right in names))


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(map(str, row))} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
