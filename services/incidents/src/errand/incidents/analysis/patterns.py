"""The shapes of what a text may name. Every repetition is bounded, so that no text makes a search more than linear.

A value is the one group that took part in the match, or all of it where there is none.
"""

import re


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def _exact_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_UNIT = r"(h|hrs?|hours?|mins?|minutes?)\b"
_DUE = r"(?:eta|etb|etd|etc|cut ?-?off|closing|sails?|sailing|departs?|departure|berthing|deadline|expiry)"

# owner code, category, serial number, check digit
CONTAINER = _any_case(r"(?<![A-Z0-9])([A-Z]{3})([UJZ])[ -]?([0-9]{3}[ -]?[0-9]{3})(?:[ -]?([0-9]))?(?![A-Z0-9])")
IMO = _any_case(r"\bIMO(?: ?(?:no|number))?[.:# ]{0,2}([0-9]{7})\b")
VESSEL = re.compile(
    r"(?:\b(?:M/V|MV|M\.V\.)|\b(?i:vessel|ship|feeder)(?i: named?)?:?) [\"'\u201c\u2018]?"
    r"([A-ZÀ-ÖØ-Þ][\w'\u2019-]{0,24}(?: [A-ZÀ-ÖØ-Þ][\w'\u2019-]{0,24}){0,3})"
)
VOYAGE = _any_case(
    r"\bvoy(?:age)?\.? ?(?:no\.?|number)?[:#]? ?((?=[A-Z]{0,3}[0-9])[A-Z0-9]{2,8}(?:[/-][A-Z0-9]{2,6})?)\b"
)
SIX_LETTERS = _any_case(r"\b[A-Z]{6}\b")
X12 = _any_case(
    r"\b(?:X12|ANSI|EDI|ST\*|transaction set)[ :*-]?([0-9]{3})\b|\b([0-9]{3}) (?:EDI|transaction set|X12)\b"
)
HTTP_STATUS = _any_case(
    r"\b(?:HTTP(?:/[0-9](?:\.[0-9])?)?|(?:status|error)(?: code)?|return(?:s|ed|ing)?|responds? with|got(?: an?)?)"
    r"[ :=]{0,2}([45][0-9]{2})\b"
    r"|\b([45][0-9]{2}) (?:errors?|Bad|Unauthorized|Forbidden|Not Found|Conflict|Internal|Service|Gateway)\b"
)
ERROR_CODE = _exact_case(
    r"\b((?:ORA|TNS|PLS|SQL|ERR|E)-[0-9]{3,5}|SQLSTATE[ :=\[]{0,2}[0-9A-Z]{5}"
    r"|(?:[A-Z]{2,20}_)?ERR[_-][A-Z0-9_]{1,30}|ERR[0-9]{2,6}"
    r"|[A-Z]\w{0,60}(?:Exception|Error))\b"
)
PORT_CODE = _exact_case(r"\b([A-Z]{2} ?[A-Z]{3})\b")
STATED_PORT = _exact_case(
    r"\b(?:POL|POD|POT|LOCODE)[ :=]{1,2}([A-Z]{2}[A-Z2-9]{3})\b|\bLOC\+[0-9]{1,3}\+([A-Z]{2}[A-Z2-9]{3})\b"
)
YARD_POSITION = _exact_case(
    r"\b(?i:block|slot|stack|lane|bay|row|position) "
    r"(?=[A-Z]{0,3}[0-9]|[A-Z]\b)[A-Z0-9]{1,5}(?:[-.][A-Z0-9]{1,4}){0,3}\b"
    r"|\b[A-Z]{1,2}[0-9]{0,2}[-.][0-9]{1,3}[-.][0-9]{1,2}(?:[-.][0-9]{1,2})?\b"
)
EQUIPMENT = _any_case(
    r"\b((?:QC|STS|RTG|RMG|ASC|AGV|RS|SC|TT|crane|gantry)(?: ?(?:no\.?|number))?[ #-]{0,2}[0-9]{1,3})\b"
)
UN_NUMBER = _any_case(r"\bUN[ -]?(?:no\.? ?)?([0-9]{4})\b")
IMDG_CLASS = _any_case(
    r"\b(?:IMDG|IMO|DG|ADR|hazard|UN[ -]?[0-9]{4})(?: cargo)?(?: code)?[ ,]{1,2}class:? ?([1-9](?:\.[1-6])?)\b"
    r"|\bclass:? ?([1-9]\.[1-6])\b|\bIMDG:? ?([1-9](?:\.[1-6])?)\b"
)
TICKET = _any_case(r"\b((?:ALR|INC|TCK)[- ]?[0-9]{2,12})\b")
BOOKING = _any_case(
    r"\b(?:booking|bkg)(?: ?(?:ref(?:erence)?|no|number))?[.:#]{0,2} ?((?=[A-Z]{0,9}[0-9])[A-Z0-9]{6,16})\b"
)
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
TIME = _any_case(
    rf"\b([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T ]{_CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?)\b"
    rf"|\b({_CLOCK}(?: ?(?:UTC|LT|am|pm|hrs?|Z))?)\b"
    r"|\b([0-2][0-9][0-5][0-9] ?(?:UTC|LT|hrs?|Z|hours))\b"
)
QUANTITY = _any_case(
    r"\b([0-9]{1,3},[0-9]{3}|[0-9]{1,5}) ?(?:x ?)?"
    r"(?:(?:export|import|full|empty|reefer|dg|loaded|affected|missing|planned|unplanned) ){0,2}"
    r"(?:containers?|boxes|box|units|reefers|teu|imports|exports)\b"
)
DEADLINE = _any_case(
    rf"\b{_DUE}\b[^.;\n]{{0,24}}?\b(?:in|within|under)(?: about| less than| only)? ([0-9]{{1,3}}) ?{_UNIT}"
    rf"|\b([0-9]{{1,3}}) ?{_UNIT} (?:before|to|until|till|left)\b(?: [a-z]{{1,8}}){{0,2}} {_DUE}\b"
)
STATED_TYPE = _any_case(r"\bincident[ _](?:type|category)[:=] ?([A-Z][A-Z ]{2,30})")
STATED_SEVERITY = _any_case(
    r"\b(?:severity|priority|prio|sev)[:= ]{1,2}(P?[1-4]|[A-Z]{3,8})\b|\b([A-Z]{3,8})[ -](?:severity|priority)\b"
)
