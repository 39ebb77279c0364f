"""Briefs that try to be more than words."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: What every one of them would do if it ran.
HARM = "window.harmed=1"
ELSEWHERE = "https://elsewhere.invalid"

_MARKUP = (
    f"<script>{HARM}</script>",
    f"</script><script>{HARM}</script>",
    f"</style><script>{HARM}</script>",
    f"</title></textarea></select><script>{HARM}</script>",
    f"--><script>{HARM}</script><!--",
    f"]]><svg onload={HARM}>",
    f'"><img src=x onerror={HARM}>',
    f"'><svg/onload={HARM}>",
    f'x" onfocus={HARM} autofocus onmouseover={HARM} x="',
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<base href='{ELSEWHERE}/'>",
    f'<iframe srcdoc="<script>parent.{HARM}</script>"></iframe>',
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<form action={ELSEWHERE}><button formaction={ELSEWHERE}>",
    "{{ 7*7 }}{% set x = ''.__class__.__mro__ %}{{ x }}",
    f"&lt;script&gt;{HARM}&lt;/script&gt;",
    f"\uff1cscript\uff1e{HARM}\uff1c/script\uff1e",
    f"<\u2028script>{HARM}</script><scr\u200bipt>\u202e</scr\u200bipt>",
    "x" * 3000,
)
_ADDRESSES = (
    f"javascript:{HARM}",
    f"JaVaScRiPt:{HARM}",
    f"java\tscript:{HARM}",
    f"java\nscript:{HARM}",
    f" \x01javascript:{HARM}",
    f"javascript&colon;{HARM}",
    f"&#106;avascript:{HARM}",
    f"\u00a0javascript:{HARM}",
    f"\ufeffjava\u200bscript:{HARM}",
    f"data:text/html,<script>{HARM}</script>",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{HARM}'><script>{HARM}</script></svg>",
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0id2luZG93Lmhhcm1lZD0xIi8+",
    f"vbscript:{HARM}",
    "/\\elsewhere.invalid",
    "\\\\elsewhere.invalid",
    "blob:x",
    f'#" onclick="{HARM}',
    f'mailto:a@example.com?subject="><script>{HARM}</script>',
)
_COLOURS = (
    f"red;}}body{{background:url({ELSEWHERE}/c)}}",
    f"url({ELSEWHERE}/c)",
    f"#fff;--x:url({ELSEWHERE})",
    "var(--x)",
    f"</style><script>{HARM}</script>",
    "#12345\n6;}*{display:none}",
    "rgb(1e309 none calc(1/0))",
)
_FONTS = (
    f"Bad'; }} body {{ background: url({ELSEWHERE}) }} \\",
    f"x\\27;}}@import url({ELSEWHERE})",
    f"</style><script>{HARM}</script>",
    "a\u2028}b'\"\\",
    "Inter\n}*{display:none}",
)

_MARK, _URL, _COLOUR, _FONT = "MARK", "URL", "COLOUR", "FONT"
_TEXTS: Mapping[str, Sequence[str]] = {_MARK: _MARKUP, _URL: _ADDRESSES, _COLOUR: _COLOURS, _FONT: _FONTS}
_IMAGE = {"src": _URL, "alt": _MARK}
_BRIEF: dict[str, Any] = {
    "campaign": {"objective": _MARK, "productName": _MARK, "primaryOffer": _MARK},
    "audience": {"description": _MARK, "personaKeywords": [_MARK, _MARK], "uvp": _MARK},
    "messaging": {"tone": _MARK, "seoKeywords": [_MARK, _MARK], "eventTracking": [_MARK, _MARK, _MARK]},
    "branding": {
        "theme": "auto",
        "colorPalette": {"primary": _COLOUR, "accent": _COLOUR, "background": _COLOUR, _MARK: _COLOUR},
        "fonts": {"heading": _FONT, "body": _FONT},
        "layoutPreference": _MARK,
        "sections": [
            "hero",
            "features",
            "benefits",
            "stats",
            "testimonials",
            "pricing",
            "team",
            "faq",
            "cta",
            "contact",
        ],
        "sectionData": {
            "faq": [{"question": _MARK, "answer": _MARK}],
            "pricing": [{"name": _MARK, "price": _MARK, "period": _MARK, "cta": {"label": _MARK, "href": _URL}}],
            "stats": [{"value": _MARK, "label": _MARK}],
            "team": [{"name": _MARK, "role": _MARK, "bio": _MARK, "image": _IMAGE}],
            "testimonials": [{"quote": _MARK, "author": _MARK, "role": _MARK, "image": _IMAGE}],
            "custom": {_MARK: {"heading": _MARK, "paragraphs": [_MARK], "items": [{"title": _MARK, "image": _URL}]}},
        },
    },
    "benefits": {
        "topBenefits": [{"title": _MARK, "text": _MARK, "image": _IMAGE}],
        "features": [{"title": _MARK, "text": _MARK, "icon": _MARK, "image": _URL}, _MARK],
    },
    "trust": {"objections": [{"question": _MARK, "answer": _MARK}], "indicators": [_MARK]},
    "conversion": {
        "primaryCTA": {"label": _MARK, "href": _URL},
        "secondaryCTA": {"label": _MARK, "href": _URL},
        "primaryKPI": _MARK,
    },
    "media": {"videoUrl": _URL, "privacyPolicyUrl": _URL, "consentText": _MARK},
    "advanced": {
        "formFields": [
            {"name": _MARK, "label": _MARK, "type": _MARK},
            {"name": "size", "label": _MARK, "options": [_MARK, _MARK]},
            {"name": "innerHTML", "type": "checkbox", "label": _MARK},
        ],
        "customPrompt": _MARK,
    },
    "assets": {
        "logo": _IMAGE,
        "heroImage": _IMAGE,
        "secondaryImages": [_URL],
        "favicon": _URL,
        "sectionAssets": {"hero": [_URL], _MARK: [_URL]},
    },
}


def briefs() -> Iterator[dict[str, Any]]:
    """As many as let every text stand in every place that is for its kind."""
    for turn in range(len(_MARKUP)):
        texts = {kind: itertools.islice(itertools.cycle(kinds), turn, None) for kind, kinds in _TEXTS.items()}
        yield _filled(_BRIEF, texts, turn)


def _filled(value: Any, texts: Mapping[str, Iterator[str]], turn: int) -> Any:
    match value:
        case str():
            return next(texts[value]) if value in texts else value
        case list():
            return [_filled(item, texts, turn) for item in value]
        case dict():
            return {_filled(name, texts, turn): _filled(item, texts, turn) for name, item in value.items()}
    return value
