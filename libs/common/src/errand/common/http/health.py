"""`/livez`: the process runs. `/readyz`: everything it needs answers."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from errand.common.http.identity import PUBLIC

Checks = Mapping[str, Callable[[], object]]


def health_report(checks: Checks) -> tuple[bool, dict[str, str]]:
    """Whether all is well, and a word for each check; a check fails by raising."""
    report = {name: _outcome(check) for name, check in checks.items()}
    return all(word == "ok" for word in report.values()), report


def health_routes(checks: Checks) -> list[HTTPRouteHandler]:
    @get("/livez", opt={PUBLIC: True}, include_in_schema=False, sync_to_thread=False)
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    @get("/readyz", opt={PUBLIC: True}, include_in_schema=False, sync_to_thread=True)
    def readyz() -> Response[dict[str, str]]:
        ready, report = health_report(checks)
        return Response(report, status_code=200 if ready else 503)

    return [livez, readyz]


def serve_health(host: str, port: int, checks: Checks) -> None:
    """`/livez` and `/readyz` of a process that serves nothing else, from a daemon thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ready, report = (True, {"status": "ok"}) if self.path == "/livez" else health_report(checks)
            body = msgspec.json.encode(report)
            self.send_response(404 if self.path not in ("/livez", "/readyz") else 200 if ready else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


def _outcome(check: Callable[[], object]) -> str:
    try:
        check()
    except Exception as error:
        return f"failed: {type(error).__name__}"
    return "ok"
