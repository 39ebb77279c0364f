"""What the kernel knows of a server: its connections and its memory."""

from pathlib import Path


def is_held(server_port: int, client_port: int) -> bool:
    """Whether a process still has the server's end of this loopback connection. What the kernel alone keeps of a
    closed one, to get rid of its last bytes, has no inode."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if (_port(fields[1]), _port(fields[2])) == (server_port, client_port):
            return fields[9] != "0"
    return False


def pss_kb(pid: int) -> int:
    """The memory of a process, what it shares counted by its share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def descriptors(pid: int) -> int:
    """How many files and sockets a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
