"""Postgres: two pools a process, one transaction a use case, one schema a service."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.orm import Session

from errand.common.errors import Unavailable

#: How models name their constraints and indexes, so that migrations can speak of them.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# A statement that takes longer is a fault; clients and leases must not hang on it.
_SESSION_OPTIONS = {
    "timezone": "UTC",
    # Prepared statements keep the plan that was made when a table was nearly empty, and queues often are: reading all
    # of it is right then, and takes seconds a burst later.
    "enable_seqscan": "off",
    "statement_timeout": "15s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "15s",
}


_OUTAGES = (psycopg.OperationalError, psycopg.InterfaceError)


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__("The database cannot be reached at the moment. Please try again.")


def connection_options(*, schema: str, application: str) -> dict[str, Any]:
    """Of every connection to Postgres: which schema it sees, how long it waits, when it gives up."""
    options = {"search_path": schema, "application_name": f"{application}:{schema}", **_SESSION_OPTIONS}
    return {
        "connect_timeout": 3,
        # A host that is gone must be noticed by a request on its way, and by one that waits for its answer.
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


class Transaction:
    """One unit of work: everything in it is committed together, or not at all."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._session: Session | None = None
        self._after_commit: list[Callable[[], None]] = []

    @property
    def session(self) -> Session:
        """For the ORM. What it loads can still be read when the transaction has ended."""
        if self._session is None:
            self._session = Session(self._connection, expire_on_commit=False)
        return self._session

    def execute(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """The rows that `statement` returns, if it returns any. What the session holds is written before."""
        self.flush()
        if isinstance(statement, sa.TextClause):
            return _execute(self._connection.engine, self._connection.connection, statement, parameters)
        result = self._connection.execute(statement, parameters)
        return list(result) if result.returns_rows else []

    def flush(self) -> None:
        if self._session is not None:
            self._session.flush()

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` once everything is committed; never where it is rolled back."""
        self._after_commit.append(action)

    def committed(self) -> None:
        for action in self._after_commit:
            action()


class Database:
    """The connections of one process to one service's schema.

    The schema stands in the connections' search path, so that the job kernel's tables are written once for all
    services. There is no ping before use: the first failure after a restart of Postgres empties the whole pool.
    """

    def __init__(self, url: str, *, schema: str, pool_size: int = 8, application: str = "errand") -> None:
        create = functools.partial(
            sa.create_engine,
            url,
            pool_size=pool_size,
            max_overflow=pool_size // 2,
            pool_timeout=3,
            pool_recycle=1800,
            json_deserializer=msgspec.json.decode,
            # Errors are logged, and parameters are what users have written.
            hide_parameters=True,
            connect_args=connection_options(schema=schema, application=application),
        )
        self._engine = create()
        # A pool of its own, since switching a connection to autocommit and back costs as much as the statement. It has
        # nothing to roll back when a connection returns.
        self._autocommit = create(isolation_level="AUTOCOMMIT", pool_reset_on_return=None)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit on a clean exit, else roll back. Raises DatabaseUnavailable where Postgres is gone: whether the
        commit took place is then unknown."""
        with _translated(), self._engine.begin() as connection:
            transaction = Transaction(connection)
            yield transaction
            transaction.flush()
        transaction.committed()

    @contextlib.contextmanager
    def autocommit(self) -> Iterator[Transaction]:
        """Like `transaction`, for a use case that writes with one statement: each is committed by itself, in a single
        round trip instead of three."""
        with _translated(), self._autocommit.connect() as connection:
            transaction = Transaction(connection)
            yield transaction
            transaction.flush()
        transaction.committed()

    def execute(self, statement: sa.TextClause, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """Run one statement in a transaction of its own, in a single round trip."""
        with _translated(), contextlib.closing(self._autocommit.raw_connection()) as connection:
            return _execute(self._autocommit, connection, statement, parameters)

    def ping(self) -> None:
        self.execute(sa.text("SELECT 1"))

    def close(self) -> None:
        self._engine.dispose()
        self._autocommit.dispose()


def _execute(
    engine: sa.Engine,
    pooled: sa.PoolProxiedConnection,
    statement: sa.TextClause,
    parameters: Mapping[str, Any] | None,
) -> list[Any]:
    """By the driver alone, as named tuples: SQLAlchemy's own execution takes as long again."""
    connection = pooled.driver_connection
    assert isinstance(connection, psycopg.Connection)
    try:
        cursor = connection.cursor(row_factory=namedtuple_row)
        cursor.execute(_sql(statement, engine.dialect), parameters or {})
        return [] if cursor.rownumber is None else cursor.fetchall()
    except psycopg.OperationalError as error:
        if connection.closed:
            # As SQLAlchemy does where it executes itself: whatever was opened before is opened anew at its next use.
            # `dispose` would leave what is in use at the moment to the garbage collector.
            engine.pool._invalidate(pooled, error, _checkin=False)
        raise


@functools.lru_cache
def _sql(statement: sa.TextClause, dialect: sa.Dialect) -> bytes:
    """With psycopg's placeholders for SQLAlchemy's."""
    return str(statement.compile(dialect=dialect)).encode()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (*_OUTAGES, sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise DatabaseUnavailable from error
    except (psycopg.Error, sa.exc.DBAPIError) as error:
        _hide_rows(error)
        raise


def _hide_rows(error: psycopg.Error | sa.exc.DBAPIError) -> None:
    """Postgres quotes what it refuses, as a detail, and errors are logged."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(original, psycopg.Error) and original.diag.message_primary:
        error.args = original.args = (original.diag.message_primary,)
