"""The wire's shapes."""

from uuid import UUID

import msgspec

from errand.gateway.models import User


class Registration(msgspec.Struct, frozen=True):
    """One guide names no body: what its clients send beyond this is ignored."""

    email: str
    password: str
    name: str = ""


class Credentials(msgspec.Struct, frozen=True):
    email: str
    password: str


class RefreshToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refresh: str


class Account(msgspec.Struct, frozen=True):
    id: UUID
    email: str
    name: str


class TokenPair(msgspec.Struct, frozen=True):
    access: str
    refresh: str


class SignedIn(TokenPair, frozen=True):
    user: Account


class Ticket(msgspec.Struct, frozen=True):
    """`expires_in` is in seconds."""

    ticket: str
    expires_in: int


def present_user(user: User) -> Account:
    return Account(user.id, user.email, user.name)
