"""Use case: analyse a report with what its user's runbooks and earlier incidents teach."""

from collections.abc import Iterable, Iterator
from functools import partial

from errand.common.conversion import convert
from errand.common.database import Database
from errand.common.jobs.domain import Event
from errand.common.jobs.run import Run
from errand.incidents import analysis
from errand.incidents.analysis.report import Analysis, Duplicate, Findings
from errand.incidents.analysis.similarity import past_cases
from errand.incidents.domain import Report
from errand.incidents.narration.narrator import Narrator, Note, Told
from errand.incidents.schemas.runs import IncidentResult
from errand.incidents.service import duplicates, history, runbooks


class Analyst:
    """Analyses reports for a worker's threads. A retry starts over but for what a model wrote: the rules take
    milliseconds."""

    def __init__(self, database: Database, narrator: Narrator) -> None:
        self._database = database
        self._narrator = narrator

    def analyse(self, run: Run) -> IncidentResult:
        """Raises DatabaseUnavailable, LeaseLost."""
        findings = self._examine(run)
        # A model takes its time, and reports of the same may come meanwhile: they have to find this one.
        with run.shielded(), self._database.transaction() as tx:
            duplicate = duplicates.find(tx, run.owner_id, run.job_id, findings)
            # Only with a lease, which stays until all is committed: in place of `run.transaction`, a statement less. A
            # heartbeat waits meanwhile.
            run.emit(*_stages(findings), tx=tx)
            history.record(tx, run.owner_id, run.job_id, findings, duplicate)
        analysed, notes = self._compose(run, findings, duplicate)
        run.emit(*_ending(analysed, notes))
        return IncidentResult(analysed)

    def _examine(self, run: Run) -> Findings:
        intake = analysis.normalise(convert(run.input, Report).text())
        extraction = analysis.extract(intake)
        with run.shielded(), self._database.autocommit() as tx:
            known = runbooks.current(tx, run.owner_id)
            past = history.past(tx, run.owner_id, run.job_id, extraction.entities)
        return analysis.examine(intake, extraction, known, [*past, *past_cases()])

    def _compose(self, run: Run, findings: Findings, duplicate: Duplicate | None) -> tuple[Analysis, tuple[Note, ...]]:
        narrate = partial(self._narrator.narrate, findings, str(run.job_id))
        told = run.step("narration", narrate, Told) if self._narrator.costly else narrate()
        analysed = analysis.compose(
            findings,
            told.narrative,
            provider=told.provider,
            model=told.model,
            fallback=told.fallback,
            cost_usd=told.spent.cost_usd,
            duplicate_of=duplicate,
        )
        return analysed, told.notes


def _stages(findings: Findings) -> Iterator[Event]:
    yield _stage("intake", 5, f"Read {len(findings.intake.text):,} characters.")
    yield _stage("extraction", 25, f"Found {len(findings.extraction.facts)} facts.")
    yield _stage("classification", 40, f"This looks like {findings.classification.incident_type}.")
    yield _stage("assessment", 50, f"Severity is {findings.assessment.severity}.")
    yield _stage(
        "retrieval", 60, f"Found {len(findings.runbooks)} runbooks and {len(findings.similar)} similar incidents."
    )
    yield _stage("recommendation", 70, f"Recommended {len(findings.advice.recommendations)} actions.")


def _ending(analysed: Analysis, notes: Iterable[Note]) -> Iterator[Event]:
    for note in notes:
        yield Event(node="narration", type=note.kind, message=note.message, data=note.data, progress=90)
    yield _stage("narration", 95, f"Proposed {len(analysed.hypotheses)} possible causes.")
    if duplicate := analysed.duplicate_of:
        message = f"Run {duplicate.run_id} seems to report the same."
        yield Event(node="duplicates", type="duplicate", message=message, data={"run_id": str(duplicate.run_id)})
    yield _stage("done", 100, "The analysis is ready.")


def _stage(node: str, progress: int, message: str) -> Event:
    return Event(node=node, type="node_completed", message=message, progress=progress)
