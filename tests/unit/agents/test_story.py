from types import SimpleNamespace
from typing import Any

import pytest

from errand.agents.domain import ChecksFailed
from errand.agents.graph.story import Story
from errand.common.jobs.domain import Event


def begins(node: str, task_id: str) -> Any:
    return {"id": task_id, "name": node, "input": {}, "triggers": ()}


def ends(node: str, task_id: str, error: Exception | None = None) -> Any:
    return {"id": task_id, "name": node, "error": error, "result": {}, "interrupts": []}


def says(node: str) -> Any:
    return Event(node=node, type="tool", message="Updated 1 file(s) with 2 edit(s)")


def is_done(node: str) -> Any:
    return Event(node=node, type="node_completed", message="Done.", data={"color_count": 3})


CODER = [
    begins("coder", "1"),
    ends("coder", "1"),
    begins("coder_tools", "2"),
    says("coder_tools"),
    is_done("coder_tools"),
    ends("coder_tools", "2"),
    begins("coder", "3"),
    is_done("coder"),
    ends("coder", "3"),
]


def told(news: list[Any], before: list[Event] | None = None) -> list[Event]:
    events: list[Event] = []
    story = Story(events.append, [SimpleNamespace(node=e.node, type=e.type, data=e.data) for e in before or []])
    for item in news:
        (story.tell if isinstance(item, Event) else story.hear)(item)
    return events


def test_a_node_that_waits_for_its_tools_begins_and_ends_once() -> None:
    assert [(event.node, event.type) for event in told(CODER)] == [
        ("coder", "node_started"),
        ("coder_tools", "node_started"),
        ("coder_tools", "tool"),
        ("coder_tools", "node_completed"),
        ("coder", "node_completed"),
    ]


def test_what_a_node_says_when_it_is_done_is_in_its_event() -> None:
    event = told(CODER)[-1]

    assert event.message == "Done."
    assert event.data["color_count"] == 3


@pytest.mark.parametrize("count", range(6))
def test_a_worker_that_takes_over_tells_only_what_was_not_told(count: int) -> None:
    whole = told(CODER)
    before = whole[:count]
    # It goes on with the task that was under way, or with the one before where that was not kept as done.
    tasks = {event.data["task_id"] for event in whole[max(count - 1, 0) : count + 1]}

    for start in (place for place, news in enumerate(CODER) if isinstance(news, dict) and news["id"] in tasks):
        if "result" not in CODER[start]:
            assert before + told(CODER[start:], before) == whole


def test_a_node_that_comes_again_begins_again() -> None:
    events = told([begins("check", "1"), is_done("check"), begins("check", "2"), is_done("check")])

    assert [event.type for event in events] == ["node_started", "node_completed"] * 2


def test_an_expected_error_is_told_in_its_own_words() -> None:
    error = ChecksFailed(["The title is empty."])

    event = told([begins("check", "1"), ends("check", "1", error)])[-1]

    assert event.type == "error"
    assert event.data["error"] == event.message == "The page could not be published: The title is empty."


def test_an_unexpected_error_keeps_its_details_to_itself() -> None:
    event = told([begins("check", "1"), ends("check", "1", ValueError("password=secret"))])[-1]

    assert event.message == "check failed unexpectedly."
    assert "secret" not in str(event.data)
