"""What a visitor sends with the form of a published page."""

from collections.abc import Mapping, Sequence
from typing import Any

from errand.agents import repository
from errand.agents.domain import FileNotFound, SubmissionInvalid
from errand.agents.landing.page import Contact, Field, Page
from errand.agents.models import FormSubmission
from errand.common.conversion import convert
from errand.common.database import Transaction
from errand.common.errors import FieldError
from errand.common.ids import Service, new_id

CONSENT = "consent"
#: An input that people do not see: who fills it in is a program.
HONEYPOT = "website_"
_MAX_CHARACTERS = 5_000

#: What a form has under each name.
Given = Mapping[str, Sequence[str]]


def submit(tx: Transaction, slug: str, version: int | None, given: Given) -> None:
    """Keep what the page's form asks for, and nothing else.

    Raises FileNotFound where there is no such page or it has no form, SubmissionInvalid.
    """
    published = repository.published(tx, slug, version)
    form = published and form_of(convert(published.page, Page))
    if not published or not form:
        raise FileNotFound
    if any(given.get(HONEYPOT, ())):
        return
    fields = answers(form, given)
    tx.session.add(
        FormSubmission(id=new_id(Service.AGENTS), page_id=published.page_id, version=published.number, fields=fields)
    )


def form_of(page: Page) -> Contact | None:
    return next((section for section in page.sections if isinstance(section, Contact)), None)


def answers(form: Contact, given: Given) -> dict[str, Any]:
    """The form's fields as they were filled in: a list where several options may be chosen. Raises SubmissionInvalid
    with every fault."""
    values = {field.name: _values(field, given.get(field.name, ())) for field in form.fields}
    faults = [FieldError(field.name, fault) for field in form.fields if (fault := _fault(field, values[field.name]))]
    if form.consent and not any(given.get(CONSENT, ())):
        faults.append(FieldError(CONSENT, "Please agree to how your details are used."))
    if faults:
        raise SubmissionInvalid(faults[0].message, *faults)
    kept = {field.name: _kept(field, values[field.name]) for field in form.fields}
    return kept | ({CONSENT: True} if form.consent else {})


def _takes_several(field: Field) -> bool:
    return field.type == "checkbox" and bool(field.options)


def _values(field: Field, sent: Sequence[str]) -> Sequence[str]:
    """Those that count: all, or the last. A blank one is none."""
    return [value for value in (sent if _takes_several(field) else sent[-1:]) if value.strip()]


def _fault(field: Field, values: Sequence[str]) -> str | None:
    if field.required and not values:
        return f"{field.label} is missing."
    if any(len(value) > _MAX_CHARACTERS for value in values):
        return f"{field.label} is too long."
    if field.options and not set(values) <= set(field.options):
        return f"{field.label} is not one of the choices."
    return None


def _kept(field: Field, values: Sequence[str]) -> str | list[str]:
    if _takes_several(field):
        return [option for option in field.options if option in values]
    return values[0] if values else ""
