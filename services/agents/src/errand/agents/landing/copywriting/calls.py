"""The page's calls to action: their labels, where they lead, and the events that tracking gets."""

from collections.abc import Sequence

from msgspec import Struct

from errand.agents.landing.brief import Link
from errand.agents.landing.copywriting import facts
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import capital, parted, shorten
from errand.agents.landing.copywriting.words import intent_of, is_call
from errand.agents.landing.page import Action, AnySection, Custom
from errand.agents.landing.planning.vocabulary import plain, section_names

_MAX_LABEL, _LEAST_LABEL = 40, 8
_STEM = 5
_TELLING = ("features", "benefits", "pricing", "testimonials", "faq", "team", "stats")
_HINTS = {
    "primary": "primary main hero cta signup sign up join beta start trial buy order book",
    "secondary": "secondary learn more see feature tour explore",
    "closing": "secondary closing footer faq question",
    "pricing": "pricing price plan checkout tier",
    "form": "form submit lead contact request",
}


class Calls(Struct, frozen=True, kw_only=True):
    """`pricing` and `form` are the names of events alone; the buttons there are the primary one."""

    primary: Action | None
    secondary: Action | None
    closing: Action | None
    pricing: str | None
    form: str | None


def decide(material: Material, sections: Sequence[AnySection]) -> Calls:
    ids = {str(section.__struct_config__.tag): section.id for section in sections}
    primary, secondary = _primary(material, ids), _secondary(material, ids)
    closing = _closing(material, ids, secondary)
    labels = {
        "primary": primary.label if primary else None,
        "secondary": secondary.label if secondary else None,
        "closing": closing.label if closing else None,
        "pricing": "" if "pricing" in ids and primary else None,
        "form": "" if "contact" in ids else None,
    }
    events = _events(material, {place: label for place, label in labels.items() if label is not None})
    return Calls(
        primary=_tracked(primary, events.get("primary")),
        secondary=_tracked(secondary, events.get("secondary")),
        closing=_tracked(closing, events.get("closing")),
        pricing=events.get("pricing"),
        form=events.get("form"),
    )


def _tracked(action: Action | None, event: str | None) -> Action | None:
    return Action(label=action.label, href=action.href, event=event) if action else None


def _primary(material: Material, ids: dict[str, str]) -> Action | None:
    given = material.brief.conversion.primary_cta
    label = _label(material, given) or _derived(material)
    href = _address(material, given, "conversion.primaryCTA", ids)
    if not href:
        beyond = ("cta",) if _anchor(ids, _TELLING) else ()
        href = _anchor(ids, ("contact", *beyond, "pricing", *_TELLING))
    return Action(label=label, href=href) if label and href else None


def _label(material: Material, given: Link | None) -> str:
    return material.line(given.label, "conversion.primaryCTA", None, 80) if given else ""


def _address(material: Material, given: Link | None, field: str, ids: dict[str, str]) -> str | None:
    """An anchor counts only where the page has it."""
    if given is None or not given.href.startswith("#"):
        return material.address(given.href, field, None) if given else None
    if given.href[1:] in ids.values():
        return given.href
    material.lacks(None, field, f"There is no section {given.href[:80]} on the page.")
    return None


def _derived(material: Material) -> str:
    """The offer's own call where it begins like a button, else what its or the objective's words are after."""
    call = facts.parts_of_offer(material).call
    if len(call) > _MAX_LABEL:
        call = parted(call, material.words["phrase"], _MAX_LABEL, _LEAST_LABEL, early=True)[0]
    if call and is_call(call) and len(call) <= _MAX_LABEL:
        return capital(call)
    for text in (material.offer, material.brief.campaign.objective, material.uvp):
        if text and (intent := intent_of(text)):
            return material.words.action(intent)
    return material.words.action("contact") if material.offer or material.brief.campaign.objective else ""


def _secondary(material: Material, ids: dict[str, str]) -> Action | None:
    given = material.brief.conversion.secondary_cta
    told = _told(given.label, ids) if given else []
    href = _address(material, given, "conversion.secondaryCTA", ids) or _anchor(ids, [*told, *_TELLING])
    if given and given.label and href:
        return Action(label=material.line(given.label, "conversion.secondaryCTA", None, 80), href=href)
    return _see(material, ids, _TELLING)


def _told(label: str, ids: dict[str, str]) -> list[str]:
    """The sections that a label speaks of: `See plans` is about the prices."""
    kinds = [section_names().get(word) for word in plain(label).split()]
    return [kind for kind in kinds if kind in ids]


def _closing(material: Material, ids: dict[str, str], secondary: Action | None) -> Action | None:
    """Beside the last call: the questions, or what the opening's second button leads to."""
    if "cta" not in ids:
        return None
    return _see(material, ids, ("faq", "pricing")) or secondary


def _see(material: Material, ids: dict[str, str], kinds: Sequence[str]) -> Action | None:
    kind = next((kind for kind in kinds if kind in ids and material.words.see(kind)), None)
    return Action(label=material.words.see(kind), href=f"#{ids[kind]}") if kind else None


def _anchor(ids: dict[str, str], kinds: Sequence[str]) -> str | None:
    return next((f"#{ids[kind]}" for kind in kinds if kind in ids), None)


def _events(material: Material, labels: dict[str, str]) -> dict[str, str]:
    """The name of an event by the place of its button: where their words meet, else on what is left, in order."""
    free = {place: _stems(f"{label} {_HINTS[place]}") for place, label in labels.items()}
    placed: dict[str, str] = {}
    unfit: list[str] = []
    for event in names(material):
        fits = {place: len(_stems(event) & words) for place, words in free.items()}
        place = max(fits, key=lambda place: fits[place], default=None)
        if place is None or not fits[place]:
            unfit.append(event)
            continue
        placed[place] = event
        del free[place]
    return placed | _leftover(material, unfit, list(free))


def _leftover(material: Material, events: list[str], places: list[str]) -> dict[str, str]:
    for event, place in zip(events, places, strict=False):
        material.lacks(None, "messaging.eventTracking", f"No button is about “{event}”: it is on the {place} one.")
    for event in events[len(places) :]:
        material.lacks(None, "messaging.eventTracking", f"“{event}” has no button to be on.")
    return dict(zip(places, events, strict=False))


def names(material: Material) -> list[str]:
    """The events' names, each once."""
    given = material.brief.messaging.event_tracking
    return list(dict.fromkeys(shorten(name, 100) for name in given if name))


def _stems(text: str) -> set[str]:
    """Beginnings of words, so that `subscribe` is about a subscription."""
    return {word[:_STEM] for word in plain(text).split() if word not in {"the", "a", "to", "click"}}


def is_linked(section: AnySection) -> bool:
    """Whether the navigation has a link to the section."""
    if not section.heading:
        return False
    return isinstance(section, Custom) or section.__struct_config__.tag in (*_TELLING, "contact")
