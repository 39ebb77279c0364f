"""open runs and requests to cancel in the head, trace parents, an outbox without a foreign key

Revises: jobs_0001
"""

import sqlalchemy as sa
from alembic import op

revision = "jobs_0002"
down_revision = "jobs_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("trace_parent", sa.Text(), nullable=True))
    # Most jobs have ended: the default is theirs, so that only the others' rows are written.
    op.add_column("job_heads", sa.Column("open_runs", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("job_heads", "open_runs", server_default=None)
    op.add_column(
        "job_heads", sa.Column("cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("""
        UPDATE job_heads AS head
        SET open_runs = open.runs, cancel_requested = open.cancel_requested
        FROM (
            SELECT job_id, count(*) AS runs,
                   bool_or(state = 'running' AND cancel_requested_at IS NOT NULL) AS cancel_requested
            FROM runs WHERE state <> 'ended' GROUP BY job_id
        ) AS open
        WHERE head.job_id = open.job_id
    """)
    op.drop_column("runs", "cancel_requested_at")
    op.drop_constraint(op.f("fk_event_outbox_job_id"), "event_outbox", type_="foreignkey")


def downgrade() -> None:
    op.execute("DELETE FROM event_outbox WHERE NOT EXISTS (SELECT FROM jobs WHERE id = job_id)")
    op.create_foreign_key(
        op.f("fk_event_outbox_job_id"), "event_outbox", "jobs", ["job_id"], ["id"], ondelete="CASCADE"
    )
    op.add_column("runs", sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE runs SET cancel_requested_at = now()
        FROM job_heads AS head
        WHERE head.job_id = runs.job_id AND state = 'running' AND cancel_requested
    """)
    op.drop_column("job_heads", "cancel_requested")
    op.drop_column("job_heads", "open_runs")
    op.drop_column("runs", "trace_parent")
