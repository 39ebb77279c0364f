"""What every analysis asks and writes, and every submit, one SQL statement each, which go to the driver as they are:
through SQLAlchemy's expressions they cost a worker as much CPU as the rules.

Plans live long, as those of the kernel: hence `= (SELECT …)` and `= ANY (ARRAY(SELECT …))` in place of joins of tables
that grow while a plan lives.
"""

from sqlalchemy import text

# The job must not go before this is committed.
ADD = text("""
    INSERT INTO incidents (job_id, owner_id, reported_at, text_digest)
    SELECT id, owner_id, created_at, :digest FROM jobs WHERE id = :job_id AND owner_id = :owner_id FOR KEY SHARE
    ON CONFLICT DO NOTHING
""")

RECORD = text("""
    UPDATE incidents
    SET incident_type = :incident_type, severity = :severity, priority = :priority, summary = :summary,
        duplicate_of = :duplicate_of, terms = CAST(:terms AS json), entities = CAST(:entities AS jsonb)
    WHERE job_id = :job_id AND owner_id = :owner_id
    RETURNING job_id
""")

# With an analysis; of duplicates only those that people say more of.
_TELLING = """
    SELECT job_id FROM incidents
    WHERE owner_id = :owner_id AND job_id <> :job_id AND incident_type IS NOT NULL
      AND (duplicate_of IS NULL OR cause IS NOT NULL OR resolution IS NOT NULL)"""

PAST = text(f"""
    SELECT job_id, (SELECT description FROM jobs WHERE id = job_id) AS description,
           COALESCE(correct_type, incident_type) AS incident_type, COALESCE(correct_severity, severity) AS severity,
           terms, entities, cause, resolution, notes, helpful
    FROM incidents
    WHERE job_id = ANY (ARRAY(
        ({_TELLING} ORDER BY job_id DESC LIMIT :newest)
        UNION
        ({_TELLING} AND entities ?| CAST(:names AS text[]) ORDER BY job_id DESC LIMIT :naming)
    ))
    ORDER BY job_id DESC
""")

_EARLIER = """
    SELECT job_id, duplicate_of, reported_at, entities FROM incidents
    WHERE owner_id = :owner_id AND reported_at >= (SELECT reported_at FROM mine) - CAST(:within AS interval)
      AND (reported_at, job_id) < ((SELECT reported_at FROM mine), :job_id)"""

# Each with the first of all that it repeats, as far as that is still there, and the time since that.
EARLIER = text(f"""
    WITH mine AS (SELECT reported_at, text_digest FROM incidents WHERE job_id = :job_id AND owner_id = :owner_id),
    same_text AS (
        {_EARLIER} AND text_digest = (SELECT text_digest FROM mine)
        ORDER BY reported_at, job_id LIMIT 1
    ),
    same_type AS (
        {_EARLIER} AND incident_type = :incident_type AND entities ?| CAST(:names AS text[])
          AND NOT EXISTS (SELECT FROM same_text)
        ORDER BY reported_at DESC, job_id DESC LIMIT :limit
    ),
    found AS (
        SELECT true AS same_text, * FROM same_text UNION ALL SELECT false, * FROM same_type
    ),
    traced AS (
        SELECT *, (
            SELECT reported_at FROM incidents WHERE job_id = found.duplicate_of AND owner_id = :owner_id
        ) AS first_at
        FROM found
    )
    SELECT same_text, entities, CASE WHEN first_at IS NULL THEN job_id ELSE duplicate_of END AS first_id,
           (SELECT reported_at FROM mine) - COALESCE(first_at, reported_at) AS since_first
    FROM traced ORDER BY reported_at, job_id
""")

RUNBOOKS = text("""
    SELECT runbook_id, version, content FROM runbook_versions
    WHERE owner_id = :owner_id AND (runbook_id, version) IN (
        SELECT runbook_id, max(version) FROM runbook_versions WHERE owner_id = :owner_id GROUP BY runbook_id
    )
""")
