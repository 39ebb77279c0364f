"""Wishes for more: sections, and entries of their lists. What they say comes from the message or from the page."""

import re
from collections.abc import Iterator

from msgspec import structs

from errand.agents.landing.copywriting.texts import capital
from errand.agents.landing.copywriting.words import Words
from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.application import added, main_call
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.entries import PRICE
from errand.agents.landing.edits.reading.scene import HOW_TO_ADD, Scene, Wish, absent, name_of, verb
from errand.agents.landing.edits.references import Mention, kind
from errand.agents.landing.page import (
    Action,
    AnySection,
    Benefits,
    Contact,
    Cta,
    Custom,
    Faq,
    Features,
    Field,
    Footer,
    Nav,
    Page,
    Pricing,
    Stats,
    Team,
    Testimonials,
)
from errand.agents.landing.repairs import distinct

_SECTIONS: dict[str, type[AnySection]] = {
    "features": Features, "benefits": Benefits, "stats": Stats, "testimonials": Testimonials, "pricing": Pricing,
    "team": Team, "faq": Faq, "custom": Custom,
}  # fmt: skip
_CLOSING = (Cta, Contact, Faq, Footer)
_FIELDS = ("name", "email", "phone", "company", "website", "message", "date")
_LONGEST_HEADING = 80
_MOST_LINKS = 6
_FIELD_OPTION = {"contact": 'Add a field "Phone number"'}
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_PERIOD = re.compile(r"(?:/|\b(?:per|a|pro)\s)\s?(?:month|year|week|day|user|seat|mo|monat|jahr)\b", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"\s+[–—-]+\s+(?=[^–—\n]{1,120}$)")
_STAT = re.compile(r"^(\S*\d\S*(?:\s?(?:%|million|billion|k|m)\b)?)\s+(.+)$", re.IGNORECASE | re.DOTALL)
_TITLE_AND_TEXT = re.compile(r"\s+[–—-]\s+|:\s+")
_TRIM = " ,.;:–—-()"


def read_additions(clause: Clause, scene: Scene) -> list[Wish]:
    if verb(clause) != "add":
        return []
    named = _new(clause, scene)
    if named is None:
        return []
    entries = list(_entries(named, clause))
    if named.type == "contact" and named.entry:
        return _fields(clause, scene, named)
    if entries and named.type in _SECTIONS:
        return _with_entries(named, entries, clause, scene)
    if named.section is None and not named.entry:
        return [_filled(named.type, clause, scene)]
    return []


def already_there(clause: Clause, scene: Scene) -> list[Wish]:
    """What to say about an addition whose content is not given."""
    if verb(clause) != "add":
        return []
    if clause.says("logos") or clause.says("images"):
        return [kinds.Clarification(message="Send the image's https address.", options=["Use this logo: https://…"])]
    named = _new(clause, scene)
    if named is None:
        return []
    how = HOW_TO_ADD.get(named.type) or _FIELD_OPTION.get(named.type)
    there = f"There is a {name_of(named.type)} section already." if named.section else "There is nothing to add yet."
    send = " To add to it, send the text." if how else ""
    return [kinds.Clarification(message=f"{there}{send}", options=[how] if how else [])]


def _new(clause: Clause, scene: Scene) -> Mention | None:
    """What should be added: of words in a row the last, such as the field of “phone number field”."""
    mentions = [mention for mention in scene.mentions(clause) if _is_new(mention, clause)]
    if not mentions and clause.quotes:  # “add … to the FAQ”
        mentions = [mention for mention in scene.mentions(clause) if mention.preposition in ("to", "in", "into")]
    named = next(iter(mentions), None)
    for mention in mentions[1:]:
        named = mention if named and mention.start == named.end else named
    return named


def _is_new(mention: Mention, clause: Clause) -> bool:
    """Whether it is what should be added, and not where. What follows “for” may say what a field is for."""
    return mention.preposition is None or (mention.preposition in ("of", "with") and not clause.quotes)


def _with_entries(named: Mention, entries: list[kinds.AddItem], clause: Clause, scene: Scene) -> list[Wish]:
    if named.section is not None:
        return [structs.replace(entry, section=named.section.id) for entry in entries]
    section = _SECTIONS[named.type](id=_id(named.type, scene.page), heading=_heading(named.type, scene.page))
    for entry in entries:
        section = added(section, entry)
    return [kinds.AddSection(section=section, after=_after(named, clause, scene))]


def _entries(named: Mention, clause: Clause) -> Iterator[kinds.AddItem]:
    type_, quotes = named.type, [text for _, text in clause.quotes]
    if not quotes:
        yield from _unquoted(named, clause)
        return
    if type_ == "testimonials":
        yield from _quotes(clause)
    elif type_ == "faq":
        yield from _questions(quotes)
    elif type_ == "stats":
        yield from _pairs([part for text in quotes for part in _stat(text, len(quotes))])
    elif type_ == "pricing":
        yield _plan(quotes, clause)
    elif type_ == "team":
        role = quotes[1] if len(quotes) > 1 else _tail(clause, 0).partition(",")[2] or _tail(clause, 0)
        name, comma, rest = quotes[0].partition(",")
        yield kinds.AddItem(section="new", title=name.strip(_TRIM), role=(rest if comma else role).strip(_TRIM))
    elif type_ == "custom":
        yield from (kinds.AddItem(section="new", text=text) for text in quotes)
    elif len(quotes) == 1 and _are_several(named, quotes[0], clause):
        yield from (kinds.AddItem(section="new", title=capital(part)) for part in _AND.split(quotes[0]) if part)
    elif len(quotes) == 1:
        title, *text = _TITLE_AND_TEXT.split(quotes[0], maxsplit=1)
        yield kinds.AddItem(section="new", title=title.strip(), text=text[0].strip() if text else "")
    else:
        yield from _pairs(quotes)


def _are_several(named: Mention, text: str, clause: Clause) -> bool:
    """“Two features: this and that”."""
    return clause.words[named.end - 1].endswith("s") and bool(_AND.search(text)) and not _TITLE_AND_TEXT.search(text)


def _unquoted(named: Mention, clause: Clause) -> Iterator[kinds.AddItem]:
    """What cannot be mistaken: a plan with its price, a number with what it counts, a name in capitals."""
    tail = clause.text(named.end).strip(_TRIM)
    if not named.entry:
        return
    if named.type == "pricing" and PRICE.search(tail):
        if name := " ".join(_before(clause, named)):
            yield _plan([capital(name)], clause)
    elif named.type == "stats" and len(parts := _stat(tail, 1)) > 1:
        yield from _pairs(parts)
    elif named.type == "team" and tail[:1].isupper():
        name, _, role = tail.partition(",")
        yield kinds.AddItem(section="new", title=name.strip(_TRIM), role=role.strip(_TRIM))


def _pairs(texts: list[str]) -> Iterator[kinds.AddItem]:
    for title, text in zip(texts[::2], [*texts[1::2], ""], strict=False):
        yield kinds.AddItem(section="new", title=title, text=text)


def _quotes(clause: Clause) -> Iterator[kinds.AddItem]:
    """Each quote with the name and role after it: “…” — Jane Doe, CTO; or before it: from Jane Doe: “…”."""
    for number, (place, text) in enumerate(clause.quotes):
        tail = _tail(clause, number)
        if not tail and number == 0:
            tail = _author(clause, place)
        parts = _ATTRIBUTION.split(text)
        if not tail and len(parts) > 1:
            text, tail = text[: text.rindex(parts[-1])].rstrip(_TRIM.replace(".", "")), parts[-1]
        name, _, role = tail.partition(",")
        yield kinds.AddItem(section="new", text=text.strip("\"“”' "), name=name.strip(_TRIM), role=role.strip(_TRIM))


def _tail(clause: Clause, number: int) -> str:
    """What stands between a quote and the next one."""
    places = [place for place, _ in clause.quotes] + [len(clause.words)]
    return clause.text(places[number] + 1, places[number + 1]).strip(_TRIM)


def _author(clause: Clause, place: int) -> str:
    start = next((at for at in range(place) if clause.words[at] in ("from", "by", "von", "de")), None)
    return clause.text(start + 1, place).strip(_TRIM) if start is not None else ""


def _questions(texts: list[str]) -> Iterator[kinds.AddItem]:
    parts = [part for text in texts for part in _question(text)] if len(texts) % 2 else texts
    for question, answer in zip(parts[::2], parts[1::2], strict=False):
        yield kinds.AddItem(section="new", title=_unlabelled(question), text=_unlabelled(answer))


def _question(text: str) -> list[str]:
    question, mark, answer = text.partition("?")
    return [question + mark, answer.strip()] if mark and answer.strip() else []


def _unlabelled(text: str) -> str:
    return re.sub(r"^(?:Q|A|F|R|Question|Answer)\s?:\s*", "", text.strip(" –—-"))


def _stat(text: str, count: int) -> list[str]:
    found = _STAT.match(text)
    return [found[1], found[2]] if found and count == 1 else [text]


def _plan(quotes: list[str], clause: Clause) -> kinds.AddItem:
    said = " ".join([*quotes, clause.text()])
    price, period = PRICE.search(said), _PERIOD.search(said)
    name = _PERIOD.sub("", PRICE.sub("", quotes[0])).strip(_TRIM)
    others = [text for text in quotes[1:] if not PRICE.search(text)]
    name = re.sub(r"\s+(?:at|for|à|für)$", "", name) or quotes[0]
    period_text = period[0].lstrip("/ ").strip() if period else ""
    if period_text and not period_text.lower().startswith(("per", "a ", "pro")):
        period_text = f"per {period_text}"
    return kinds.AddItem(
        section="new",
        title=name,
        price=re.sub(r"(?<=[$€£¥])\s", "", price[0]).strip() if price else "",
        period=period_text,
        text=" ".join(others),
    )


def _fields(clause: Clause, scene: Scene, named: Mention) -> list[Wish]:
    labels = [text for _, text in clause.quotes] or _labels(clause, named)
    section = named.section
    if not isinstance(section, Contact):
        return [absent("contact")]
    if not labels:
        return [kinds.Clarification(message="What should the field be called?", options=['Add a field "Phone number"'])]
    there = {field.label.lower() for field in section.fields}
    return [kinds.AddItem(section=section.id, title=label) for label in labels if label.lower() not in there] or [
        kinds.Clarification(message=f"The form has a field “{labels[0]}” already.")
    ]


def _labels(clause: Clause, named: Mention) -> list[str]:
    """“Phone number” of “add a phone number field” and “add a field for the phone number”."""
    if before := _before(clause, named):
        return [" ".join(before)]
    after = list(clause.original[named.end :])
    while after and after[0].lower() in ("for", "called", "named", "the", "their", "a"):
        after = after[1:]
    end = next((place for place, word in enumerate(after) if word.lower() in ("to", "in", "on", ",")), len(after))
    return [" ".join(after[:end])] if after[:end] else []


def _before(clause: Clause, named: Mention) -> list[str]:
    words = clause.original[1 : named.start]
    return [word for word in words if word.lower() not in ("a", "an", "the", "new", "required", "optional", "another")]


def _filled(type_: str, clause: Clause, scene: Scene) -> Wish:
    """A section of what the page has."""
    page = scene.page
    section = {"cta": _cta, "contact": _contact, "footer": _footer, "nav": _nav}.get(type_, _nothing)(page, clause)
    if section is None:
        return absent(type_)
    named = next(mention for mention in scene.mentions(clause) if mention.type == type_)
    return kinds.AddSection(section=section, after=_after(named, clause, scene))


def _nothing(page: Page, clause: Clause) -> AnySection | None:
    return None


def _cta(page: Page, clause: Clause) -> AnySection | None:
    call, quotes = main_call(page), [text for _, text in clause.quotes]
    if call is None:
        return None
    heading = quotes[0] if quotes else page.description.split(". ")[0].rstrip(".")
    heading = heading if 0 < len(heading) <= _LONGEST_HEADING else call.label
    return Cta(id=_id("cta", page), heading=heading, primary=call)


def _contact(page: Page, clause: Clause) -> AnySection:
    words = Words(page.language)
    asked = [name for name in _FIELDS if name in clause.words or (name == "phone" and "telephone" in clause.words)]
    fields = [_form_field(name, words) for name in asked or ("name", "email")]
    return Contact(
        id=_id("contact", page),
        heading=words.heading("contact"),
        fields=fields,
        submit_label=words["send"],
        success=words["success"],
        consent=words["consent"],
    )


def _form_field(name: str, words: Words) -> Field:
    label = words[name] if name in ("name", "email") else name.capitalize()
    types = {"email": "email", "phone": "tel", "website": "url", "message": "textarea", "date": "date"}
    return Field(name=name, label=label, type=types.get(name, "text"), required=name in ("name", "email"))  # type: ignore[arg-type]


def _footer(page: Page, clause: Clause) -> AnySection:
    links = [link for section in page.sections if isinstance(section, Nav) for link in section.links]
    return Footer(id=_id("footer", page), text=page.name, links=links)


def _nav(page: Page, clause: Clause) -> AnySection:
    words = Words(page.language)
    links = [Action(label=label, href=f"#{each.id}") for each in page.sections if (label := words.link(kind(each)))]
    return Nav(id=_id("nav", page), heading=page.name, links=links[:_MOST_LINKS], action=main_call(page))


def _heading(type_: str, page: Page) -> str:
    try:
        return Words(page.language).heading(type_)
    except KeyError:
        return ""


def _id(type_: str, page: Page) -> str:
    return distinct(type_, {section.id for section in page.sections})


def _after(named: Mention, clause: Clause, scene: Scene) -> str | None:
    """The section before the new one: as the message says, else before what closes the page."""
    places = {match.end: match.value for match in clause.find("places") if match.value in ("before", "after")}
    for mention in scene.mentions(clause):
        place = next((value for end, value in places.items() if named.end <= end <= mention.start <= end + 2), None)
        if place and mention.section:
            order = [section.id for section in scene.page.sections]
            at = order.index(mention.section.id) - (place == "before")
            return order[at] if at >= 0 else None
    if named.type in ("contact", "cta", "footer", "nav"):
        return None
    bodies = [section.id for section in scene.page.sections if not isinstance(section, _CLOSING)]
    return bodies[-1] if bodies else None
