"""`./dev check`: every static check, all of them even where one fails."""

import subprocess
from pathlib import Path

from deploy.local.venv import Venv


def commands(python: Path) -> dict[str, list[str]]:
    module = [str(python), "-m"]
    return {
        "lint": [*module, "ruff", "check", "."],
        "format": [*module, "ruff", "format", "--check", "."],
        "types": [*module, "mypy"],
        "settings and metrics": [*module, "deploy.settings_docs", "--check"],
        "API documents": [*module, "deploy.api_docs", "--check"],
        "architecture": [*module, "pytest", "-q", "tests/test_architecture.py"],
    }


def run_all(root: Path) -> bool:
    """Run every check and print a summary; whether all passed."""
    outcomes = {}
    for name, command in commands(Venv(root).python).items():
        print(f"== {name}: {' '.join(command[2:])}", flush=True)
        outcomes[name] = subprocess.run(command, cwd=root, check=False).returncode == 0
    print()
    for name, passed in outcomes.items():
        print(f"{'ok  ' if passed else 'FAIL'} {name}")
    print(f"{sum(outcomes.values())} passed, {len(outcomes) - sum(outcomes.values())} failed")
    return all(outcomes.values())
