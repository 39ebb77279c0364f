"""What a model may name."""

import pytest

from errand.incidents.narration.sources import Sources

REPORT = (
    "MV Sea Lion voy 014E: reefer MSKU1234565 (booking SGN1234567) in C4-12-3 at -9 °C since 08:15:30 on 2026-11-22. "
    "1,200 boxes, IMO 9074729, UN 1203 class 3.1, ticket INC-4711, HTTP 503 after 30 min. "
    "EQD+CN+TCLU7654321+45R1'DTM+137:202611220815:203'UNT+9+1'"
)
SOURCES = Sources([REPORT])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nothing is known about the cause.",
        "MSKU1234565 and MSKU 1234565 are one, so are msku1234565 and TCLU7654321.",
        "Sea Lion, the vessel Sea Lion, and the vessel's cargo",
        "Since 08:15 or 0815, at 8:15:30, on 2026-11-22.",
        "1200 boxes; 1,200 boxes; IMO9074729; UN1203; class 3.1; INC-4711; ticket 4711",
        "A 30-minute outage (30min) with 503s",
        "Between 08:15-08:15, after 30-503 s, in C4-12-3/MSKU1234565",
        "A 45R1 unit; a 4-hour limit; 3 checks; C4-12-3",
        "The message ends with UNT+9+1, its date is 202611220815",
    ],
)
def test_what_the_sources_name_may_be_named(text: str) -> None:
    assert list(SOURCES.strangers(text)) == []


@pytest.mark.parametrize(
    ("text", "stranger"),
    [
        ("Box MSKU1234566 is warm.", "MSKU1234566"),
        ("IMO 9074730", "9074730"),
        ("UN 1950 leaks", "1950"),
        ("UN1950 leaks", "UN1950"),
        ("booking SGN7654321", "SGN7654321"),
        ("see TCK-99", "TCK-99"),
        ("see TCK-4711", "TCK-4711"),
        ("see INC-30", "INC-30"),
        ("in C4-12-4", "C4-12-4"),
        ("from 08:15-09:15", "08:15-09:15"),
        ("HTTP 502", "502"),
        ("at 15:08", "15:08"),
        ("on 2026-12-11", "2026-12-11"),
        ("priority P1", "P1"),
        ("in block C5", "C5"),
        ("45 boxes", "45"),
        ("a 45-minute outage", "45-minute"),
        ("2,100 boxes", "2100"),
        ("voyage 015E", "015E"),
        ("voyage 014W", "014W"),
        ("The MV Ever Given waits", "Ever"),
    ],
)
def test_what_they_do_not_name_is_found(text: str, stranger: str) -> None:
    assert list(SOURCES.strangers(text)) == [stranger]
