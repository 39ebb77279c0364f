"""`/api/auth`."""

import hashlib
from typing import Any

from litestar import Controller, Request, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import JSONBody

from errand.common.database import DatabaseUnavailable
from errand.common.http.openapi import can_fail
from errand.common.identity import Principal
from errand.gateway.auth import domain
from errand.gateway.auth.domain import EmailTaken, InvalidCredentials, RefreshRefused
from errand.gateway.auth.schemas import (
    Account,
    Credentials,
    RefreshToken,
    Registration,
    SignedIn,
    Ticket,
    TokenPair,
    present_user,
)
from errand.gateway.auth.service import Accounts
from errand.gateway.auth.tickets import LIFETIME_S, Tickets, TicketsUnavailable
from errand.gateway.limits import Limits
from errand.gateway.routes import Rate


class AuthController(Controller):
    path = "/api/auth"
    tags = ("auth",)

    @post(
        "/register",
        operation_id="register",
        responses=can_fail(EmailTaken(), DatabaseUnavailable()),
        sync_to_thread=True,
    )
    def register(self, data: JSONBody[Registration], accounts: NamedDependency[Accounts]) -> SignedIn:
        """Open an account, and sign in."""
        return accounts.register(data.email, data.password, data.name)

    @post(
        "/login", operation_id="login", status_code=200, responses=can_fail(InvalidCredentials(), DatabaseUnavailable())
    )
    async def login(
        self, data: JSONBody[Credentials], accounts: NamedDependency[Accounts], limits: NamedDependency[Limits]
    ) -> SignedIn:
        """Sign in. Limited per address and per email: one password guesser may have many addresses."""
        email_hash = hashlib.sha256(domain.normalise(data.email).encode()).hexdigest()
        await limits.spend(Rate.AUTH, f"email:{email_hash}")
        return await sync_to_thread(accounts.login, data.email, data.password)

    @post(
        "/token/refresh",
        operation_id="refreshToken",
        status_code=200,
        responses=can_fail(RefreshRefused(), DatabaseUnavailable()),
        sync_to_thread=True,
    )
    def refresh(self, data: JSONBody[RefreshToken], accounts: NamedDependency[Accounts]) -> TokenPair:
        """A new pair. The token that was used is spent: within 30 s it gives this pair again, later it ends the
        session."""
        return accounts.refresh(data.refresh)

    @post(
        "/logout",
        operation_id="logout",
        status_code=204,
        responses=can_fail(DatabaseUnavailable()),
        sync_to_thread=True,
    )
    def logout(self, data: JSONBody[RefreshToken], accounts: NamedDependency[Accounts]) -> None:
        """End the session of this refresh token."""
        accounts.logout(data.refresh)

    @get("/me", operation_id="getMe", responses=can_fail(DatabaseUnavailable()), sync_to_thread=True)
    def me(self, principal: NamedDependency[Principal], accounts: NamedDependency[Accounts]) -> Account:
        """Whose token this is."""
        return present_user(accounts.user(principal.user_id))

    @post("/ws-ticket", operation_id="createTicket", status_code=201, responses=can_fail(TicketsUnavailable()))
    async def ticket(self, request: Request[Principal, float, Any], tickets: NamedDependency[Tickets]) -> Ticket:
        """A stand-in for the access token, good for one WebSocket within 30 s."""
        return Ticket(await tickets.issue(request.user, request.auth), LIFETIME_S)
