"""Tokens as a file of the Design Tokens format, 2025.10."""

import re
from typing import Any

from errand.agents.landing.tokens.schemes import Tokens

_SIZE = re.compile(r"(?:clamp\(.*, )?(\d*\.?\d+)(px|rem)\)?")


def dtcg(tokens: Tokens) -> dict[str, Any]:
    """Groups `light`, `dark`, `font` and `size`. A fluid size is given at its largest, its CSS among the extensions."""
    shared = tokens.shared.items()
    return {
        "light": {"$type": "color", **{name: {"$value": _colour(value)} for name, value in tokens.light.items()}},
        "dark": {"$type": "color", **{name: {"$value": _colour(value)} for name, value in tokens.dark.items()}},
        "font": {"$type": "fontFamily", **{name: _font(value) for name, value in shared if name.startswith("font-")}},
        "size": {"$type": "dimension", **{name: _size(*size, css) for name, css in shared if (size := _parse(css))}},
    }


def _colour(value: str) -> dict[str, Any]:
    components = [round(int(value[i : i + 2], 16) / 255, 4) for i in (1, 3, 5)]
    return {"colorSpace": "srgb", "components": components, "hex": value}


def _font(stack: str) -> dict[str, Any]:
    return {"$value": [name.strip("'") for name in stack.split(", ")]}


def _parse(css: str) -> tuple[str, str] | None:
    match = _SIZE.fullmatch(css)
    return (match[1], match[2]) if match else None


def _size(value: str, unit: str, css: str) -> dict[str, Any]:
    size: dict[str, Any] = {"$value": {"value": float(value), "unit": unit}}
    return size | ({"$extensions": {"dev.errand.fluid": css}} if css.startswith("clamp") else {})
