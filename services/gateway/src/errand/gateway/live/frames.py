"""The frames of the native sockets: every struct is one frame, told apart by `type`.

`/asyncapi.json` is generated from them.
"""

import enum
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from errand.common.jobs.domain import MAX_SEQ

Seq = Annotated[int, Meta(ge=0, description="The number of the job's last event: the cursor to come back with")]
# As they came from the service: they are never decoded here.
EventJson = Annotated[msgspec.Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/EventView"})]
JobJson = Annotated[msgspec.Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/JobView"})]


class Resume(enum.StrEnum):
    """What follows `attached`: every event after the cursor; or, with a `resync` first, what comes after it, because
    the cursor lies past the story's end (`gap`) or too far back (`snapshot`)."""

    COMPLETE = enum.auto()
    GAP = enum.auto()
    SNAPSHOT = enum.auto()


class ServerFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What the server sends."""


class AttachedFrame(ServerFrame, frozen=True, kw_only=True, tag="attached"):
    """The first frame about a job."""

    job_id: UUID
    resume: Resume
    seq: Seq


class EventFrame(ServerFrame, frozen=True, kw_only=True, tag="event"):
    """One event of the job's story; `seq` runs from 1 without a gap."""

    job_id: UUID
    seq: Seq
    event: EventJson


class ResyncFrame(ServerFrame, frozen=True, kw_only=True, tag="resync"):
    """Forget what you have of this job: it looks like this, and goes on behind `seq`."""

    job_id: UUID
    seq: Seq
    job: JobJson


class UnsubscribedFrame(ServerFrame, frozen=True, kw_only=True, tag="unsubscribed"):
    """No more events of this job will come."""

    job_id: UUID


class RenewedFrame(ServerFrame, frozen=True, kw_only=True, tag="renewed"):
    """The socket may stay open until then."""

    expires_at: datetime


class ErrorFrame(ServerFrame, frozen=True, kw_only=True, tag="error"):
    """A client's frame came to nothing. The socket stays open."""

    code: str
    detail: str
    job_id: UUID | UnsetType = UNSET


class RenewFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="renew"):
    """A fresh access token of the same user, before the one that opened the socket expires."""

    token: str


class SubscribeFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="subscribe"):
    """Watch one more job, from behind the cursor `after`."""

    job_id: UUID
    after: Annotated[int, Meta(ge=0, le=MAX_SEQ)] = 0


class UnsubscribeFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="unsubscribe"):
    job_id: UUID


JobSocketFrame = RenewFrame
JobsSocketFrame = SubscribeFrame | UnsubscribeFrame | RenewFrame
