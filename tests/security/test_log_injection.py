"""What clients send is written down as what they sent, and as nothing else."""

import contextlib
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest

from deploy.local.processes import Process
from tests.security import sockets, wire
from tests.security.logs import Logs
from tests.security.operations import IMAGE, OPERATIONS, Operation
from tests.security.people import Person
from tests.security.services import BEHIND, Port
from tests.security.sockets import opened
from tests.security.twins import Twin, twin
from tests.stack import Stack, with_settings
from tests.waiting import until

MARK = "forged"
LINE = f'{{"event": "{MARK}", "level": "error", "logger": "errand", "timestamp": "", "service": "gateway"}}'
INJECTIONS: Mapping[str, str] = {
    "a line": f"x\n{LINE}\n",
    "a line with a carriage return": f"x\r\n{LINE}\r\n",
    "a carriage return": f"x\r{LINE}",
    "colours": f"\x1b[31m{MARK}\x1b[0m\x1b]0;{MARK}\x07",
    "colours of eight bits": f"\x9b31m{MARK}\x9d0;{MARK}\x9c",
    "backspaces": f"{MARK}\x08\x08\x7f",
    "NUL": f"x\0{MARK}",
    "a separator of lines": f"x\u2028{LINE}\u2029{LINE}\x85{LINE}",
    "other separators": f"x\x0b{LINE}\x0c{LINE}\x1c{LINE}\x1e",
    "backwards": f"\u202e{MARK}\u2066",
    "JSON": f'", {LINE}, "',
    "a format": f"%s %(name)s {{0}} {{event}} {MARK}",
    "much": MARK + "x" * 10_000,
}
HEADERS = (
    "X-Request-Id",
    "User-Agent",
    "Idempotency-Key",
    "X-Session-Id",
    "Origin",
    "Referer",
    "traceparent",
    "Accept",
    "If-None-Match",
)
_CONSOLE_LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z? \[")


@pytest.fixture(scope="module")
def console(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A gateway that logs for people."""
    folder: Path = tmp_path_factory.mktemp("console")
    with twin(stack, "gateway", folder / "gateway.log", ERRAND_LOG_FORMAT="console") as gateway:
        yield gateway


@pytest.fixture(scope="module", autouse=True)
def crashing(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Process]]:
    """Processes that cannot do without what they do not get. They find out while other tests run."""
    folder: Path = tmp_path_factory.mktemp("crashing")
    processes = [
        Process(with_settings(process.program, ERRAND_DATABASE_URL="no URL"), folder / f"{name}.log")
        for name, process in stack.processes.items()
    ]
    for process in processes:
        process.start()
    yield processes
    for process in processes:
        process.stop()


def inject(gateway: Stack | Twin, person: Person, text: str) -> None:
    """Into whatever a client can say to a gateway."""
    with httpx2.Client(base_url=gateway.url, timeout=20, trust_env=False, headers=person.headers) as client:
        for path in ("/", "/nothing/", "/incident/", "/incident/run/", "/v1/jobs/"):
            client.get(path + quote(text, safe=""))
        for operation in OPERATIONS:
            _perform(client, operation, text)
    _send_heads(gateway, person, text)
    _speak(gateway, person, text)


def _perform(client: httpx2.Client, operation: Operation, text: str) -> None:
    """With the text wherever a path, a query or a body takes one."""
    fields = {name: text for name in operation.fields() - {"password", "payload"}}
    body: dict[str, Any] = {**fields, "password": "longenough", "payload": {text: text}}
    options: list[dict[str, Any]] = [{}]
    if operation.accepts("application/json"):
        # One is refused for its fields, one for having no such field, and one accepted.
        accepted = {**body, "email": f"{uuid4()}@example.com"}
        if operation.is_about_images:
            accepted = {**IMAGE, "prompt": text[:500], "style": text[:100]}
        options = [{"json": body}, {"json": {text: text}}, {"json": accepted}]
    if operation.accepts("multipart/form-data"):
        options += [{"data": fields}, {"data": fields, "files": {text: (text, text.encode(), "text/plain")}}]
    for option in options:
        client.request(operation.method, operation.target(quote(text, safe="")), params={"x": text}, **option)


def _send_heads(gateway: Stack | Twin, person: Person, text: str) -> None:
    """As bytes, since no client library would send them."""
    encoded = text.encode().decode("latin-1")
    headers = [f"Authorization: Bearer {person.access}", *(f"{name}: {encoded[:5000]}" for name in HEADERS)]
    for path in ("/incident/jobs", "/v1/agent/chat/history", "/nothing"):
        wire.exchange(gateway, wire.last(path, *headers))
    for line in (f"GET /{encoded} HTTP/1.1", f"{encoded} / HTTP/1.1", encoded):
        wire.exchange(gateway, f"{line}\r\nConnection: close\r\n\r\n".encode("latin-1"))


def _speak(gateway: Stack | Twin, person: Person, text: str) -> None:
    query = quote(text[:1000], safe="")
    for address in [*sockets.addresses("x"), f"/ws/{query}", f"/ws/v1/jobs?after={query}&token={query}"]:
        with opened(gateway.address, address, person.headers) as socket, contextlib.suppress(Exception):
            socket.connection.send(text)
            socket.send(type=text)
            socket.send(type="renew", token=text)
            socket.send(type="subscribe", job_id=text)
            socket.connection.close(4000, text[:100])


@pytest.mark.parametrize("injection", INJECTIONS)
def test_in_json_every_line_is_one_entry_of_ours(
    stack: Stack, log_directory: Path, client: httpx2.Client, ada: Person, injection: str
) -> None:
    logs = Logs(log_directory)

    inject(stack, ada, INJECTIONS[injection])
    # What the gateway lets through is too plain for that.
    for service in BEHIND:
        url = f"http://{Port.of(stack, service).address}/nothing/{quote(INJECTIONS[injection], safe='')}"
        client.get(url)

    entries = logs.entries()
    assert [entry for entry in entries if entry["event"] == MARK] == []
    assert {"event", "level", "logger", "timestamp", "service"} <= set.intersection(*map(set, entries))
    # It was written down, then.
    assert [entry for entry in entries if MARK in str(entry.get("path"))]
    assert logs.faults() == []


@pytest.mark.parametrize("injection", INJECTIONS)
def test_on_a_console_nothing_but_text_is_shown(console: Twin, ada: Person, injection: str) -> None:
    logs = Logs(console.log.parent)

    inject(console, ada, INJECTIONS[injection])

    (content,) = (written.decode() for written in logs.raw().values())
    assert MARK in content
    assert not {character for character in content if not character.isprintable()} - {"\n"}
    assert [line for line in content.splitlines() if not _CONSOLE_LINE.match(line)] == []


def test_a_crash_is_one_entry_too(crashing: list[Process]) -> None:
    for process in crashing:
        until(functools.partial(_has_ended, process))

    entries = Logs(crashing[0].log.parent, whole=True).entries()
    crashes = [entry for entry in entries if entry["event"] == "crashed"]
    assert len(crashes) == len(crashing)
    assert {"Traceback" in crash["exception"] for crash in crashes} == {True}


def _has_ended(process: Process) -> bool:
    return process.exit_code is not None
