"""Wishes about how the page looks: theme, colours, fonts, corners, spacing, motion and layouts."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any, Literal

from errand.agents.landing import tokens
from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.scene import Scene, Wish, called, verb
from errand.agents.landing.edits.references import kind
from errand.agents.landing.edits.vocabulary import Match
from errand.agents.landing.page import AnySection
from errand.agents.landing.variants import VARIANTS

_NAMED_AFTER = frozenset({"theme", "one", "version", "as", "for"})  # “the green one”, “the green as primary colour”
_DARK_BELOW = 0.6
_THEME_WORDS = frozenset({"theme", "mode", "page", "it", "site", "website", "look", "everything", "design", "version"})
#: Articles included.
_FONT_WORDS = 8
_FONT_ENDS = frozenset(
    {"for", "in", "as", "and", ",", "on", "headings", "heading", "body", "text", "titles", "font", "please"}
)
_SHORT_CLAUSE = 5
_MOST_NAME_WORDS = 3
_TEXT_SIZES: tuple[Literal["small", "regular", "large"], ...] = ("small", "regular", "large")
_USES = frozenset({"use", "try", "nutze", "verwende", "usa", "utilise"})
_HEADINGS = frozenset(
    {"heading", "headings", "headline", "headlines", "title", "titles", "überschriften", "títulos", "titres"}
)
_BODIES = frozenset({"body", "text", "paragraphs", "copy", "paragraph", "fließtext", "texto", "texte"})
_FOR = frozenset({"for", "in", "für", "para", "pour", "as"})
_WHICH_COLOUR = kinds.Clarification(
    message="Which colour should it be? A name or a code will do.",
    options=["Make the primary colour teal.", "Change the background to #f5efe6."],
)
_PALETTE = ("primary", "accent", "secondary", "neutral")


def read_design(clause: Clause, scene: Scene) -> list[Wish]:
    if sizes := list(_sizes(clause, scene)):
        return sizes
    if clause.says("fonts") or _names_font(clause):
        return list(_fonts(clause))
    colours = list(_colours(clause, scene))
    others = colours or [*_theme(clause, scene), *_measures(clause, scene), *_layouts(clause, scene)]
    return others or ([_WHICH_COLOUR] if clause.says("colours") and not scene.sections(clause) else [])


def _sizes(clause: Clause, scene: Scene) -> Iterator[Wish]:
    size = clause.first("sizes")
    if size is None or clause.first("densities") or clause.quotes:
        return
    if not clause.says("sizeable"):
        yield kinds.Clarification(
            message="I can make all of the text larger or smaller; pictures, videos and buttons follow the layout.",
            options=["Make the text larger.", "Make the text smaller."],
        )
        return
    now = _TEXT_SIZES.index(scene.page.design.text_size)
    wanted = max(0, now - 1) if size == "small" else min(len(_TEXT_SIZES) - 1, now + 1)
    yield kinds.SetTextSize(text_size=_TEXT_SIZES[wanted])


def _theme(clause: Clause, scene: Scene) -> Iterator[Wish]:
    theme = clause.first("themes")
    about = _THEME_WORDS & set(clause.words) or len(clause.words) <= _SHORT_CLAUSE or verb(clause) == "change"
    if theme and about and not scene.sections(clause):
        yield kinds.SetTheme(theme=theme)  # type: ignore[arg-type]


def _measures(clause: Clause, scene: Scene) -> Iterator[Wish]:
    """Corners, spacing and motion; of one section, “compact” is about its text."""
    if shape := clause.first("shapes"):
        yield kinds.SetShape(shape=shape)  # type: ignore[arg-type]
    if (density := clause.first("densities")) and not scene.sections(clause):
        yield kinds.SetDensity(density=density)  # type: ignore[arg-type]
    motion = clause.first("motions")
    if motion is None and _says(clause, "animations", "animation", "motion"):
        motion = {"remove": "none", "add": "scroll"}.get(verb(clause) or "")
    if motion:
        yield kinds.SetMotion(motion=motion)  # type: ignore[arg-type]


def _says(clause: Clause, *words: str) -> bool:
    return any(word in clause.words for word in words)


def _colours(clause: Clause, scene: Scene) -> Iterator[Wish]:
    """Each colour goes to the role that is named nearest to it."""
    named = list(_colour_words(clause))
    found = [(place, value) for place, value in named if not _is_discarded(clause, place)]
    if not found:
        if named:
            yield _WHICH_COLOUR
        return
    if any(kind(section) not in ("cta", "contact") for section in scene.sections(clause)):
        yield kinds.Clarification(
            message="Colours belong to the whole page, not to one section.",
            options=["Make the primary colour teal.", "Change the background to #f5efe6."],
        )
        return
    for role, value in _with_roles(found, clause.find("roles")):
        yield kinds.SetColour(role=role, value=value)  # type: ignore[arg-type]
        yield from _theme_for(role, value, scene)


def _with_roles(found: list[tuple[int, str]], roles: list[Match]) -> list[tuple[str, str]]:
    """Each colour with the role named nearest to it; several that share one are a palette, the main colour first."""
    if len({match.value for match in roles}) > 1 or (roles and len(found) == 1):
        return [(_nearest(roles, place), value) for place, value in found]
    return list(zip(_PALETTE, (value for _, value in found), strict=False))


def _theme_for(role: str, value: str, scene: Scene) -> Iterator[Wish]:
    """A dark background is seen in the dark theme alone, a light one in the light."""
    colour, theme = tokens.parse(value), scene.page.design.theme
    if role == "background" and colour and theme != "auto" and (colour.lightness < _DARK_BELOW) != (theme == "dark"):
        yield kinds.SetTheme(theme="dark" if theme == "light" else "light")


def _colour_words(clause: Clause) -> Iterator[tuple[int, str]]:
    for match in clause.find("colour names"):
        yield match.start, match.value
    for place, word in enumerate(clause.words):
        text = clause.quote(place) or word
        if is_colour(text) and (colour := tokens.parse(text)):
            yield place, colour.hex


def is_colour(text: str) -> bool:
    """Whether it is a colour in CSS's notation; names are looked up in the vocabulary."""
    return text.startswith(("#", "rgb", "hsl", "ok", "lab(", "lch(")) and tokens.parse(text) is not None


def _is_discarded(clause: Clause, place: int) -> bool:
    """The purple of “teal instead of purple”, of “from purple to teal”, and of “the purple is too loud”."""
    spoken_of = place > 0 and clause.words[place - 1] == "the" and not _NAMED_AFTER & set(clause.words[place + 1 :])
    return spoken_of or any(match.end in (place, place - 1) for match in clause.find("discarded"))


def _nearest(roles: list[Match], place: int) -> str:
    return min(roles, key=lambda match: min(abs(match.start - place), abs(match.end - 1 - place))).value


def _names_font(clause: Clause) -> bool:
    """“Inter for the body”, or “Use Inter” alone."""
    capitalised = [word[:1].isupper() for word in clause.original[1:]]
    alone = clause.words[:1] != () and clause.words[0] in _USES and all(capitalised) and not clause.says("sections")
    for_what = any(map(_font_role, clause.words)) and bool(_FOR & set(clause.words))
    return any(capitalised) and (for_what or (alone and len(capitalised) <= _MOST_NAME_WORDS))


def _fonts(clause: Clause) -> Iterator[Wish]:
    """Names in quotes, or else with capitals; each goes with the role that follows or precedes it."""
    names = [(place, text) for place, text in clause.quotes] or list(_capitalised(clause)) or list(_plain(clause))
    roles = [(place, role) for place, word in enumerate(clause.words) if (role := _font_role(word))]
    for place, name in names:
        nearest = _role_of(roles, place + 1 if clause.words[place + 1 : place + 2] == ("for",) else place, place)
        targets = [nearest] if nearest else ["heading", "body"]
        if len(names) == 1 and len({role for _, role in roles}) > 1:
            targets = ["heading", "body"]
        for role in targets:
            yield kinds.SetFont(role=role, name=name)  # type: ignore[arg-type]
    if not names:
        yield kinds.Clarification(
            message="Which font should it be?",
            options=["Use Georgia for headings.", 'Change the body font to "Inter".'],
        )


def _role_of(roles: list[tuple[int, str]], start: int, place: int) -> str | None:
    """The role after “Inter for”, or else the one that is nearest."""
    after = [entry for entry in roles if entry[0] > start] if start > place else roles
    return min(after or roles, key=lambda entry: abs(entry[0] - place), default=(0, None))[1]


def _font_role(word: str) -> str | None:
    return "heading" if word in _HEADINGS else "body" if word in _BODIES else None


def _capitalised(clause: Clause) -> Iterator[tuple[int, str]]:
    place = 1
    while place < len(clause.original):
        start = place
        while place < len(clause.original) and clause.original[place][:1].isupper():
            place += 1
        if place > start and not _font_role(clause.words[start]):
            yield place - 1, " ".join(clause.original[start:place])
        place = max(place, start + 1)


def _plain(clause: Clause) -> Iterator[tuple[int, str]]:
    """What follows “to” or “use”, up to what it is for."""
    starts = [place + 1 for place, word in enumerate(clause.words) if word in ("to", "use", "in", "into")]
    for start in starts:
        # Further on there is no name of a font.
        last = min(start + _FONT_WORDS, len(clause.words))
        end = next((place for place in range(start, last) if clause.words[place] in _FONT_ENDS), last)
        name = [word for word in clause.original[start:end] if word.lower() not in ("a", "the", "an")]
        if 0 < len(name) <= 4 and not _font_role(name[0].lower()):
            yield start, " ".join(name)
            return


def _layouts(clause: Clause, scene: Scene) -> Iterator[Wish]:
    asked = [match.value for match in clause.find("layouts")]
    about_layout = clause.says("looks")
    for section in scene.sections(clause):
        known = VARIANTS[kind(section)]  # type: ignore[index]
        variant = next((value for value in asked if value in known), None)
        if variant is None and _means_layout(clause):
            variant = None if asked else _next(section, known)
        if variant is not None and (about_layout or variant != "simple" or kind(section) == "footer"):
            yield kinds.SetLayout(section=section.id, variant=variant)
        elif asked and about_layout:
            yield kinds.Clarification(
                message=f"The {called(section)} section comes in these layouts: {', '.join(known)}.",
                options=[f"Show the {called(section)} section as {value}." for value in known],
            )


def _means_layout(clause: Clause) -> bool:
    return "layout" in clause.words or "arrangement" in clause.words or clause.first("requests") == "redesign"


def _next(section: AnySection, known: tuple[Any, ...]) -> str:
    """The layout after the section's own."""
    place = known.index(section.variant) if section.variant in known else 0
    return str(next(islice(cycle(known), place + 1, None)))
