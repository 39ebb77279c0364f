"""JavaScript and TypeScript in Node, the one that comes with Playwright."""

import os
import subprocess
from pathlib import Path

import playwright
import pytest

_NODE = Path(playwright.__file__).parent / "driver" / "node"
_RELATIVE_FETCH = 'const fetch = (path, options) => globalThis.fetch("{base_url}" + path, options);\n'
# Where Debian's packages put them.
_MODULES = Path("/usr/share/nodejs")


def run_as_on_a_page(program: str, base_url: str, *, directory: Path, timeout_s: float = 60) -> str:
    """What a TypeScript module prints whose relative URLs are those of a page at `base_url`."""
    return _run(_RELATIVE_FETCH.format(base_url=base_url) + program, directory, timeout_s)


def run_with_axios(program: str, *, directory: Path, timeout_s: float = 120) -> str:
    """What a TypeScript module prints that may import axios."""
    if not (_MODULES / "axios").exists():
        # It is no fault of a laptop, but CI has to have it.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("axios is missing: apt-get install node-axios")
    (directory / "node_modules").symlink_to(_MODULES)
    return _run(program, directory, timeout_s, "--preserve-symlinks")


def _run(program: str, directory: Path, timeout_s: float, *options: str) -> str:
    module = directory / "program.mts"
    module.write_text(program)
    finished = subprocess.run([_NODE, *options, module], capture_output=True, text=True, timeout=timeout_s)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
