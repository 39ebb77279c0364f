"""Ways through a page's values: every string with its path, and copies with some structs or texts changed."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct, structs

from errand.agents.landing.page import Quote

T = TypeVar("T", bound=Struct)

LINK_FIELDS = frozenset({"href", "privacy_url"})
MEDIA_FIELDS = frozenset({"src", "video", "favicon"})
COPY_FIELDS = frozenset(
    {
        *("eyebrow", "heading", "intro", "label", "alt", "title", "text", "value", "name", "role", "price", "period"),
        *("question", "answer", "points", "options", "indicators", "paragraphs", "submit_label", "success", "consent"),
    }
)


def strings(value: object, path: str) -> list[tuple[str, str]]:
    """Every string below a value, with its path such as `hero.primary.href` or `faq.items[2].answer`."""
    found: list[tuple[str, str]] = []
    _collect(value, path, found)
    return found


def _collect(value: object, path: str, found: list[tuple[str, str]]) -> None:
    if isinstance(value, str):
        found.append((path, value))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            _collect(entry, f"{path}[{index}]", found)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            _collect(getattr(value, name), f"{path}.{name}", found)


def field_of(path: str) -> str:
    """`answer` of `faq.items[2].answer`."""
    return path.rpartition(".")[2].partition("[")[0]


def map_structs(value: T, change: Callable[[Any], Any]) -> T:
    """A copy in which every struct below `value`, innermost first, went through `change`.

    Where it gives None the struct is dropped from its list, or its field becomes None. What does not change stays
    the same object.
    """
    new = {name: _mapped(getattr(value, name), change) for name in value.__struct_fields__}
    changed = {name: entry for name, entry in new.items() if entry is not getattr(value, name)}
    return structs.replace(value, **changed) if changed else value


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, Struct):
        return change(map_structs(value, change))
    if isinstance(value, list):
        new = [entry for entry in (_mapped(entry, change) for entry in value) if entry is not None]
        same = len(new) == len(value) and all(a is b for a, b in zip(new, value, strict=True))
        return value if same else new
    return value


def map_texts(value: T, change: Callable[[str, str], str]) -> T:
    """A copy in which every text that a reader sees went through `change(field, text)`; quotes stay word by word."""

    def texts(struct: Any) -> Any:
        if isinstance(struct, Quote):
            return struct
        new = {
            name: _texts(name, getattr(struct, name), change) for name in COPY_FIELDS & set(struct.__struct_fields__)
        }
        changed = {name: text for name, text in new.items() if text != getattr(struct, name)}
        return structs.replace(struct, **changed) if changed else struct

    result: T = texts(map_structs(value, texts))
    return result


def _texts(field: str, value: Any, change: Callable[[str, str], str]) -> Any:
    if isinstance(value, str):
        return change(field, value) if value else value
    if isinstance(value, list):
        return [change(field, entry) if isinstance(entry, str) else entry for entry in value]
    return value
