"""EDIFACT messages pasted into a text: where they are, whether they are sound (ISO 9735), and what they name."""

from typing import NamedTuple

from errand.incidents.analysis.edifact.checks import check_interchange
from errand.incidents.analysis.edifact.contents import Contents, read_contents
from errand.incidents.analysis.edifact.reading import read_interchanges
from errand.incidents.analysis.report import EdifactMessage, Mention

__all__ = ["Findings", "check_messages"]


class Findings(NamedTuple):
    """A fault's `value` is its code, its `meaning` the sentence; `contents` has mentions by their list in Entities.

    `spans` are where the pastes stand, `coded` their segments without the free text, `terminators` their ends.
    """

    messages: tuple[EdifactMessage, ...]
    faults: tuple[Mention, ...]
    contents: Contents
    spans: tuple[tuple[int, int], ...]
    coded: tuple[tuple[int, int], ...]
    terminators: tuple[int, ...]


def check_messages(text: str) -> Findings:
    """Every pasted message, what in it does not fit, and what its sound segments name."""
    messages: list[EdifactMessage] = []
    faults: list[Mention] = []
    contents: Contents = {}
    spans: list[tuple[int, int]] = []
    coded: list[tuple[int, int]] = []
    terminators: list[int] = []
    for interchange in read_interchanges(text):
        checked = check_interchange(interchange)
        messages.extend(checked.messages)
        faults.extend(checked.faults)
        read_contents(text, interchange, contents)
        spans.append((interchange[0].start, interchange[-1].end))
        coded.extend((segment.start, segment.end) for segment in interchange if segment.tag != "FTX")
        terminators.extend(segment.end - 1 for segment in interchange if segment.closed)
    return Findings(tuple(messages), tuple(faults), contents, tuple(spans), tuple(coded), tuple(terminators))
