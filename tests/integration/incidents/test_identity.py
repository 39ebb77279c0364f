"""Behind the gateway only the gateway's word counts."""

import time
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from errand.common.identity import Signer, new_keys
from tests.integration.incidents.conftest import Client


def claims(**changes: Any) -> dict[str, Any]:
    return {"sub": str(uuid4()), "aud": "incidents", "exp": int(time.time()) + 60, **changes}


def test_a_call_without_the_gateways_token_is_refused(api: Client) -> None:
    reply = api.get("/incident/jobs", headers={"X-User-Id": str(uuid4())})

    assert (reply.status_code, reply.json()["code"]) == (401, "token_refused")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/incident/jobs", f"/v1/jobs/{UUID(int=0)}", "/internal/jobs"])
def test_every_route_wants_the_token(api: Client, path: str) -> None:
    assert api.get(path).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [{"aud": "images"}, {"exp": int(time.time()) - 1}, {"sub": "nobody"}, {"exp": None}],
    ids=["for another service", "expired", "no user", "forever"],
)
def test_a_token_that_does_not_fit_is_refused(api: Client, signer: Signer, changes: dict[str, Any]) -> None:
    fields = {name: value for name, value in claims(**changes).items() if value is not None}
    token = jwt.encode(fields, signer.key, algorithm="EdDSA")

    assert api.get("/incident/jobs", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_forged_token_is_refused(api: Client, keys: tuple[str, str]) -> None:
    forged = [
        jwt.encode(claims(), "", algorithm="none"),
        jwt.encode(claims(), keys[1], algorithm="HS256"),
        jwt.encode(claims(), Signer(new_keys()[0]).key, algorithm="EdDSA"),
        "not.a.token",
        "",
    ]
    for token in forged:
        assert api.get("/incident/jobs", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_health_is_open_to_everybody(api: Client) -> None:
    assert api.get("/livez").status_code == 200
    assert api.get("/readyz").json() == {"database": "ok"}
