"""What a visitor sends with the form of a published page."""

from collections.abc import Mapping
from typing import Any

from errand.agents import repository
from errand.agents.domain import FileNotFound, SubmissionInvalid
from errand.agents.landing.page import Contact, Page
from errand.agents.models import FormSubmission
from errand.common.conversion import convert
from errand.common.database import Transaction
from errand.common.errors import FieldError
from errand.common.ids import Service, new_id

CONSENT = "consent"
#: An input that people do not see: who fills it in is a program.
HONEYPOT = "website_"
_MAX_CHARACTERS = 5_000


def submit(tx: Transaction, slug: str, version: int | None, given: Mapping[str, str]) -> None:
    """Keep what the page's form asks for, and nothing else.

    Raises FileNotFound where there is no such page or it has no form, SubmissionInvalid.
    """
    page = repository.page_at(tx, slug)
    number = page and (version or page.current_version)
    published = repository.version(tx, page.id, number) if page and number else None
    form = published and form_of(convert(published.page, Page))
    if not page or not published or not form:
        raise FileNotFound
    if given.get(HONEYPOT):
        return
    fields = answers(form, given)
    tx.session.add(FormSubmission(id=new_id(Service.AGENTS), page_id=page.id, version=published.number, fields=fields))


def form_of(page: Page) -> Contact | None:
    return next((section for section in page.sections if isinstance(section, Contact)), None)


def answers(form: Contact, given: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields as they were filled in. Raises SubmissionInvalid with every fault."""
    faults = [
        FieldError(field.name, f"{field.label} is missing.")
        for field in form.fields
        if field.required and not given.get(field.name, "").strip()
    ]
    if form.consent and not given.get(CONSENT):
        faults.append(FieldError(CONSENT, "Please agree to how your details are used."))
    faults += [
        FieldError(field.name, f"{field.label} is too long.")
        for field in form.fields
        if len(given.get(field.name, "")) > _MAX_CHARACTERS
    ]
    faults += [
        FieldError(field.name, f"{field.label} is not one of the choices.")
        for field in form.fields
        if field.options and given.get(field.name) and given[field.name] not in field.options
    ]
    if faults:
        raise SubmissionInvalid(faults[0].message, *faults)
    kept = {field.name: given.get(field.name, "") for field in form.fields}
    return kept | ({CONSENT: True} if form.consent else {})
