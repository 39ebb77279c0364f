import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from errand.incidents.analysis import analyse
from errand.incidents.analysis.escaping import plain, quoted
from errand.incidents.analysis.markdown import AuditLine, Handling, render_report
from errand.incidents.analysis.report import Analysis, Duplicate, SimilarIncident
from tests.unit.incidents.reports import REPORTS

RUN = UUID("0192aaaa-0000-8000-8000-000000000001")
AT = datetime(2026, 7, 1, 8, 5, tzinfo=UTC)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#60;",
    "[click](https://evil.example/a?b=c&d)",
    "![logo](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example/path www.evil.example evil.example ftp://evil.example mailto:ops@evil.example",
    "ops@evil.example",
    "[ref]: https://evil.example 'title'",
    "# Heading",
    "Title\n=====",
    "Title\n-----",
    "- item\n* item\n+ item\n1. item\n2) item",
    "> quote",
    "```\ncode\n```",
    "~~~ html",
    "`code` ``x`` *em* **strong** __strong__ ~~gone~~",
    "a | b\n--|--\n1 | 2",
    "a\n:-\nb",
    "| a | b |",
    "---",
    "***",
    "    indented",
    "\tindented",
    "ends with a backslash\\",
    "\\# \\<b>",
    "line\r\nbreak\u2028and\u2029more\x0b\x0c\x85end",
    "\x00\u202ereversed\u200b\ufeff",
    "$x^2$ ^[note] [^1]: note",
    "{{ template }} {% raw %} :smile: @team #123",
    "- [ ] task",
    "",
]
TEXT_FIELDS = {
    "quote", "statement", "event", "at", "action", "rationale", "cause", "next_check", "title", "subject", "body",
    "factor", "summary", "owner_role", "role", "contact_role", "due_within",
}  # fmt: skip


def tokens(markdown: str) -> list[Token]:
    found = PARSER.parse(markdown)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def shown(markdown: str) -> str:
    """What a reader sees, in one line."""
    breaks = ("softbreak", "hardbreak")
    parts = (" " if token.type in breaks else token.content for token in tokens(markdown) if not token.children)
    return " ".join("".join(part for part in parts).replace("\u2060", "").split())


def visible(text: str) -> str:
    kept = (c for c in text if c.isspace() or c.isprintable() or c in "\u200c\u200d")
    return " ".join("".join(kept).replace("\u2060", "").split())


def hostile(value: Any, text: str) -> Any:
    """The same structure, in which people have written this text everywhere."""
    if isinstance(value, dict):
        return {
            name: text if name in TEXT_FIELDS and isinstance(item, str) else hostile(item, text)
            for name, item in value.items()
        }
    return [hostile(item, text) for item in value] if isinstance(value, list) else value


def report_of(text: str) -> str:
    similar = SimilarIncident(
        id="CASE-001",
        run_id=None,
        title=text,
        incident_type="General",
        severity="Low",
        score=1.0,
        matched_terms=(text,),
        shared_entities=(text,),
        cause=text,
        resolution=text,
        outcome=text,
    )
    analysis = analyse(f"{REPORTS['crane']} at 08:10, {REPORTS['pasted']}")
    written = msgspec.convert(hostile(msgspec.to_builtins(analysis), text), Analysis)
    written = msgspec.structs.replace(
        written,
        similar_incidents=(similar,),
        missing_information=(text,),
        duplicate_of=Duplicate(run_id=RUN, reason="same_subject", shared=(text,), minutes_before=3),
    )
    line = AuditLine(at=AT, actor=text, action=text, details=text)
    handling = Handling(state="open", assignee=text, cause=text, resolution=text, feedback=text, audit=(line, line))
    return render_report(written, RUN, AT, handling)


HARMLESS = {
    "inline", "text", "softbreak", "hardbreak", "hr", "em_open", "em_close", "strong_open", "strong_close",
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close",
    "list_item_open", "list_item_close", "blockquote_open", "blockquote_close", "text_special",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_has_no_effect_in_a_report(text: str) -> None:
    report, innocent = report_of(text), report_of("word")
    assert {token.type for token in tokens(report)} <= HARMLESS
    assert headings(report) == headings(innocent)
    assert report.count("\n- ") <= innocent.count("\n- ")
    assert not re.search(r"[a-z]://|www\.|@[a-z]|<[a-z/!]", report)


@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_a_hostile_text_is_shown_as_it_was_written(text: str) -> None:
    assert visible(text) in shown(report_of(text))


markup = st.text(st.sampled_from("ab1 .:|#<>&*_`~[](){}!-+=\\/@$^\n\t\u2028\x00\"'"), max_size=40)


@settings(max_examples=400)
@given(st.one_of(markup, st.text(max_size=40)))
@example("1.")
@example("\\")
@example("a\\\nb")
def test_any_text_in_a_list_is_one_line_of_text(text: str) -> None:
    markdown = f"- {plain(text)}"
    assert {token.type for token in tokens(markdown)} <= {
        "inline", "text", "text_special", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close",
        "list_item_open", "list_item_close",
    }  # fmt: skip
    assert "\n" not in markdown


@settings(max_examples=400)
@given(markup)
def test_any_text_in_a_list_is_shown_as_it_was_written(text: str) -> None:
    assert shown(f"- {plain(text)}") == visible(text)


@settings(max_examples=200)
@given(markup)
def test_any_text_in_a_cell_stays_in_its_cell(text: str) -> None:
    table = tokens(f"| a | b |\n| --- | --- |\n| {plain(text)} | end |")
    cells = [after.content for before, after in pairwise(table) if before.type == "td_open"]
    assert len(cells) == 2
    assert cells[1] == "end"


@settings(max_examples=200)
@given(markup)
def test_any_text_in_a_quotation_is_paragraphs_of_text(text: str) -> None:
    markdown = quoted(text)
    assert {token.type for token in tokens(markdown)} <= {
        "inline", "text", "text_special", "paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close",
        "hardbreak",
    }  # fmt: skip
    assert shown(markdown).replace(" ", "") == visible(text).replace(" ", "")


def headings(markdown: str) -> list[str]:
    found = tokens(markdown)
    return [after.content for before, after in pairwise(found) if before.type == "heading_open"]


def report(name: str, handling: Handling | None = None) -> str:
    return render_report(analyse(REPORTS[name]), RUN, AT, handling)


def test_a_report_has_all_its_parts_in_the_order_of_use() -> None:
    assert headings(report("crane"))[:2] == ["Vessel Operations: High, P2", "Why this severity"]
    found = headings(report("crane"))
    order = ["What to do", "Contain", "Facts", "Possible causes", "Impact", "Escalation", "Runbooks", "Open questions"]
    order += ["Draft for colleagues", "Draft for customers"]
    assert [heading for heading in found if heading in order] == order


def test_a_report_names_run_time_owners_due_times_evidence_and_provenance() -> None:
    text = shown(report("crane"))
    analysis = analyse(REPORTS["crane"])
    first = analysis.recommendations[0]
    assert f"Run {RUN}, reported 2026-07-01 08:05 UTC" in text
    assert f"☐ R1 {first.action} {first.owner_role}, {first.due_within}, {first.sop_reference}" in text
    best = analysis.hypotheses[0]
    assert f"{best.cause} supported by the text, confidence {best.confidence:.0%}; for it" in text
    assert f"Next check: {best.next_check}" in text
    assert f"knowledge {analysis.provenance.knowledge_version}" in text
    assert analysis.communications.customer.subject in text


def test_a_mere_topic_is_no_fact_for_a_reader() -> None:
    assert "The text is about" not in shown(report("crane"))


def test_a_part_without_content_is_left_out() -> None:
    assert "Timeline" not in headings(report("vague"))
    assert "Handling" not in headings(report("vague"))


def test_the_handling_is_told_with_its_trail() -> None:
    line = AuditLine(at=AT, actor="Duty manager", action="assigned", details="assignee: Crane team")
    handling = Handling(state="acknowledged", assignee="Crane team", audit=(line,))
    text = shown(report("crane", handling))
    assert "State: acknowledged" in text
    assert "Assigned to: Crane team" in text
    assert "2026-07-01 08:05 UTC, Duty manager assigned: assignee: Crane team" in text


def test_a_fallback_and_a_cut_off_text_are_said() -> None:
    analysis = analyse(REPORTS["crane"])
    made = msgspec.structs.replace(analysis.provenance, fallback="model_timeout", text_truncated=True)
    text = shown(render_report(msgspec.structs.replace(analysis, provenance=made), RUN, AT))
    assert "The model failed (model_timeout)" in text
    assert "longer than what is read" in text
