"""A fresh database for every test: a clone of a template that was migrated once."""

import itertools
import os
from collections.abc import Callable

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_numbers = itertools.count(1)


class Databases:
    """The databases of one session on one server."""

    def __init__(self, admin_url: str, migrate: Callable[[str, str], None]) -> None:
        self._admin_url = admin_url
        self._migrate = migrate
        self._templates: dict[tuple[str, ...], str] = {}

    def empty(self) -> str:
        """The URL of a new, empty database."""
        return self._create("template1")

    def migrated(self, *services: str) -> str:
        """The URL of a new database that has the newest schema of each of `services`."""
        if services not in self._templates:
            url = self.empty()
            for service in services:
                self._migrate(service, url)
            self._templates[services] = _name_of(url)
        return self._create(self._templates[services])

    def drop(self, url: str) -> None:
        """Remove the database, whoever is still connected."""
        self._drop(_name_of(url))

    def close(self) -> None:
        """Remove the templates."""
        for name in self._templates.values():
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create(self, template: str) -> str:
        name = f"errand_test_{os.getpid()}_{next(_numbers)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return make_url(self._admin_url).set(database=name).render_as_string(hide_password=False)

    def _execute(self, command: sql.Composed) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(command)


def _name_of(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name
