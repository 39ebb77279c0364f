"""`/api/auth`."""

import hashlib

from litestar import Controller, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import JSONBody

from errand.common.identity import Principal
from errand.gateway.auth import domain
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
from errand.gateway.auth.tickets import LIFETIME_S, Tickets
from errand.gateway.limits import Limits
from errand.gateway.routes import Rate


class AuthController(Controller):
    path = "/api/auth"
    tags = ("auth",)

    @post("/register", operation_id="register", sync_to_thread=True)
    def register(self, data: JSONBody[Registration], accounts: NamedDependency[Accounts]) -> SignedIn:
        return accounts.register(data.email, data.password, data.name)

    @post("/login", operation_id="login", status_code=200)
    async def login(
        self, data: JSONBody[Credentials], accounts: NamedDependency[Accounts], limits: NamedDependency[Limits]
    ) -> SignedIn:
        """Limited per address like every sign-in, and per email: one password guesser may have many addresses."""
        email_hash = hashlib.sha256(domain.normalise(data.email).encode()).hexdigest()
        await limits.spend(Rate.AUTH, f"email:{email_hash}")
        return await sync_to_thread(accounts.login, data.email, data.password)

    @post("/token/refresh", operation_id="refreshToken", status_code=200, sync_to_thread=True)
    def refresh(self, data: JSONBody[RefreshToken], accounts: NamedDependency[Accounts]) -> TokenPair:
        return accounts.refresh(data.refresh)

    @post("/logout", operation_id="logout", status_code=204, sync_to_thread=True)
    def logout(self, data: JSONBody[RefreshToken], accounts: NamedDependency[Accounts]) -> None:
        accounts.logout(data.refresh)

    @get("/me", operation_id="getMe", sync_to_thread=True)
    def me(self, principal: NamedDependency[Principal], accounts: NamedDependency[Accounts]) -> Account:
        return present_user(accounts.user(principal.user_id))

    @post("/ws-ticket", operation_id="createTicket", status_code=201)
    async def ticket(self, principal: NamedDependency[Principal], tickets: NamedDependency[Tickets]) -> Ticket:
        return Ticket(await tickets.issue(principal), LIFETIME_S)
