"""The form."""

import re
from collections.abc import Mapping
from typing import Literal

from errand.agents.landing.brief import FormField
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import capital
from errand.agents.landing.page import Contact, Field
from errand.agents.landing.planning import SectionPlan
from errand.agents.landing.planning.vocabulary import plain

Type = Literal["text", "email", "tel", "url", "number", "date", "textarea", "select", "checkbox"]
_TYPES: Mapping[str, Type] = {
    "text": "text",
    "string": "text",
    "email": "email",
    "mail": "email",
    "tel": "tel",
    "phone": "tel",
    "telephone": "tel",
    "url": "url",
    "link": "url",
    "website": "url",
    "number": "number",
    "int": "number",
    "integer": "number",
    "date": "date",
    "textarea": "textarea",
    "multiline": "textarea",
    "message": "textarea",
    "select": "select",
    "dropdown": "select",
    "radio": "select",
    "choice": "select",
    "checkbox": "checkbox",
    "boolean": "checkbox",
    "bool": "checkbox",
}
_HINTS: Mapping[Type, tuple[str, ...]] = {
    "email": ("email", "e mail", "mail", "correo", "courriel", "البريد", "דוא ל", "אימייל"),
    "tel": ("phone", "telephone", "tel", "mobile", "telefon", "telefonnummer", "telefono", "الهاتف", "טלפון"),
    "url": ("website", "url", "homepage", "webseite"),
    "textarea": ("message", "comment", "comments", "details", "nachricht", "mensaje", "notes", "الرسالة", "הודעה"),
    "date": ("date", "datum", "fecha"),
}


def contact(material: Material, plan: SectionPlan) -> Contact:
    brief, words = material.brief, material.words
    given = [field for field in brief.advanced.form_fields if field.name or field.label]
    privacy = material.address(brief.media.privacy_policy_url, "media.privacyPolicyUrl", "contact")
    if not brief.media.privacy_policy_url:
        material.lacks("contact", "media.privacyPolicyUrl", "The form collects data and links no privacy policy.")
    consent = material.text(brief.media.consent_text, "media.consentText", "contact") or words["consent"]
    return Contact(
        id="contact",
        variant=plan.variant,
        heading=words.heading("contact"),
        fields=_fields(material, given) if given else _usual(material),
        submit_label=words["send"],
        success=words["success"],
        consent=consent,
        privacy_url=privacy,
    )


def _usual(material: Material) -> list[Field]:
    material.lacks("contact", "advanced.formFields", "The form asks for a name and an email address.")
    return [
        Field(name="name", label=material.words["name"], required=True),
        Field(name="email", label=material.words["email"], type="email", required=True),
    ]


def _fields(material: Material, given: list[FormField]) -> list[Field]:
    """Names are unique, whatever the brief calls its fields."""
    fields: dict[str, Field] = {}
    for number, field in enumerate(given):
        place = f"advanced.formFields[{number}]"
        name = _name(field, number)
        name = name if name not in fields else f"{name[:50]}-{number + 1}"
        fields[name] = Field(
            name=name,
            label=material.line(field.label or _label(field.name), place, "contact"),
            type=_type(field),
            required=field.required or _type(field) == "email",
            options=[material.line(option, place, "contact") for option in field.options if option],
        )
    return list(fields.values())


def _name(field: FormField, number: int) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", plain(field.name or field.label)).strip("-")[:50]
    return slug if slug[:1].isalpha() else f"field-{number + 1}"


def _label(name: str) -> str:
    return capital(" ".join(re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", name).lower().split()))


def _type(field: FormField) -> Type:
    """As given; by the options or the name where nothing is."""
    if field.options:
        return "select"
    given = _TYPES.get(field.type.lower())
    if given and given != "select":
        return given
    called = f" {plain(f'{field.name} {field.label}')} "
    return next((kind for kind, words in _HINTS.items() if any(f" {plain(word)} " in called for word in words)), "text")
