"""`/livez`: the process runs. `/readyz`: everything it needs answers."""

from collections.abc import Callable, Mapping

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from errand.common.http.identity import PUBLIC

Checks = Mapping[str, Callable[[], None]]


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


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        return f"failed: {type(error).__name__}"
    return "ok"
