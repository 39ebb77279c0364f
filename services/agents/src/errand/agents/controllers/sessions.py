"""`/v1/agent`: a brief begins a session, messages go on."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, HeaderParameter, JSONBody, QueryParameter

from errand.agents.briefs import SESSION_HEADER, InitRequest, read_init, session_named
from errand.agents.domain import MessageInvalid, SessionInvalid, SessionMissing
from errand.agents.landing.brief import PayloadInvalid
from errand.agents.openapi import InitOperation
from errand.agents.schemas import ChatHistory, ChatReply, ChatRequest, InitReply, present_turn
from errand.agents.service import sessions
from errand.common.database import Database
from errand.common.http.forms import JSON, MULTIPART, Malformed, NotUtf8, UnsupportedMediaType
from errand.common.http.openapi import can_fail
from errand.common.http.pages import NEXT_PAGE, next_page
from errand.common.identity import Principal
from errand.common.jobs.domain import IdempotencyKeyReused
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.submissions import ACCEPTED_HEADERS, IdempotencyKey, accepted
from errand.common.jobs.transitions import NulCharacter

_HISTORY = "/v1/agent/chat/history"

SessionHeader = Annotated[
    str | None, HeaderParameter(name=SESSION_HEADER, description="The session, where the request does not name it")
]


class AgentController(Controller):
    path = "/v1/agent"
    tags = ["landing pages"]

    @post(
        "/init",
        operation_id="initLandingPage",
        operation_class=InitOperation,
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses=can_fail(
            NotUtf8(),
            Malformed("JSON is malformed: expected '}' (byte 17)"),
            UnsupportedMediaType("text/plain", JSON, MULTIPART),
            SessionMissing(),
            SessionInvalid(),
            PayloadInvalid("payload.branding.sections", "Expected `array`, got `int`"),
            IdempotencyKeyReused(),
            NulCharacter(),
        ),
        dependencies={"init": Provide(read_init)},
        sync_to_thread=True,
    )
    def init(
        self,
        init: NamedDependency[InitRequest],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        session_header: SessionHeader = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[InitReply]:
        """Build the session's landing page from a brief, in the background; poll `/v1/jobs/{job_id}`."""
        with database.transaction() as tx:
            made = sessions.init(tx, jobs, principal.user_id, init.session_id, init.payload, idempotency_key)
        job = made.submission.job
        reply = InitReply(job.id, init.session_id, made.landing_page_id)
        return accepted(reply, f"/v1/jobs/{job.id}", replayed=made.submission.replayed)

    @post(
        "/chat",
        operation_id="chatAboutLandingPage",
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses=can_fail(
            SessionMissing(), SessionInvalid(), MessageInvalid(), IdempotencyKeyReused(), NulCharacter()
        ),
        sync_to_thread=True,
    )
    def chat(
        self,
        data: JSONBody[ChatRequest],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        session_header: SessionHeader = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[ChatReply]:
        """Have the session's page changed as the message says; poll `/v1/jobs/{job_id}` for the answer."""
        session_id = session_named(data.session_id, session_header)
        with database.transaction() as tx:
            submission = sessions.chat(tx, jobs, principal.user_id, session_id, data.message, idempotency_key)
        job_id = submission.job.id
        reply = ChatReply(f"Chat job accepted. Poll /v1/jobs/{job_id} for progress.", job_id)
        return accepted(reply, f"/v1/jobs/{job_id}", replayed=submission.replayed)

    @get(
        "/chat/history",
        operation_id="getChatHistory",
        response_headers=[NEXT_PAGE],
        responses=can_fail(SessionMissing(), SessionInvalid()),
        sync_to_thread=True,
    )
    def history(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        session_header: SessionHeader = None,
        session_id: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        cursor: FromQuery[UUID | None] = None,
    ) -> Response[ChatHistory]:
        """The newest turns of a session, oldest first; `Link` leads to those before them."""
        session_id = session_named(session_id, session_header)
        with database.transaction() as tx:
            turns = sessions.history(tx, principal.user_id, session_id, limit=limit, before=cursor)
        messages = [message for turn in reversed(turns) for message in present_turn(turn)]
        link = next_page(_HISTORY, limit=limit, ids=[turn.job_id for turn in turns], session_id=session_id)
        return Response(ChatHistory(session_id, messages), headers=link)
