"""What people say and ask, and who they are."""

from errand.agents.landing.brief import Testimonial
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import capital, one_line, sentence, shorten
from errand.agents.landing.page import Faq, Member, Question, Quote, Team, Testimonials
from errand.agents.landing.planning import SectionPlan

_DATA = "branding.sectionData"
_ENOUGH = 2
_MAX_ANSWER = 600


def testimonials(material: Material, plan: SectionPlan) -> Testimonials | None:
    brief = material.brief
    content = brief.branding.section_data.testimonials
    given = content.items or brief.trust.testimonials
    field = f"{_DATA}.testimonials" if content.items else "trust.testimonials"
    quotes = [_quote(material, quote, f"{field}[{number}]") for number, quote in enumerate(given) if quote.text]
    indicators = [material.line(text, "trust.indicators", "testimonials") for text in brief.trust.indicators if text]
    if not quotes:
        material.lacks("testimonials", "trust.testimonials", "The brief quotes nobody, and quotes are never made up.")
    if not quotes and not indicators:
        return None
    default = material.words.heading("testimonials" if quotes else "indicators")
    return Testimonials(
        id="testimonials",
        variant=plan.variant,
        items=quotes,
        indicators=indicators,
        **material.opening(content, "testimonials", default),
    )


def _quote(material: Material, quote: Testimonial, field: str) -> Quote:
    role = ", ".join(part for part in (quote.role, quote.company) if part)
    return Quote(
        text=material.text(quote.text, field, "testimonials"),
        name=material.line(quote.name, field, "testimonials"),
        role=material.line(role, field, "testimonials"),
        image=material.image(quote.image, field, "testimonials"),
    )


def team(material: Material, plan: SectionPlan) -> Team | None:
    content = material.brief.branding.section_data.team
    members = [
        Member(
            name=material.line(member.name, f"{_DATA}.team[{number}]", "team"),
            role=material.line(member.role, f"{_DATA}.team[{number}]", "team"),
            text=material.text(member.text, f"{_DATA}.team[{number}]", "team"),
            image=material.image(member.image, f"{_DATA}.team[{number}]", "team"),
        )
        for number, member in enumerate(content.items)
        if member.name
    ]
    if not members:
        material.lacks("team", f"{_DATA}.team", "The brief names nobody.")
        return None
    opening = material.opening(content, "team", material.words.heading("team"))
    return Team(id="team", variant=plan.variant, members=members, **opening)


def faq(material: Material, plan: SectionPlan) -> Faq | None:
    content = material.brief.branding.section_data.faq
    given = [*content.items, *([] if content.items else material.brief.trust.objections)]
    questions = [
        Question(
            question=material.line(item.question, f"{_DATA}.faq[{number}]", "faq"),
            answer=material.text(item.answer, f"{_DATA}.faq[{number}]", "faq"),
        )
        for number, item in enumerate(given)
        if item.question and item.answer
    ]
    _note_unanswered(material)
    if not content.items and len(questions) < _ENOUGH:
        questions += _restated(material)
    if not questions:
        material.lacks("faq", f"{_DATA}.faq", "The brief has neither questions nor facts to answer them with.")
        return None
    opening = material.opening(content, "faq", material.words.heading("faq"))
    return Faq(id="faq", variant=plan.variant, items=questions, **opening)


def _note_unanswered(material: Material) -> None:
    for number, objection in enumerate(material.brief.trust.objections):
        if objection.question and not objection.answer:
            reason = f"“{one_line(objection.question)[:80]}” has no answer."
            material.lacks("faq", f"trust.objections[{number}].answer", reason)


def _restated(material: Material) -> list[Question]:
    """Questions that the brief answers without having asked them."""
    words, name = material.words, material.name
    named = bool(material.brief.campaign.product_name)
    pairs = [
        (words["what_is"].format(name=name) if named else "", material.uvp),
        (words["who_for"], material.audience),
        (words["what_offer"], material.offer),
    ]
    return [
        Question(question=question, answer=shorten(sentence(capital(answer)), _MAX_ANSWER))
        for question, answer in pairs
        if question and answer
    ]
