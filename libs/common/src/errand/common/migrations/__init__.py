"""Migrations: Alembic, one history a service, in that service's own schema.

The job kernel's tables have a history of their own (a branch named `jobs`), which every service that runs jobs
applies beside its own: the kernel migrates once for all of them. What a service owns is told by `METADATA` in its
`models` module.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import autogenerate, command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from errand.common.jobs import models as jobs_models

VERSION_TABLE = "alembic_version"


def upgrade(service: str, database_url: str) -> None:
    """Create the service's schema where it is missing, and bring it to the newest version."""
    command.upgrade(_config(service, database_url), "heads")


def revise(service: str, database_url: str, message: str, *, branch: str | None = None) -> Path:
    """Write a revision for what the models have and the database lacks. `branch="jobs"` writes the kernel's.

    The database must be at the newest version. Returns the file, which its author is to read and to name well.
    """
    branch = branch or service
    folder = _versions("errand.common.jobs" if branch == "jobs" else f"errand.{service}")
    number = len(list(folder.glob("*.py"))) + 1
    script = command.revision(
        _config(service, database_url),
        message,
        autogenerate=True,
        head=f"{branch}@head" if number > 1 else "base",
        branch_label=branch if number == 1 else None,
        version_path=str(folder),
        rev_id=f"{branch}_{number:04d}",
    )
    assert isinstance(script, Script)
    return Path(script.path)


def drift(service: str, database_url: str) -> list[object]:
    """What autogenerate would still change; empty where models and migrations agree."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT set_config('search_path', :schema, false)"), {"schema": service})
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        return list(autogenerate.compare_metadata(context, _merged(_metadata(service))))


def is_ours(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name == VERSION_TABLE)


def _config(service: str, database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, _locations(service))))
    config.attributes.update(database_url=database_url, schema=service, metadata=_metadata(service))
    return config


def _locations(service: str) -> list[Path]:
    own = [_versions(f"errand.{service}")]
    return [_versions("errand.common.jobs"), *own] if _runs_jobs(service) else own


def _versions(package: str) -> Path:
    file = importlib.import_module(package).__file__
    assert file is not None
    return Path(file).parent / "migrations" / "versions"


def _metadata(service: str) -> Sequence[sa.MetaData]:
    metadata: Sequence[sa.MetaData] = importlib.import_module(f"errand.{service}.models").METADATA
    return metadata


def _runs_jobs(service: str) -> bool:
    return jobs_models.metadata in _metadata(service)


def _merged(parts: Sequence[sa.MetaData]) -> sa.MetaData:
    merged = sa.MetaData()
    for part in parts:
        for table in part.sorted_tables:
            table.to_metadata(merged)
    return merged
