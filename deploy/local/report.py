"""What a person wants to know of a stack: where it is, how it is, what to try."""

import json
import sys
from pathlib import Path
from typing import Any

from deploy.local import client, demo, ports
from deploy.local.console import Failure
from deploy.local.state import State


class NotUp(Failure):
    def __init__(self) -> None:
        super().__init__("nothing is running", "./dev up")


def require_status(state: State) -> dict[str, Any]:
    """What runs. Raises NotUp."""
    status = state.read_status()
    if status is None:
        raise NotUp
    return status


def token(state: State) -> str:
    """A fresh access token of the demo user."""
    port, _ = ports.gateway_ports(require_status(state)["port"])
    return demo.sign_in(f"http://{ports.LOOPBACK}:{port}", state.password)


def write(state: State) -> None:
    """Addresses, the demo user's token, and commands that work as printed."""
    status = require_status(state)
    port, guide_port = ports.gateway_ports(status["port"])
    form = '-H "Content-Type: application/x-www-form-urlencoded"'
    rows = {
        "API": f"http://localhost:{port}",
        "Try": f'curl -X POST http://localhost:{guide_port}/incident/run {form} -d "incident_text={demo.INCIDENT}"',
        "Then": f'curl "http://localhost:{guide_port}/incident/jobs?limit=1"',
        "Demo user": demo.EMAIL,
        "Token": token(state),
        "": f'curl -H "Authorization: Bearer $({_command()} token)" http://localhost:{port}/api/auth/me/',
        "Postgres": status["database_url"],
        "Redis": status["redis_url"],
        "Logs": str(state.logs),
        "Stop": f"{_command()} down keeps the data; {_command()} reset removes it",
    }
    print("\n" + "\n".join(f"  {name:<10} {value}" for name, value in rows.items()) + "\n", flush=True)


def write_status(state: State, as_json: bool) -> bool:
    """Print every process; whether all are healthy."""
    status = require_status(state)
    for process in status["processes"]:
        process["health"] = _health(process)
    if as_json:
        print(json.dumps(status, indent=2))
    else:
        print(f"{'process':<20} {'pid':>8} {'port':>6}  {'health':<10} {'restarts':>8}  log")
        for process in status["processes"]:
            print(_row(process))
    return all(process["health"] == "ok" for process in status["processes"])


def _row(process: dict[str, Any]) -> str:
    restarts = f"{process['restarts']}" + (f" ({process['last_exit']})" if process["restarts"] else "")
    pid, port = process["pid"] or "-", process["port"] or "-"
    return f"{process['name']:<20} {pid:>8} {port:>6}  {process['health']:<10} {restarts:>8}  {process['log']}"


def _health(process: dict[str, Any]) -> str:
    if process["pid"] is None:
        return "down"
    url = process["health_url"]
    return "ok" if url is None or client.is_ready(url) else "not ready"


def _command() -> str:
    """`./dev` as it is called from here."""
    root = Path(sys.argv[0]).resolve().parent
    return "./dev" if root == Path.cwd() else str(root / "dev")
