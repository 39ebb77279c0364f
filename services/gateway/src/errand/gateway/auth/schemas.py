"""The wire's shapes."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from errand.gateway.models import User

# What fits is for the domain to say, in better words; these are for the documentation.
Email = Annotated[str, Meta(examples=["ada@example.com"])]
Password = Annotated[str, Meta(description="8–128 characters", examples=["correct horse battery"])]


class Registration(msgspec.Struct, frozen=True):
    """One guide names no body: what its clients send beyond this is ignored."""

    email: Email
    password: Password
    name: str = ""


class Credentials(msgspec.Struct, frozen=True):
    email: Email
    password: Password


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
