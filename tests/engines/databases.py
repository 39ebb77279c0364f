"""Databases for tests: clones of a template that was migrated once, emptied when they are given back."""

import itertools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_numbers = itertools.count(1)

# What is created in a database has a number from 16384 on.
_TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid >= 16384"
_RESTART = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
_SCHEMA = """
    SELECT md5(string_agg(concat(oid, name), ' ' ORDER BY oid, name))
    FROM (
        SELECT oid, nspname::text AS name FROM pg_namespace
        UNION ALL SELECT oid, proname FROM pg_proc
        UNION ALL SELECT oid, relname FROM pg_class
        UNION ALL SELECT oid, conname FROM pg_constraint
        UNION ALL SELECT oid, tgname FROM pg_trigger
        UNION ALL SELECT attrelid, concat(attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
    ) AS objects
    WHERE oid >= 16384
"""
_DISCONNECT_OTHERS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class _Template:
    url: str
    schema: str
    emptying: sql.Composed
    free: list[str] = field(default_factory=list)


class Databases:
    """The databases of one session on one server."""

    def __init__(self, admin_url: str, migrate: Callable[[str, str], None]) -> None:
        self._admin_url = admin_url
        self._migrate = migrate
        self._templates: dict[tuple[str, ...], _Template] = {}
        self._lent: dict[str, _Template] = {}

    def empty(self) -> str:
        """The URL of a new database without any schema, for `drop`."""
        return self._create("template1")

    def migrated(self, *services: str) -> str:
        """The URL of a database that has the newest schema of each of `services` and no rows, for `give_back`."""
        if services not in self._templates:
            self._templates[services] = self._template(services)
        template = self._templates[services]
        url = template.free.pop() if template.free else self._create(_name_of(template.url))
        self._lent[url] = template
        return url

    def give_back(self, url: str) -> None:
        """Keep the database for somebody else, without its rows and whoever is still connected. It is removed where
        tables, columns, constraints, triggers or functions came, went or were renamed; whoever changes anything else of
        a schema (defaults, the body of a function) takes a database of `empty`."""
        template = self._lent.pop(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_DISCONNECT_OTHERS)
            is_unchanged = _value(connection, _SCHEMA) == template.schema
            if is_unchanged:
                connection.execute(template.emptying)
                template.free.append(url)
        if not is_unchanged:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Remove the database, whoever is still connected."""
        name = sql.Identifier(_name_of(url))
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def close(self) -> None:
        """Remove the templates, and all that was given back."""
        for template in self._templates.values():
            for url in (*template.free, template.url):
                self.drop(url)

    def _template(self, services: tuple[str, ...]) -> _Template:
        url = self.empty()
        for service in services:
            self._migrate(service, url)
        with psycopg.connect(url) as connection:
            tables = [sql.SQL(name) for (name,) in connection.execute(_TABLES)]
            # What migrations leave behind stays, such as their own version.
            emptied = [table for table in tables if not connection.execute(_any_row(table)).rowcount]
            return _Template(url, _value(connection, _SCHEMA), _emptying(emptied))

    def _create(self, template: str) -> str:
        name = f"errand_test_{os.getpid()}_{next(_numbers)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return make_url(self._admin_url).set(database=name).render_as_string(hide_password=False)

    def _execute(self, command: sql.Composed) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(command)


def _emptying(tables: Iterable[sql.SQL]) -> sql.Composed:
    """Without triggers, so in any order. TRUNCATE would make new files for every table and index."""
    deletions = [sql.SQL("DELETE FROM {}").format(table) for table in tables]
    in_peace = sql.SQL("SET session_replication_role = replica")
    return sql.SQL("; ").join([in_peace, *deletions, sql.SQL(_RESTART)])


def _any_row(table: sql.SQL) -> sql.Composed:
    return sql.SQL("SELECT FROM {} LIMIT 1").format(table)


def _value(connection: psycopg.Connection, query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row and row[0]


def _name_of(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name
