"""JavaScript and TypeScript in Node, the one that comes with Playwright."""

import subprocess
from pathlib import Path

import playwright

_NODE = Path(playwright.__file__).parent / "driver" / "node"
_RELATIVE_FETCH = 'const fetch = (path, options) => globalThis.fetch("{base_url}" + path, options);\n'


def run_as_on_a_page(program: str, base_url: str, *, directory: Path, timeout_s: float = 60) -> str:
    """What a TypeScript module prints whose relative URLs are those of a page at `base_url`."""
    module = directory / "program.mts"
    module.write_text(_RELATIVE_FETCH.format(base_url=base_url) + program)
    finished = subprocess.run([_NODE, module], capture_output=True, text=True, timeout=timeout_s)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
