import pytest
from hypothesis import given
from hypothesis import strategies as st

from errand.images.ranges import Part, RangeNotSatisfiable, part_of

CONTENT = bytes(range(100))


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=10-19", 10, 20),
        ("bytes=99-", 99, 100),
        ("bytes=0-", 0, 100),
        ("bytes=90-1000", 90, 100),
        ("bytes=0-18446744073709551615", 0, 100),
        ("bytes=-1", 99, 100),
        ("bytes=-1000", 0, 100),
        ("Bytes=1-2", 1, 3),
        ("bytes= 1-2 ", 1, 3),
    ],
)
def test_a_range_is_a_part(header: str, start: int, end: int) -> None:
    assert part_of(header, 100) == Part(start, end)


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={'9' * 30}-"])
def test_what_begins_behind_the_end_is_refused_with_the_size(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable) as refused:
        part_of(header, 100)

    assert refused.value.headers == {"Content-Range": "bytes */100"}


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_of_an_empty_file_there_is_no_part(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        part_of(header, 0)


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=5-4", "bytes=--5", "bytes=+1-2"),
        *("items=0-1", "bytes=0-1,5-6", "bytes=0-1, -2", "bytes=0x1-2", "bytes=\u0661-\u0662", f"bytes={'9' * 5_000}-"),
    ],
)
def test_what_makes_no_sense_or_is_several_is_the_whole(header: str | None) -> None:
    assert part_of(header, 100) is None


@given(first=st.integers(0, 120), last=st.integers(0, 120))
def test_a_part_holds_what_a_slice_would(first: int, last: int) -> None:
    expected = CONTENT[first : last + 1]

    if first >= len(CONTENT) and last >= first:
        with pytest.raises(RangeNotSatisfiable):
            part_of(f"bytes={first}-{last}", len(CONTENT))
        return
    part = part_of(f"bytes={first}-{last}", len(CONTENT))
    assert (CONTENT[part.start : part.end] if part else b"") == expected


@given(count=st.integers(1, 120))
def test_a_suffix_holds_what_a_slice_would(count: int) -> None:
    part = part_of(f"bytes=-{count}", len(CONTENT))

    assert part
    assert CONTENT[part.start : part.end] == CONTENT[-count:]


@given(header=st.text(max_size=30).map("bytes={}".format), size=st.integers(0, 50))
def test_a_part_always_lies_within_the_file(header: str, size: int) -> None:
    try:
        part = part_of(header, size)
    except RangeNotSatisfiable:
        return
    assert part is None or 0 <= part.start < part.end <= size


def test_a_part_says_where_it_is() -> None:
    assert Part(10, 20).content_range(100) == "bytes 10-19/100"
