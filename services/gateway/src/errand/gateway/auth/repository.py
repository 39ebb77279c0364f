"""Every query over users and refresh families."""

import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from errand.common.database import Transaction
from errand.gateway.models import RefreshFamily, User


def add_user(tx: Transaction, email: str, name: str, password_hash: str) -> User | None:
    """None where the email is taken, also by a request that is under way at the same time."""
    statement = insert(User).values(email=email, name=name, password_hash=password_hash)
    return tx.session.scalar(statement.on_conflict_do_nothing(index_elements=[User.email]).returning(User))


def user(tx: Transaction, user_id: UUID) -> User | None:
    return tx.session.get(User, user_id)


def user_by_email(tx: Transaction, email: str) -> User | None:
    return tx.session.scalar(sa.select(User).where(User.email == email))


def add_family(
    tx: Transaction, family_id: UUID, user_id: UUID, token_hash: bytes, lifetime: datetime.timedelta
) -> None:
    now = sa.func.now()
    statement = sa.insert(RefreshFamily).values(id=family_id, user_id=user_id, token_hash=token_hash)
    tx.execute(statement.values(rotated_at=now, expires_at=now + lifetime))


def lock_family(tx: Transaction, family_id: UUID) -> tuple[RefreshFamily, datetime.timedelta] | None:
    """The family and the time since its last rotation; None where it has expired. Nobody else rotates it before this
    transaction ends."""
    since_rotation = sa.type_coerce(sa.func.now() - RefreshFamily.rotated_at, sa.Interval)
    statement = sa.select(RefreshFamily, since_rotation).where(
        RefreshFamily.id == family_id, RefreshFamily.expires_at > sa.func.now()
    )
    row = tx.session.execute(statement.with_for_update()).one_or_none()
    return (row[0], row[1]) if row else None


def delete_family(tx: Transaction, family_id: UUID) -> None:
    tx.execute(sa.delete(RefreshFamily).where(RefreshFamily.id == family_id))


def delete_expired_families(tx: Transaction, user_id: UUID) -> None:
    expired = RefreshFamily.expires_at <= sa.func.now()
    tx.execute(sa.delete(RefreshFamily).where(RefreshFamily.user_id == user_id, expired))
