"""Prints the scores of the labelled texts below the results of a run."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    scores = {
        value
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == "scores"
    }
    if scores:
        terminalreporter.section("labelled incidents")
        terminalreporter.write_line("\n".join(sorted(scores)))
