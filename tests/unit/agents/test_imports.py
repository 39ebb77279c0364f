import subprocess
import sys

PROGRAM = "import errand.agents.app, sys; print(*{name.partition('.')[0] for name in sys.modules})"


def test_the_api_does_without_what_only_the_worker_needs() -> None:
    """They would double its memory and the time that it takes to start."""
    imported = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout

    assert "litestar" in imported.split()
    assert not {"langgraph", "jinja2", "justhtml", "coloraide", "openai", "anthropic"} & set(imported.split())
