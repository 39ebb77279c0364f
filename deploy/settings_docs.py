"""Writes what the settings structs say into the READMEs and `.env.example`; `--check` tells whether they agree."""

import importlib
import re
import sys
from pathlib import Path

import msgspec

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
    return {**documents, ROOT / ".env.example": _example(services)}


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


def _settings(service: str) -> type[msgspec.Struct]:
    struct: type[msgspec.Struct] = importlib.import_module(f"errand.{service}.settings").Settings
    return struct


def _code(default: str | None) -> str:
    if default is None:
        return "required"
    return f"`{default}`" if default else ""


if __name__ == "__main__":
    sys.exit(main())
