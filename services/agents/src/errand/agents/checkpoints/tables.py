"""LangGraph's tables, which come with the service's migrations instead of by its `PostgresSaver.setup`.

They are the same but for its indexes by thread, with which their primary keys begin anyway, and for its own table of
migrations.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData()


def _key(name: str, type: type[sa.types.TypeEngine[object]] = sa.Text) -> "sa.Column[object]":
    return sa.Column(name, type, primary_key=True)


def _namespace() -> "sa.Column[object]":
    return sa.Column("checkpoint_ns", sa.Text, primary_key=True, server_default="")


sa.Table(
    "checkpoints",
    metadata,
    sa.Column("thread_id", sa.Text, primary_key=True),
    _namespace(),
    _key("checkpoint_id"),
    sa.Column("parent_checkpoint_id", sa.Text),
    sa.Column("type", sa.Text),
    sa.Column("checkpoint", JSONB, nullable=False),
    sa.Column("metadata", JSONB, nullable=False, server_default="{}"),
)

sa.Table(
    "checkpoint_blobs",
    metadata,
    sa.Column("thread_id", sa.Text, primary_key=True),
    _namespace(),
    _key("channel"),
    _key("version"),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("blob", sa.LargeBinary),
)

sa.Table(
    "checkpoint_writes",
    metadata,
    sa.Column("thread_id", sa.Text, primary_key=True),
    _namespace(),
    _key("checkpoint_id"),
    _key("task_id"),
    sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("type", sa.Text),
    sa.Column("blob", sa.LargeBinary, nullable=False),
    sa.Column("task_path", sa.Text, nullable=False, server_default=""),
)
