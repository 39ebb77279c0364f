"""What a service does with its jobs: submit, continue, retry, cancel, read. All of it in the caller's transaction."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog

from errand.common.database import Transaction
from errand.common.ids import Service, new_id
from errand.common.jobs import domain, queues, repository, statements
from errand.common.jobs.domain import END_NODE, START_NODE, TERMINAL, Event, EventType, JobStatus, NewJob
from errand.common.jobs.models import Job, JobHead
from errand.common.jobs.relay import Relay
from errand.common.jobs.transitions import event_parameters, news_of, to_json
from errand.common.telemetry.traces import trace_parent

logger = structlog.stdlib.get_logger(__name__)


class Submission(msgspec.Struct, frozen=True):
    """`replayed`: an earlier request with this Idempotency-Key had created the job."""

    job: Job
    replayed: bool = False


class Jobs:
    """The jobs of one service. What is committed is handed to the relay, which tells Redis and wakes the workers."""

    def __init__(self, service: Service, relay: Relay) -> None:
        self.service = service
        self._relay = relay

    def submit(self, tx: Transaction, new: NewJob, *, idempotency_key: str | None = None) -> Submission:
        """Store the job with its first run and event. Raises IdempotencyKeyReused, NulCharacter."""
        to_json([new.title, new.description, new.session_id, new.concurrency_key, idempotency_key])
        job_id = new_id(self.service)
        request_hash = _request_hash(new) if idempotency_key is not None else None
        shared_key = _shared_key(new)
        parameters = msgspec.structs.asdict(new) | {
            "job_id": job_id,
            "key": idempotency_key,
            "request_hash": request_hash,
            "queue": queues.name(self.service, new.speed),
            "concurrency_key": shared_key or str(job_id),
            "shared_key": shared_key,
            "input": to_json(new.input),
            "payload": to_json(new.payload),
            "trace_parent": trace_parent(),
        }
        event = Event(node=START_NODE, type=EventType.QUEUED, message=new.message)
        written = self._record(tx, statements.SUBMIT, job_id, event, parameters)
        if not written:
            return Submission(self._submitted(tx, new.owner_id, idempotency_key, request_hash), replayed=True)
        tx.after_commit(lambda: logger.info("job submitted", job_id=str(job_id), kind=new.kind))
        return Submission(_pending_job(job_id, new, written))

    def add_run(
        self, tx: Transaction, job_id: UUID, owner_id: UUID, payload: Any, *, message: str, handler: str | None = None
    ) -> Job:
        """Continue a conversation: the job runs once more, with `payload`, after the runs that it has.

        Raises JobNotFound; JobNotWaiting where the job has ended.
        """
        job = self.lock(tx, job_id, owner_id)
        if job.status in TERMINAL:
            raise domain.JobNotWaiting(job.status)
        return self._add_run(tx, job, payload, message, handler=handler)

    def retry(self, tx: Transaction, job_id: UUID, owner_id: UUID) -> Job:
        """Run a failed or cancelled job again, from its last finished step on.

        Raises JobNotFound; JobNotRetryable in any other status.
        """
        job = self.lock(tx, job_id, owner_id)
        if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
            raise domain.JobNotRetryable(job.status)
        payload = repository.last_run(tx, job_id).payload
        return self._add_run(tx, job, payload, "Queued again.", keep_steps=True)

    def cancel(self, tx: Transaction, job_id: UUID, owner_id: UUID) -> Job:
        """Cancel at once where nothing runs, else ask the worker to stop. Raises JobNotFound, JobNotCancellable."""
        job = self.lock(tx, job_id, owner_id)
        if job.status in TERMINAL:
            raise domain.JobNotCancellable(job.status)
        if job.head.lease_token is not None:
            event = Event(node=END_NODE, type=EventType.CANCEL_REQUESTED, message="Cancelling.")
            self._record(tx, statements.REQUEST_CANCEL, job_id, event)
        else:
            self._record(tx, statements.CANCEL, job_id, domain.cancelled().event)
        return self.find(tx, job_id, owner_id)

    def delete(self, tx: Transaction, job_id: UUID, owner_id: UUID) -> None:
        """Delete a job that is over, with its story. Raises JobNotFound; JobNotOver where it is not."""
        job = self.lock(tx, job_id, owner_id)
        if job.status not in TERMINAL:
            raise domain.JobNotOver(job.status)
        tx.execute(statements.DELETE, {"job_id": job_id})

    def find(self, tx: Transaction, job_id: UUID, owner_id: UUID, *, kind: str | None = None) -> Job:
        """Raises JobNotFound, also where the job is another's or of another kind."""
        job = repository.job(tx, job_id)
        if job is None or job.owner_id != owner_id or kind not in (None, job.kind):
            raise domain.JobNotFound
        return job

    def purge(self, tx: Transaction, owner_id: UUID, kind: str, *, age_s: float) -> tuple[int, int]:
        """Delete the owner's jobs of this kind that ended at least `age_s` ago: (deleted, remaining)."""
        return repository.purge(tx, owner_id, kind, age_s), repository.count(tx, owner_id, kind)

    def _submitted(self, tx: Transaction, owner_id: UUID, key: str | None, request_hash: bytes | None) -> Job:
        """The job that the key was taken for."""
        taken = repository.idempotency_key(tx, owner_id, key)
        if taken.request_hash != request_hash:
            raise domain.IdempotencyKeyReused
        return self.find(tx, taken.job_id, owner_id)

    def lock(self, tx: Transaction, job_id: UUID, owner_id: UUID) -> Job:
        """The job, which stays as it is until the transaction ends. Raises JobNotFound."""
        if not tx.execute(statements.LOCK, {"job_id": job_id, "owner_id": owner_id}):
            raise domain.JobNotFound
        return self.find(tx, job_id, owner_id)

    def _add_run(
        self,
        tx: Transaction,
        job: Job,
        payload: Any,
        message: str,
        *,
        handler: str | None = None,
        keep_steps: bool = False,
    ) -> Job:
        last = repository.last_run(tx, job.id)
        parameters = {
            "owner_id": job.owner_id,
            "queue": last.queue,
            "priority": last.priority,
            "shared_key": last.concurrency_key if last.concurrency_key != str(job.id) else None,
            "payload": to_json(payload),
            "handler": handler,
            "keep_steps": keep_steps,
            "trace_parent": trace_parent(),
        }
        event = Event(node=START_NODE, type=EventType.QUEUED, message=message)
        self._record(tx, statements.ADD_RUN, job.id, event, parameters)
        return self.find(tx, job.id, job.owner_id)

    def _record(
        self,
        tx: Transaction,
        statement: sa.TextClause,
        job_id: UUID,
        event: Event,
        parameters: dict[str, Any] | None = None,
    ) -> Sequence[Any]:
        """Execute a transition that writes `event`, unless there is nothing to do, and announce it once committed."""
        rows = tx.execute(statement, {**(parameters or {}), "job_id": job_id, **event_parameters(event)})
        if rows:
            news = news_of(job_id, [event], rows)
            tx.after_commit(lambda: self._relay.announce(news, due=True))
        return rows


def _request_hash(new: NewJob) -> bytes:
    return hashlib.sha256(
        msgspec.json.encode((new.kind, new.session_id, new.input, new.payload), order="sorted")
    ).digest()


def _shared_key(new: NewJob) -> str | None:
    """Keys come from users, such as the name of a session: one owner's must not meet another's."""
    return f"{new.owner_id}:{new.concurrency_key}" if new.concurrency_key else None


def _pending_job(job_id: UUID, new: NewJob, written: Sequence[Any]) -> Job:
    """The job as it was just stored, without reading it back."""
    created_at = written[0].created_at
    return Job(
        id=job_id,
        kind=new.kind,
        owner_id=new.owner_id,
        status=JobStatus.PENDING,
        progress=0,
        title=new.title,
        description=new.description,
        session_id=new.session_id,
        batch_id=new.batch_id,
        input=new.input,
        created_at=created_at,
        updated_at=created_at,
        head=JobHead(job_id=job_id, seq=written[0].seq),
    )
