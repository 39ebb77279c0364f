"""Every transition of jobs and runs, as one SQL statement each.

A transition changes the job, its run, its head and its story together, so one statement is one round trip and one
snapshot. Rules that hold for all of them:

* The clock is the database's.
* A write on behalf of a run is conditional on its lease token. No row back: the lease is lost, and nothing was written.
* What changes a job that is there locks its head first, then runs, then the job: one order, hence no deadlock.
* Every event comes with its outbox row.
* Only hints (RELAXED) may be forgotten by a server that crashes right after: a run is then dispatched, or an event
  published, twice.
* Plans live long, and some are made while a table is empty. What another table leads to is therefore looked up by
  `= (SELECT …)` or `= ANY (ARRAY(SELECT …))`: in a join the planner may read all of a table that was empty, and repeat
  a sub-select with a LIMIT for each of its rows.
"""

from sqlalchemy import text

_TURN = """
    -- Start-time fair queueing: an owner's next run takes the turn after its own last one, but never an earlier one
    -- than whoever is being served now. A thousand runs of one owner hence take a thousand turns, and another
    -- owner's first run joins the present one.
    -- Runs of several jobs with one key get their ids in the order of their commits. Else one that was dispatched could
    -- have to wait for another with a lower id, which came into sight later.
    turn AS (
        SELECT GREATEST(
            (SELECT max(turn) + 1 FROM runs
             WHERE state = 'due' AND queue = :queue AND owner_id = :owner_id AND priority = :priority),
            (SELECT min(turn) FROM runs
             WHERE state = 'due' AND queue = :queue AND priority = :priority AND available_at <= now()),
            0
        ) AS turn
        FROM (SELECT pg_advisory_xact_lock(hashtextextended(:shared_key, 0))) AS in_order
    )"""

# Not as NOT EXISTS: that may become a join, which reads all runs that have not ended while the planner believes that
# there are few.
_FIRST_OF_KEY = """(
              SELECT min(id) FROM runs AS same
              WHERE same.concurrency_key = {run}.concurrency_key AND same.state <> 'ended')"""

# For one run or job. With a constant the planner takes an index of all that wait, which is the smallest while nobody
# does, and then reads it from end to end in a burst.
_DUE = "(SELECT 'due')"

# In FROM: the commit does not wait for the disk.
_RELAXED = "(SELECT set_config('synchronous_commit', 'off', true)) AS relaxed"

_OUTBOX = "outbox AS (INSERT INTO event_outbox (job_id, seq) SELECT job_id, seq FROM event)"

_EVENT = f"""
    event AS (
        INSERT INTO job_events (job_id, seq, run, attempt, node, type, message, data)
        SELECT :job_id, head.seq, run.number, run.attempt, :node, :type, :message, CAST(:data AS json) FROM head, run
        RETURNING job_id, seq, type, created_at
    ),
    {_OUTBOX}"""

# No row back: the key was taken before, and nothing was written.
SUBMIT = text(f"""
    WITH {_TURN},
    key AS (
        INSERT INTO idempotency_keys (owner_id, key, request_hash, job_id)
        SELECT :owner_id, :key, :request_hash, :job_id WHERE CAST(:key AS text) IS NOT NULL
        ON CONFLICT DO NOTHING
        RETURNING job_id
    ),
    head AS (
        INSERT INTO job_heads (job_id, seq, open_runs)
        SELECT :job_id, 1, 1 WHERE CAST(:key AS text) IS NULL OR EXISTS (SELECT FROM key)
        RETURNING seq
    ),
    job AS (
        INSERT INTO jobs (id, kind, owner_id, status, title, description, session_id, batch_id, input)
        SELECT :job_id, :kind, :owner_id, 'pending', :title, :description, :session_id, CAST(:batch_id AS uuid),
               CAST(:input AS json)
        FROM head
    ),
    run AS (
        INSERT INTO runs (job_id, number, handler, owner_id, payload, queue, priority, turn, concurrency_key, state,
                          max_attempts, time_limit_s, trace_parent)
        SELECT :job_id, 1, :kind, :owner_id, CAST(:payload AS json), :queue, :priority, turn, :concurrency_key, 'due',
               :max_attempts, :time_limit_s, :trace_parent
        FROM turn, head
        RETURNING number, attempt
    ),
    {_EVENT}
    SELECT seq, created_at FROM event
""")

# The caller holds the head's lock. The new run inherits what its predecessor was given, and on a retry its steps.
ADD_RUN = text(f"""
    WITH {_TURN},
    previous AS (SELECT * FROM runs WHERE job_id = :job_id ORDER BY number DESC LIMIT 1),
    head AS (UPDATE job_heads SET seq = seq + 1, open_runs = open_runs + 1 WHERE job_id = :job_id RETURNING seq),
    job AS (
        UPDATE jobs
        SET status = CASE WHEN status = 'running' THEN status ELSE 'pending' END,
            progress = CASE WHEN status = 'running' THEN progress ELSE 0 END,
            error_code = NULL, error_message = NULL, ended_at = NULL, updated_at = now()
        WHERE id = :job_id
    ),
    run AS (
        INSERT INTO runs (job_id, number, handler, owner_id, payload, queue, priority, turn, concurrency_key, state,
                          max_attempts, time_limit_s, trace_parent)
        SELECT job_id, number + 1, COALESCE(:handler, handler), owner_id, CAST(:payload AS json), queue, priority,
               turn.turn, concurrency_key, 'due', max_attempts, time_limit_s, :trace_parent
        FROM previous, turn
        RETURNING id, number, attempt
    ),
    step AS (
        INSERT INTO run_steps (run_id, name, result)
        SELECT run.id, kept.name, kept.result FROM run, previous JOIN run_steps AS kept ON kept.run_id = previous.id
        WHERE :keep_steps
    ),
    {_EVENT}
    SELECT seq, created_at FROM event
""")

DISPATCH = text(f"""
    UPDATE runs SET dispatch_after = now() + interval '30 seconds'
    FROM {_RELAXED}
    WHERE id = ANY (ARRAY(
        SELECT id FROM runs AS candidate
        WHERE state = 'due' AND queue = :queue AND available_at <= now() AND dispatch_after <= now()
          AND id = {_FIRST_OF_KEY.format(run="candidate")}
        ORDER BY priority, turn, id
        LIMIT :room
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING id, handler, priority, turn
""")

CLAIM = text(f"""
    WITH locked AS (
        SELECT job_id FROM job_heads WHERE job_id = (SELECT job_id FROM runs WHERE id = :run_id) FOR UPDATE
    ),
    run AS (
        UPDATE runs
        SET state = 'running', attempt = attempt + 1, started_at = COALESCE(started_at, now()),
            deadline_at = now() + make_interval(secs => time_limit_s)
        FROM locked
        WHERE runs.id = :run_id AND state = {_DUE} AND available_at <= now()
          AND runs.id = {_FIRST_OF_KEY.format(run="runs")}
        RETURNING runs.id AS run_id, runs.job_id, number, handler, payload, attempt, max_attempts, trace_parent,
                  CAST(EXTRACT(EPOCH FROM now() - available_at) AS float) AS waited_s
    ),
    head AS (
        UPDATE job_heads
        SET seq = seq + 1, cancel_requested = false, lease_token = :token, lease_owner = :worker,
            lease_expires_at = now() + make_interval(secs => :lease_s)
        WHERE job_id = (SELECT job_id FROM run)
        RETURNING seq
    ),
    job AS (
        UPDATE jobs
        SET status = 'running', started_at = COALESCE(started_at, now()), ended_at = NULL, updated_at = now()
        WHERE id = (SELECT job_id FROM run)
        RETURNING owner_id, session_id, input
    ),
    event AS (
        INSERT INTO job_events (job_id, seq, run, attempt, node, type, message, data)
        SELECT run.job_id, head.seq, run.number, run.attempt, :node, :type, :message, CAST(:data AS json)
        FROM run, head
        RETURNING job_id, seq, created_at
    ),
    {_OUTBOX}
    SELECT run.*, job.*, event.seq, event.created_at,
           (SELECT json_object_agg(name, result) FROM run_steps WHERE run_steps.run_id = run.run_id) AS steps
    FROM run, job, event
""")

HEARTBEAT = text("""
    UPDATE job_heads SET lease_expires_at = now() + make_interval(secs => :lease_s)
    WHERE job_id = ANY (CAST(:job_ids AS uuid[])) AND lease_token = ANY (CAST(:tokens AS uuid[]))
    RETURNING lease_token, cancel_requested
""")

# `events` is a JSON array of {node, type, message, data}.
EMIT = text(f"""
    WITH head AS (
        UPDATE job_heads SET seq = seq + :count
        WHERE job_id = :job_id AND lease_token = :token
        RETURNING seq - :count AS last_seq, cancel_requested
    ),
    job AS (
        UPDATE jobs
        SET stage = :stage, progress = COALESCE(CAST(:progress AS smallint), progress), updated_at = now()
        FROM head WHERE id = :job_id
    ),
    event AS (
        INSERT INTO job_events (job_id, seq, run, attempt, node, type, message, data)
        SELECT :job_id, head.last_seq + new.place, :number, :attempt, new.node, new.type, new.message, new.data
        FROM head, ROWS FROM (
            json_to_recordset(CAST(:events AS json)) AS (node text, type text, message text, data json)
        ) WITH ORDINALITY AS new (node, type, message, data, place)
        RETURNING job_id, seq, created_at
    ),
    {_OUTBOX}
    SELECT seq, created_at, cancel_requested FROM event, head ORDER BY seq
""")

KEEP_STEP = text("""
    INSERT INTO run_steps (run_id, name, result)
    SELECT :run_id, :name, CAST(:result AS json) FROM job_heads WHERE job_id = :job_id AND lease_token = :token
    RETURNING run_id
""")

# Keeps the lease as it is until the caller's transaction ends, so that what it writes is written under a live one.
# The weakest lock will do, and lets the heartbeat pass.
HOLD = text("""
    SELECT job_id FROM job_heads WHERE job_id = :job_id AND lease_token = :token FOR KEY SHARE
""")

# Ends a go at a run: with an outcome, or due again in `retry_in_s`, which is refused where the user wants it cancelled.
# A job with another run to come goes on, whatever this one came to: it is pending, as if it had just been queued, and
# the event is named :run_type. A message or a request to cancel that commits while this waits for the head's lock shows
# in the head, and nowhere else: all that is decided here is read from it.
FINISH = text(f"""
    WITH head AS (
        UPDATE job_heads
        SET seq = seq + 1, lease_token = NULL, lease_owner = NULL, lease_expires_at = NULL,
            open_runs = CASE WHEN CAST(:retry_in_s AS float) IS NULL THEN open_runs - 1 ELSE open_runs END
        WHERE job_id = :job_id AND lease_token = :token
          AND (CAST(:retry_in_s AS float) IS NULL OR NOT cancel_requested)
        RETURNING seq, open_runs > 0 AS pending, open_runs > 0 AND CAST(:retry_in_s AS float) IS NULL AS goes_on
    ),
    run AS (
        UPDATE runs
        SET state = CASE WHEN CAST(:retry_in_s AS float) IS NULL THEN 'ended' ELSE 'due' END,
            outcome = CASE WHEN CAST(:retry_in_s AS float) IS NULL THEN :status END,
            ended_at = CASE WHEN CAST(:retry_in_s AS float) IS NULL THEN now() END,
            attempt = CASE WHEN :counts THEN runs.attempt ELSE runs.attempt - 1 END,
            available_at = now() + make_interval(secs => COALESCE(CAST(:retry_in_s AS float), 0)),
            dispatch_after = now()
        FROM head WHERE id = :run_id
        RETURNING number, CAST(:attempt AS int) AS attempt
    ),
    job AS (
        UPDATE jobs
        SET status = CASE WHEN head.pending THEN 'pending' ELSE :status END,
            progress = CASE WHEN head.goes_on THEN 0 ELSE COALESCE(CAST(:progress AS smallint), progress) END,
            result = COALESCE(CAST(:result AS json), result),
            error_code = CASE WHEN NOT head.goes_on THEN :error_code END,
            error_message = CASE WHEN NOT head.goes_on THEN :error_message END,
            ended_at = CASE WHEN :terminal AND NOT head.pending THEN now() END,
            updated_at = now()
        FROM head WHERE id = :job_id
    ),
    {_EVENT.replace(":type", "CASE WHEN head.goes_on THEN :run_type ELSE :type END")}
    SELECT seq, type, created_at FROM event
""")

EXPIRED = text("""
    SELECT runs.id AS run_id, runs.job_id, number, attempt, max_attempts, head.lease_token AS token,
           cancel_requested,
           deadline_at < now() AND lease_expires_at >= now() AS overdue
    FROM runs JOIN job_heads AS head ON head.job_id = runs.job_id
    WHERE state = 'running' AND (lease_expires_at < now() OR deadline_at < now())
    ORDER BY runs.id
    LIMIT :limit
    FOR UPDATE OF head, runs SKIP LOCKED
""")

LOCK = text("""
    SELECT jobs.id FROM jobs JOIN job_heads AS head ON head.job_id = jobs.id
    WHERE jobs.id = :job_id AND owner_id = :owner_id
    FOR UPDATE OF head
""")

# The caller holds the head's lock, and no run is under way. The event belongs to the run that was to come next;
# where the job waited for its user it belongs to none, which is 0.
CANCEL = text(f"""
    WITH head AS (UPDATE job_heads SET seq = seq + 1, open_runs = 0 WHERE job_id = :job_id RETURNING seq),
    run AS (
        SELECT COALESCE(min(number), 0) AS number, COALESCE((array_agg(attempt ORDER BY number))[1], 0) AS attempt
        FROM runs WHERE job_id = :job_id AND state = {_DUE}
    ),
    ended AS (
        UPDATE runs SET state = 'ended', outcome = 'cancelled', ended_at = now()
        WHERE job_id = :job_id AND state = {_DUE}
    ),
    job AS (
        UPDATE jobs SET status = 'cancelled', ended_at = now(), updated_at = now() WHERE id = :job_id
    ),
    {_EVENT}
    SELECT seq, created_at FROM event
""")

# The caller holds the head's lock, and a run is under way. No row back: it was requested before.
REQUEST_CANCEL = text(f"""
    WITH run AS (
        SELECT number, attempt FROM runs JOIN job_heads USING (job_id)
        WHERE job_id = :job_id AND state = 'running' AND NOT cancel_requested
    ),
    ended AS (
        UPDATE runs SET state = 'ended', outcome = 'cancelled', ended_at = now()
        WHERE job_id = :job_id AND state = {_DUE}
    ),
    head AS (
        UPDATE job_heads SET seq = seq + (SELECT count(*) FROM run), open_runs = 1, cancel_requested = true
        WHERE job_id = :job_id
        RETURNING seq
    ),
    {_EVENT}
    SELECT seq, created_at FROM event
""")

UNPUBLISHED = text("""
    SELECT job_id, seq, node, type, message, data, event.created_at
    FROM event_outbox AS entry JOIN job_events AS event USING (job_id, seq)
    WHERE entry.created_at < now() - interval '1 second'
    ORDER BY job_id, seq
    LIMIT :limit
    FOR UPDATE OF entry SKIP LOCKED
""")

PUBLISHED = text(f"""
    DELETE FROM event_outbox USING {_RELAXED}
    WHERE (job_id, seq) IN (SELECT * FROM unnest(CAST(:job_ids AS uuid[]), CAST(:seqs AS bigint[])))
""")

# `ended_at` once more: a job that was retried just before its head was locked is another one by now.
PURGE_JOBS = text("""
    WITH gone AS (
        DELETE FROM jobs WHERE ended_at < now() - make_interval(secs => :age_s) AND id = ANY (ARRAY(
            SELECT jobs.id FROM jobs JOIN job_heads AS head ON head.job_id = jobs.id
            WHERE ended_at < now() - make_interval(secs => :age_s)
              AND (CAST(:owner_id AS uuid) IS NULL OR owner_id = :owner_id)
              AND (CAST(:kind AS text) IS NULL OR kind = :kind)
            ORDER BY ended_at LIMIT :limit FOR UPDATE OF head SKIP LOCKED
        )) RETURNING id
    ),
    unpublished AS (DELETE FROM event_outbox USING gone WHERE job_id = gone.id)
    SELECT id FROM gone
""")

# The caller holds the head's lock.
DELETE = text("""
    WITH gone AS (DELETE FROM jobs WHERE id = :job_id RETURNING id),
    unpublished AS (DELETE FROM event_outbox USING gone WHERE job_id = gone.id)
    SELECT id FROM gone
""")

PURGE_KEYS = text("""
    DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(secs => :age_s)
        LIMIT :limit FOR UPDATE SKIP LOCKED
    )) RETURNING job_id
""")
