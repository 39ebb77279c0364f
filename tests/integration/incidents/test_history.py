"""What incidents leave behind for those after them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from errand.common.database import Database
from errand.incidents.analysis import extract, normalise
from errand.incidents.analysis.similarity import Past, entity_names, term_counts
from errand.incidents.service import history
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import TEXT, act, report
from tests.integration.incidents.runbooks import user_of

JOBS = """
    INSERT INTO jobs (id, kind, owner_id, status, title, description, input)
    SELECT gen_random_uuid(), 'incident', CAST(:owner_id AS uuid), 'completed', '', '', '{}'
    FROM generate_series(1, 505)
"""
INCIDENTS = """
    INSERT INTO incidents (job_id, owner_id, text_digest, incident_type, severity, priority, summary, terms, entities)
    SELECT id, owner_id, '', 'General', 'Low', 'P4', 'Something.', '{"something": 1}', '[]' FROM jobs
"""

NAMED = """UPDATE incidents SET entities = '["container:CSQU3054383"]' WHERE job_id = :job_id"""


def past_of(database: Database, owner_id: UUID, job_id: UUID | None = None, text: str = "") -> tuple[Past, ...]:
    """What an incident with this text is compared with."""
    with database.transaction() as tx:
        return history.past(tx, owner_id, job_id or uuid4(), extract(normalise(text)).entities)


def test_an_analysed_incident_is_kept_as_it_is_searched(
    client: Client, analysed: Callable[..., Any], database: Database
) -> None:
    run = analysed(data={"incident_text": TEXT})

    (past,) = past_of(database, user_of(client))

    extraction = extract(normalise(TEXT))
    assert past == Past(
        id=run["run_id"],
        run_id=UUID(run["run_id"]),
        title=TEXT,
        incident_type="Container Management",
        severity=run["result"]["incident_analysis"]["severity"],
        terms=term_counts(TEXT, extraction.facts),
        entities=tuple(entity_names(extraction.entities)),
        cause=None,
        resolution=None,
        outcome=None,
    )
    assert "container:CSQU3054383" in past.entities


def test_what_people_say_of_it_counts_more_than_the_analysis(
    client: Client, analysed: Callable[..., Any], database: Database
) -> None:
    run_id = analysed(data={"incident_text": TEXT})["run_id"]
    act(client, run_id, "feedback", correct_type="Infrastructure", correct_severity="Low", notes="Loaded in time")
    act(client, run_id, "feedback", helpful=True)
    act(client, run_id, "resolve", resolution="Found in B07-14-3", cause="A late swap")

    (past,) = past_of(database, user_of(client))

    assert (past.incident_type, past.severity, past.helpful) == ("Infrastructure", "Low", True)
    assert (past.cause, past.resolution, past.outcome) == ("A late swap", "Found in B07-14-3", "Loaded in time")


def test_a_long_text_has_a_short_title(client: Client, analysed: Callable[..., Any], database: Database) -> None:
    analysed(data={"incident_text": f"{TEXT}, said the driver" * 20})

    (past,) = past_of(database, user_of(client))

    assert past.title.startswith(TEXT)
    assert past.title.endswith("…")
    assert len(past.title) <= 120


def test_a_text_without_spaces_has_a_title(client: Client, analysed: Callable[..., Any], database: Database) -> None:
    text = "冷藏集装箱CSQU3054383温度异常" * 10
    analysed(data={"incident_text": text})

    (past,) = past_of(database, user_of(client))

    assert past.title == f"{text[:119]}…"


def test_what_was_reopened_has_nothing_that_helped(
    client: Client, analysed: Callable[..., Any], database: Database
) -> None:
    run_id = analysed(data={"incident_text": TEXT})["run_id"]
    act(client, run_id, "resolve", resolution="Found in B07-14-3")
    act(client, run_id, "reopen")

    (past,) = past_of(database, user_of(client))

    assert past.resolution is None


def test_the_run_itself_what_has_no_analysis_and_what_is_anothers_are_no_past(
    client: Client, analysed: Callable[..., Any], database: Database, sign_in: Callable[[Client], None]
) -> None:
    analysed(data={"incident_text": "Another user's crane stands still"})
    sign_in(client)
    first = analysed(data={"incident_text": TEXT})["run_id"]
    second = analysed(data={"incident_text": "The weighbridge is out of order"})["run_id"]
    client.post(f"/v1/jobs/{report(client)}/cancel")

    owner_id = user_of(client)

    assert [past.id for past in past_of(database, owner_id)] == [second, first]
    assert [past.id for past in past_of(database, owner_id, UUID(second))] == [first]


def test_a_duplicate_is_past_only_where_people_say_more_of_it(
    client: Client, analysed: Callable[..., Any], database: Database
) -> None:
    first, _, second = (analysed(data={"incident_text": TEXT})["run_id"] for _ in range(3))
    act(client, second, "resolve", resolution="Found in B07-14-3")

    assert [past.id for past in past_of(database, user_of(client))] == [second, first]


def test_the_past_is_the_newest_and_what_names_the_same(database: Database) -> None:
    owner_id = uuid4()
    database.execute(sa.text(JOBS), {"owner_id": owner_id})
    database.execute(sa.text(INCIDENTS))
    stored = [row.job_id for row in database.execute(sa.text("SELECT job_id FROM incidents ORDER BY job_id DESC"))]
    database.execute(sa.text(NAMED), {"job_id": stored[-1]})

    newest = past_of(database, owner_id, text="The weighbridge is out of order")
    telling = past_of(database, owner_id, text=TEXT)

    assert [incident.run_id for incident in newest] == stored[:100]
    assert [incident.run_id for incident in telling] == [*stored[:100], stored[-1]]


def test_how_an_incident_was_resolved_is_told_at_the_next_of_its_like(
    client: Client, analysed: Callable[..., Any]
) -> None:
    first = analysed(data={"incident_text": TEXT})["run_id"]
    act(client, first, "resolve", resolution="Found in B07-14-3", cause="A late swap")

    text = "Reefer container CSQU3054383 is missing once more, its slot in block B07 is empty"
    similar = analysed(data={"incident_text": text})["result"]["incident_analysis"]["similar_incidents"]

    (match,) = [match for match in similar if match["run_id"] == first]
    assert (match["cause"], match["resolution"]) == ("A late swap", "Found in B07-14-3")
    assert "container:CSQU3054383" in match["shared_entities"]
