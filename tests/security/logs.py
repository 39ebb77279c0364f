"""What the processes of a stack have written down."""

import json
from pathlib import Path
from typing import Any


class Logs:
    """Of all processes, from the moment on that this is made, or from the very start."""

    def __init__(self, directory: Path, *, whole: bool = False) -> None:
        self._directory = directory
        self._starts = {} if whole else {path: path.stat().st_size for path in self._paths()}

    def raw(self) -> dict[str, bytes]:
        """By the process's name."""
        return {path.stem: _read(path, self._starts.get(path, 0)) for path in self._paths()}

    def entries(self) -> list[dict[str, Any]]:
        """Fails where a line is not one JSON object."""
        return [_entry(line) for content in self.raw().values() for line in content.splitlines()]

    def faults(self) -> list[dict[str, Any]]:
        """What somebody would have to look into."""
        return [entry for entry in self.entries() if entry["level"] in ("error", "critical")]

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob("*.log"))


def _read(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read()


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    assert isinstance(entry, dict), f"not a JSON object: {line!r}"
    return entry
