"""Which language a text is in, as far as its script and its commonest words tell."""

import re
from collections import Counter
from typing import Literal

from msgspec import Struct

_SAMPLE = 20_000
_SCRIPTS = {
    "arabic": r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]",
    "he": r"[\u0590-\u05ff]",
    "cyrillic": r"[\u0400-\u052f]",
    "el": r"[\u0370-\u03ff]",
    "th": r"[\u0e00-\u0e7f]",
    "ko": r"[\u1100-\u11ff\uac00-\ud7af]",
    "kana": r"[\u3040-\u30ff]",
    "han": r"[\u3400-\u9fff]",
    "hi": r"[\u0900-\u097f]",
    "bn": r"[\u0980-\u09ff]",
    "ta": r"[\u0b80-\u0bff]",
    "ka": r"[\u10a0-\u10ff]",
    "hy": r"[\u0530-\u058f]",
    "latin": r"[A-Za-z\u00c0-\u024f]",
}
_COUNTED = re.compile("|".join(f"(?P<{name}>{letters})" for name, letters in _SCRIPTS.items()))
_COMMON = {
    "en": "the and of to in for with your you is are that from on our we it by be more get",
    "de": "der die das und ist für mit ein eine von zu den im sie ihr auf wir unser aus bei nicht ihre jeden",
    "fr": "le la les et des pour avec un une de du est vous votre nous dans en sur au aux notre plus",
    "es": "el la los las y de para con un una en es su tu que por del nuestro más sin nos",
    "it": "il lo gli le e di per con un una è che della dei nel tuo vostro più sono nostro",
    "pt": "o os as e de para com um uma em é seu sua que por do da dos não mais nosso",
    "nl": "de het een en van voor met is op je jouw uw wij ons zijn niet dat bij meer naar",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_RIGHT_TO_LEFT = {"ar", "fa", "ur", "he"}


class Language(Struct, frozen=True):
    """`code` as HTML's `lang` has it."""

    code: str
    direction: Literal["ltr", "rtl"]


def detect(text: str) -> Language:
    """English where nothing says otherwise."""
    sample = text[:_SAMPLE]
    scripts = Counter(match.lastgroup for match in _COUNTED.finditer(sample))
    code = _code(sample, max(scripts, key=lambda name: scripts[name]) or "latin", scripts) if scripts else "en"
    return Language(code, "rtl" if code in _RIGHT_TO_LEFT else "ltr")


def _code(sample: str, script: str, scripts: Counter[str | None]) -> str:
    match script:
        case "latin":
            return _latin(sample)
        case "arabic":
            return "ur" if re.search("[ٹڈڑے]", sample) else "fa" if re.search("[پچژگ]", sample) else "ar"
        case "cyrillic":
            return "uk" if re.search("[іїєґ]", sample, re.IGNORECASE) else "ru"
        case "han" | "kana":
            return "ja" if scripts["kana"] else "zh"
    return script


def _latin(sample: str) -> str:
    words = re.findall(r"[^\W\d_]+", sample.lower())
    hits = {language: sum(word in common for word in words) for language, common in _WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= 2 and hits[best] > hits["en"] else "en"
