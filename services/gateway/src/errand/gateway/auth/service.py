"""The use cases of signing in.

All of it is synchronous and meant for threads: Argon2 takes tens of milliseconds of CPU, and the database's driver is
synchronous. Unlike elsewhere a use case opens its own transactions, because none may stay open while a password is
hashed, and because a refused refresh token has something to commit.
"""

import datetime
from uuid import UUID, uuid4

import structlog

from errand.common.database import Database, Transaction
from errand.common.identity import TokenRefused
from errand.gateway.auth import domain, repository
from errand.gateway.auth.domain import EmailTaken, InvalidCredentials, Presented, RefreshRefused
from errand.gateway.auth.passwords import Passwords
from errand.gateway.auth.schemas import SignedIn, TokenPair, present_user
from errand.gateway.auth.tokens import AccessTokens, RefreshTokens, digest, family_of
from errand.gateway.models import User

logger = structlog.stdlib.get_logger(__name__)


class Accounts:
    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        access_tokens: AccessTokens,
        refresh_tokens: RefreshTokens,
        *,
        refresh_token_s: int,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._access_tokens = access_tokens
        self._refresh_tokens = refresh_tokens
        self._refresh_lifetime = datetime.timedelta(seconds=refresh_token_s)

    def register(self, email: str, password: str, name: str) -> SignedIn:
        """Raises Unprocessable, EmailTaken."""
        email, name = domain.normalise(email), name.strip()
        domain.check_registration(email, password, name)
        password_hash = self._passwords.hash(password)
        with self._database.transaction() as tx:
            user = repository.add_user(tx, email, name, password_hash)
            if user is None:
                raise EmailTaken
            return self._sign_in(tx, user)

    def login(self, email: str, password: str) -> SignedIn:
        """Raises InvalidCredentials."""
        with self._database.transaction() as tx:
            user = repository.user_by_email(tx, domain.normalise(email)) if domain.is_email(email.strip()) else None
        if not self._passwords.fit(password, user.password_hash if user else None) or user is None:
            raise InvalidCredentials
        with self._database.transaction() as tx:
            return self._sign_in(tx, user)

    def refresh(self, token: str) -> TokenPair:
        """Raises RefreshRefused, after which no token of this family works any more."""
        family_id = family_of(token)
        if family_id is None:
            raise RefreshRefused
        successor = self._refresh_tokens.successor(token, family_id)
        with self._database.transaction() as tx:
            user_id = self._rotate(tx, family_id, token, successor)
        if user_id is None:
            raise RefreshRefused
        return TokenPair(self._access_tokens.issue(user_id), successor)

    def logout(self, token: str) -> None:
        """End the family of this token. One that is unknown is as good as ended."""
        if family_id := family_of(token):
            with self._database.transaction() as tx:
                repository.delete_family(tx, family_id)

    def user(self, user_id: UUID) -> User:
        """Raises TokenRefused where the user is gone."""
        with self._database.transaction() as tx:
            user = repository.user(tx, user_id)
        if user is None:
            raise TokenRefused
        return user

    def _sign_in(self, tx: Transaction, user: User) -> SignedIn:
        repository.delete_expired_families(tx, user.id)
        family_id = uuid4()
        token = self._refresh_tokens.first(family_id)
        repository.add_family(tx, family_id, user.id, digest(token), self._refresh_lifetime)
        return SignedIn(self._access_tokens.issue(user.id), token, present_user(user))

    def _rotate(self, tx: Transaction, family_id: UUID, token: str, successor: str) -> UUID | None:
        """Whose family it is; None where the token was refused and the family, if there was one, has ended."""
        found = repository.lock_family(tx, family_id)
        if found is None:
            return None
        family, since_rotation = found
        match domain.judge(digest(token), family.token_hash, family.previous_hash, since_rotation):
            case Presented.CURRENT:
                family.rotate(digest(successor), self._refresh_lifetime)
            case Presented.STALE:
                logger.warning("stale refresh token: family revoked", user_id=str(family.user_id))
                repository.delete_family(tx, family_id)
                return None
        return family.user_id
