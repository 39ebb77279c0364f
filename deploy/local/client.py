"""The few HTTP calls of the local stack."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, NamedTuple

# A proxy from the environment must not stand between two processes of one machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Reply(NamedTuple):
    status: int
    body: Any

    @property
    def detail(self) -> str:
        return str(self.body.get("detail", self.body)) if isinstance(self.body, dict) else str(self.body)


def get(url: str, token: str | None = None) -> Reply:
    return _send(urllib.request.Request(url), token)


def post_json(url: str, fields: Mapping[str, Any], token: str | None = None) -> Reply:
    headers = {"Content-Type": "application/json"}
    return _send(urllib.request.Request(url, json.dumps(dict(fields)).encode(), headers), token)


def post_form(url: str, fields: Mapping[str, str]) -> Reply:
    return _send(urllib.request.Request(url, urllib.parse.urlencode(fields).encode()), None)


def is_ready(url: str) -> bool:
    """Whether `url` answers 200 at this moment."""
    try:
        return get(url).status == 200
    except (OSError, HTTPException):
        return False


def _send(request: urllib.request.Request, token: str | None) -> Reply:
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with _OPENER.open(request, timeout=10) as response:
            return Reply(response.status, _parse(response.read()))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, _parse(error.read()))


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
