"""The command line of a service: `python -m errand.<service> api|worker|migrate`."""

import faulthandler
import importlib
import os
import sys

from errand.common.settings import SettingsError

_MODULES = {"api": "app", "worker": "worker"}


def run(service: str) -> None:
    """Run the process of `service` that the first argument names."""
    # Where native code crashes, the log has to say so.
    faulthandler.enable()
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        if command == "migrate":
            # Alembic and what it brings would take 7 MB of every process that does not migrate.
            from errand.common import migrations

            migrations.upgrade(service, _database_url())
        elif command in _MODULES:
            importlib.import_module(f"errand.{service}.{_MODULES[command]}").main()
        else:
            sys.exit(f"usage: python -m errand.{service} api|worker|migrate")
    except SettingsError as error:
        sys.exit(f"error: {error}\nfix: the README lists the settings, .env.example has an example of each")


def _database_url() -> str:
    if url := os.environ.get("ERRAND_DATABASE_URL"):
        return url
    raise SettingsError("ERRAND_DATABASE_URL is not set")
