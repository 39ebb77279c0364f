"""Alembic's environment, the same for every service: `errand.common.migrations` says whose turn it is."""

import sqlalchemy as sa
from alembic import context

from errand.common.migrations import VERSION_TABLE, is_ours


def run() -> None:
    options = context.config.attributes
    schema = options["schema"]
    engine = sa.create_engine(options["database_url"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        # Two deployments may migrate at once; the second waits here and then finds nothing to do.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"migrate:{schema}"})
        connection.execute(sa.text("SET LOCAL lock_timeout = '3s'"))
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
        connection.execute(sa.text("SELECT set_config('search_path', :schema, true)"), {"schema": schema})
        context.configure(
            connection=connection,
            target_metadata=options["metadata"],
            version_table=VERSION_TABLE,
            version_table_schema=schema,
            include_name=is_ours,
        )
        context.run_migrations()


run()
