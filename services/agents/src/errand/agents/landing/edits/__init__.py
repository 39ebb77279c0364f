"""The chat: messages to edits, and edits to pages."""

from collections.abc import Sequence

from msgspec import Struct

from errand.agents.landing.edits.application import EditImpossible, carry_out, valid
from errand.agents.landing.edits.interpretation import interpret
from errand.agents.landing.edits.kinds import AnyEdit, Clarification, Declined, Edit, Redesign, Restore
from errand.agents.landing.edits.wording import describe, describe_unchanged
from errand.agents.landing.page import Page

__all__ = [
    "AnyEdit",
    "Change",
    "Clarification",
    "Declined",
    "Edit",
    "EditImpossible",
    "Outcome",
    "Redesign",
    "Restore",
    "apply",
    "describe",
    "interpret",
    "perform",
]


class Change(Struct, frozen=True, kw_only=True):
    """What became of one edit. `changed` is false where the page was like that already, or the edit was declined."""

    edit: AnyEdit
    changed: bool
    description: str


class Outcome(Struct, frozen=True, kw_only=True):
    page: Page
    changes: list[Change]


def apply(page: Page, edits: Sequence[AnyEdit]) -> Page:
    """The page with all edits, one after the other; whatever they do not name stays the same object.

    Raises EditImpossible for a section, entry or field that the page does not have, for a text that is too long, and
    for `Restore` and `Redesign`, which are not about this page.
    """
    return perform(page, edits).page


def perform(page: Page, edits: Sequence[AnyEdit]) -> Outcome:
    """Like `apply`, with a sentence on each edit."""
    changes = []
    for edit in edits:
        new = carry_out(edit, page)
        changed = new != page
        changes.append(
            Change(edit=edit, changed=changed, description=describe(edit) if changed else describe_unchanged(edit))
        )
        page = valid(new) if changed else page
    return Outcome(page=page, changes=changes)
