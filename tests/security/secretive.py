"""Everything that a stack must keep to itself, and all that it has said."""

import json
import re
from collections.abc import Iterable
from typing import Any

import httpx2
import jwt

from tests.security.logs import Logs

# Tokens of any kind, whosoever; and hashes of passwords.
_TELLTALE = re.compile(rb"eyJ[\w-]{5,}\.eyJ[\w-]+|\$argon2|(?i:bearer )[\w.-]{8,}|gateway:ticket:")


class Eavesdropper:
    """Listens to every answer that a client gets, and reads the logs."""

    def __init__(self, *logs: Logs) -> None:
        self._logs = list(logs)
        self._answers: list[httpx2.Response] = []
        self.secrets: set[str] = set()

    def read(self, logs: Logs) -> None:
        """These as well, from now on."""
        self._logs.append(logs)

    def hear(self, answer: httpx2.Response) -> None:
        answer.read()
        self._answers.append(answer)

    def leaks_in_logs(self) -> list[str]:
        return [
            f"{name}: {found} in {line!r}"
            for logs in self._logs
            for name, content in logs.raw().items()
            for line in content.splitlines()
            for found in (*_telltales(line), *self._found_in(line.decode(errors="replace")))
        ]

    def leaks_in_answers(self, secrets: Iterable[str]) -> list[str]:
        """Of these, and of tokens that are not for clients."""
        return [
            f"{answer.request.method} {answer.request.url.path} {answer.status_code}: {found}"
            for answer in self._answers
            for found in (*(secret for secret in secrets if secret in _all_of(answer)), *_inner_tokens(answer))
        ]

    def statuses(self) -> set[int]:
        return {answer.status_code for answer in self._answers}

    def _found_in(self, line: str) -> list[str]:
        # As it stands there, and as JSON may spell it.
        return [secret for secret in self.secrets if secret in line or json.dumps(secret)[1:-1] in line]


def _telltales(line: bytes) -> list[str]:
    return [found.decode() for found in _TELLTALE.findall(line)]


def _all_of(answer: httpx2.Response) -> str:
    return f"{answer.headers}{answer.text}"


def _inner_tokens(answer: httpx2.Response) -> list[str]:
    tokens = re.findall(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+", _all_of(answer))
    claims: list[dict[str, Any]] = [jwt.decode(token, options={"verify_signature": False}) for token in tokens]
    return [f"a token for {claim['aud']}" for claim in claims if claim["aud"] != "errand"]
