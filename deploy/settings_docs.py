"""Writes down what the code says of settings and metrics: the READMEs' tables, `.env.example`, `docs/metrics.md`.

`--check` tells whether they agree.
"""

import importlib.util
import re
import sys
from pathlib import Path

import msgspec
from prometheus_client.metrics import MetricWrapperBase

from errand.common.settings import describe

ROOT = Path(__file__).parent.parent
_TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)


def main() -> int:
    stale = [path for path, text in _documents().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run python -m deploy.settings_docs")
        return len(stale)
    for path in stale:
        path.write_text(_documents()[path])
    return 0


def _documents() -> dict[Path, str]:
    services = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
    documents = {ROOT / "services" / service / "README.md": _readme(service) for service in services}
    return {**documents, ROOT / ".env.example": _example(services), ROOT / "docs/metrics.md": _metrics(services)}


def _readme(service: str) -> str:
    rows = [f"| `{name}` | {_code(default)} | {text} |" for name, default, text in describe(_settings(service))]
    table = "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])
    return _TABLE.sub(lambda _: table + "\n", (ROOT / "services" / service / "README.md").read_text())


def _example(services: list[str]) -> str:
    lines = ["# Every setting of every service; each process refuses an ERRAND_ variable that is not its own."]
    for service in services:
        lines += ["", f"# {service}"]
        for name, default, text in describe(_settings(service)):
            lines += [f"# {text}", f"{name}=" if default is None else f"# {name}={default}"]
    return "\n".join(lines) + "\n"


def _metrics(services: list[str]) -> str:
    lines = [
        "# Metrics",
        "",
        "What `/metrics` tells beside the process metrics of Prometheus' own client. [Observability](observability.md)",
        "says where it is and what to look at.",
    ]
    sources = {"every service": "errand.common.telemetry.metrics"}
    sources |= {service: f"errand.{service}.metrics" for service in services}
    for title, source in sources.items():
        if importlib.util.find_spec(source):
            head = ["| metric | type | labels | meaning |", "|---|---|---|---|"]
            lines += ["", f"## {title.capitalize()}", "", *head, *_metric_rows(source)]
    return "\n".join(lines) + "\n"


def _metric_rows(source: str) -> list[str]:
    """A metric's labelled children, where a module names some, come behind the metric itself and are passed over."""
    rows: dict[str, str] = {}
    for metric in vars(importlib.import_module(source)).values():
        if isinstance(metric, MetricWrapperBase):
            (described,) = metric.describe()
            name = described.name + ("_total" if described.type == "counter" else "")
            labels = ", ".join(f"`{label}`" for label in metric._labelnames)
            rows.setdefault(name, f"| `{name}` | {described.type} | {labels} | {described.documentation} |")
    return list(rows.values())


def _settings(service: str) -> type[msgspec.Struct]:
    struct: type[msgspec.Struct] = importlib.import_module(f"errand.{service}.settings").Settings
    return struct


def _code(default: str | None) -> str:
    if default is None:
        return "required"
    return f"`{default}`" if default else ""


if __name__ == "__main__":
    sys.exit(main())
