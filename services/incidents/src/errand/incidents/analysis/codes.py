"""What the codes in a text mean: a typed view of `data/codes.toml`, read once, on first use."""

from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from errand.common.conversion import convert


class Substance(Struct, frozen=True, forbid_unknown_fields=True, rename={"hazard_class": "class"}):
    name: str
    hazard_class: str


class Sizes(Struct, frozen=True, forbid_unknown_fields=True):
    length: dict[str, str]
    height: dict[str, str]
    type: dict[str, str]
    spoken: dict[str, str]


class Codes(Struct, frozen=True, forbid_unknown_fields=True):
    no_tickets: frozenset[str]
    message_types: frozenset[str]
    segment_tags: frozenset[str]
    edifact: dict[str, str]
    x12: dict[str, str]
    mandatory: dict[str, tuple[str, ...]]
    syntax_errors: dict[str, str]
    time_qualifiers: dict[str, str]
    imdg: dict[str, str]
    un_numbers: dict[str, Substance]
    ports: dict[str, str]
    owners: dict[str, str]
    sizes: Sizes


@cache
def codes() -> Codes:
    content = files(__package__).joinpath("data", "codes.toml").read_bytes()
    return convert(msgspec.toml.decode(content), Codes)
