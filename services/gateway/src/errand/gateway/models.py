"""The gateway's tables: users, and the refresh tokens that keep them signed in."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from errand.common.database import NAMING


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: sa.DateTime(timezone=True), str: sa.Text}


class User(Base):
    """`email` is normalised: equal emails are equal strings."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class RefreshFamily(Base):
    """The chain of refresh tokens that one sign-in began. Only the newest two are known, and only by their hash."""

    __tablename__ = "refresh_families"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    rotated_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    def rotate(self, token_hash: bytes, lifetime: timedelta) -> None:
        self.previous_hash, self.token_hash = self.token_hash, token_hash
        self.rotated_at, self.expires_at = sa.func.now(), sa.func.now() + lifetime


METADATA = (Base.metadata,)
