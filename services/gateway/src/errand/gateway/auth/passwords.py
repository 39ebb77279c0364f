"""Passwords: Argon2id."""

import os
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's parameters: 19 MiB and some tens of milliseconds of one core a password.
_MEMORY_KIB = 19 * 1024
_PASSES = 2


class Passwords:
    """Hashes and verifies, no more at a time than there are cores: waiting costs a crowd no more time than turns
    would, and less memory."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)
        self._cores = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._nobodys_hash = self.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        with self._cores:
            return self._hasher.hash(password)

    def fit(self, password: str, password_hash: str | None) -> bool:
        """Takes as long without a hash as with one: time must not tell who has an account."""
        with self._cores:
            try:
                return self._hasher.verify(password_hash or self._nobodys_hash, password) and password_hash is not None
            except (VerificationError, InvalidHashError):
                return False
