"""What processes take of the machine."""

from pathlib import Path

from tests.stack import Stack

MIB = 1024 * 1024


class Peaks:
    """How far the memory of a stack's processes has grown at most since this was made."""

    def __init__(self, stack: Stack) -> None:
        pids = {name: process.pid for name, process in stack.processes.items()}
        self._folders = {name: Path(f"/proc/{pid}") for name, pid in pids.items()}
        for folder in self._folders.values():
            # Its peak from now on; see proc(5).
            (folder / "clear_refs").write_text("5")
        self._before = {name: _bytes(folder, "VmRSS") for name, folder in self._folders.items()}

    def growth(self) -> dict[str, int]:
        return {name: _bytes(folder, "VmHWM") - self._before[name] for name, folder in self._folders.items()}


def _bytes(folder: Path, field: str) -> int:
    line = next(line for line in (folder / "status").read_text().splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024
