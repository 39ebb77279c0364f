"""A stack whose incidents are stories, and how to have one told."""

from dataclasses import replace
from typing import Any

import httpx2

from deploy.local.processes import Program
from tests.live import storyteller
from tests.stack import ROOT, with_settings

#: All that stories need.
SERVICES = ("gateway", "incidents")


def telling(program: Program) -> Program:
    """For `Stack(adapt=…)`: the storyteller takes the place of the incidents."""
    if not program.name.startswith("incidents-"):
        return program
    argv = [program.argv[0], "-m", storyteller.__name__, program.kind]
    return replace(with_settings(program, PYTHONPATH=str(ROOT)), argv=argv)


def tell(url: str, token: str, **story: Any) -> str:
    """Submit a story as `storyteller.Story` describes it, through the gateway; the job's id."""
    reply = httpx2.post(url + storyteller.PATH, json=story, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert reply.status_code == 202, reply.text
    return str(reply.json()["job_id"])
