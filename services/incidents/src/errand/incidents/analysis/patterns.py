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
_REFERENCE = r"(?: ?(?:ref(?:erence)?|no|number))?[.:#]{0,2} ?((?=[A-Z]{0,9}[0-9])[A-Z0-9]{6,16})\b"
_COUNTED = r"boxes|containers|teu|units|moves|trucks|messages|mails|files|records|lines|kg|k?m\b|t\b|x\b|%"
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'\u2019-]{0,24}"

# owner code, category, serial number, check digit
CONTAINER = _any_case(r"(?<![A-Z0-9])([A-Z]{3})([UJZ])[ -]?([0-9]{3}[ -]?[0-9]{3})(?:[ -]?([0-9]))?(?![A-Z0-9])")
MISREAD_CONTAINER = _exact_case(r"(?<![A-Za-z0-9])[A-Z0158]{3}[UJZ][0-9OIBS]{7}(?![A-Za-z0-9])")
# length, height and type after ISO 6346, or as they are spoken of
SIZE_TYPE = _exact_case(
    r"(?<![\w-])(?<!lock )(?<!slot )(?<!bay )"
    r"(?:([24LM][0256][GRUPTVBSH][0-9])|(20|40|45)['\u2019]?(?: ?(GP|DV|DC|HC|HQ|RF|OT)|(RE|RH|FR|TK)))(?![\w-])"
)
IMO = _any_case(r"\bIMO(?: ?(?:no|number))?[.:# ]{0,2}([0-9]{7})\b")
VESSEL = re.compile(
    r"(?:\b(?:M/V|MV|M\.V\.?)[.:]?|\b(?i:vessel|ship|feeder)(?i:[ _]named?)?:?(?: M[/.]?V[.:]{0,2})?)"
    r" [\"'\u201c\u2018]?"
    rf"({_WORD}(?: {_WORD}){{0,3}})"
)
# Some lines begin their ships' names with their own; in front of a word such as "on" it is no office of theirs.
VESSEL_OF_LINE = _exact_case(
    r"\b(?:on|onto|aboard|of|from|for|by|off|under) "
    r"((?:MSC|MAERSK|OOCL|CMA CGM|COSCO SHIPPING|EVER|HMM|HYUNDAI|YM|ZIM|APL|NYK|WAN HAI|HANSA) [A-Z]{4,16})\b"
)
# A name before its voyage, "EVER GIVEN V.014E", or before its number, "Ever Given (IMO 9811000)".
VESSEL_BEFORE = re.compile(
    rf"(?<![\w-])({_WORD}(?: {_WORD}){{0,3}}),? "
    r"(?:[Vv](?:[Oo][Yy])?\.? ?[0-9]{2,4}[NSEWnsew]\b|\(?IMO[:# ]{0,2}[0-9]{7}\b)"
)
VOYAGE = _any_case(
    r"\bvoy(?:age)?\.? ?(?:no\.?|number)?[:#]? ?((?=[A-Z]{0,3}[0-9])[A-Z0-9]{2,8}(?:[/-][A-Z0-9]{2,6})?)\b"
    r"|\bv\.? ?([0-9]{2,4}[NSEW](?:/[0-9]{2,4}[NSEW])?)\b"
)
SIX_LETTERS = _any_case(r"\b[A-Z]{6}\b")
X12 = _any_case(
    r"\b(?:X12|ANSI|EDI|ST\*|transaction set)[ :*-]?([0-9]{3})\b|\b([0-9]{3}) (?:EDI|transaction set|X12)\b"
)
HTTP_STATUS = _any_case(
    r"\b(?:HTTP(?:/[0-9](?:\.[0-9])?\"?)?|(?:status|error)(?: code)?|return(?:s|ed|ing)?"
    r"|(?:responds?|fails|answers|rejected|refused) with|(?:gets?|got|gives|shows|answers)(?: an?)?)"
    rf"[ :=]{{0,2}}([45][0-9]{{2}})\b(?! ?(?:{_COUNTED})|\.[0-9]|,[0-9])"
    r"|\b([45][0-9]{2}) (?:errors?|Bad|Unauthorized|Forbidden|Not Found|Conflict|Too Many|Unprocessable|Internal"
    r"|Service|Gateway)\b"
)
HTTP_CALL = _exact_case(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD) ((?:https?://[^\s/\"'<>]{1,200})?/[^\s\"'<>,;)]{0,200})")
CALL_STATUS = _any_case(
    r"(?:HTTP/[0-9.]{1,3}\"?|->|=>|\u2192|[:=-]|\b(?:gives?|got|get|return(?:s|ed|ing)?|with|status|error|HTTP|an?))"
    r" ?([1-5][0-9]{2})\b"
)
ERROR_CODE = _exact_case(
    r"\b(?:(?i:error|fault)(?i: code)?:? )?((?:ORA|TNS|PLS|SQL|ERR|E)-[0-9]{3,5}|SQLSTATE[ :=\[]{0,2}[0-9A-Z]{5}"
    r"|(?:[A-Z]{2,20}_)?ERR[_-][A-Z0-9_]{1,30}|ERR[0-9]{2,6}"
    r"|[A-Z]\w{0,60}(?:Exception|Error)"
    r"|[45][0-9]{2} [45]\.[0-9]{1,3}\.[0-9]{1,3})\b"  # SMTP
    r"|\b(?i:error|fault)(?i: code)?:? ([A-Z]{1,4}-?[0-9]{2,6})\b"
)
LOCODE = _exact_case(r"[A-Z]{2}[A-Z2-9]{3}")
PORT_CODE = _exact_case(r"\b([A-Z]{2} (?!SEA|PEN|VAN|MOB|COK|PAV|HAL)[A-Z]{3}|[A-Z]{5})\b")
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
    r"|\bclass:? ?([1-9]) (?:DG|dangerous|hazardous|flammable|corrosive|toxic|explosive|IMDG)"
)
TICKET = _any_case(r"\b((?:ALR|INC|TCK)[- #]?[0-9]{2,12}|(?:SR|REQ|CHG|PRB|RITM)[- #]?[0-9]{4,12})\b")
# As issue trackers number theirs; two digits count only where the text calls it a ticket.
PROJECT_TICKET = _exact_case(
    r"(?<![\w./-])(?<!error )(?<!fault )(?<!code )"
    r"(?:(?i:(?:ticket|issue|case|jira|incident|change|bug)(?: no\.?)?[ :#]{1,2}))?"
    r"(([A-Z]{2,10})-[0-9]{2,6})(?![\w-]|\.[0-9])"
)
BOOKING = _any_case(rf"\b(?:bookings?|bkgs?){_REFERENCE}")
BILL_OF_LADING = _any_case(rf"\b(?:b/?l|mbl|hbl|bill of lading){_REFERENCE}")
DELIVERY_ORDER = _any_case(rf"\b(?:d/o|delivery order|do(?= ?(?:no\b|[.:#]))){_REFERENCE}")
_SIGNED = r"[+\-\u2212]?[0-9]{1,2}(?:\.[0-9]{1,2})?"
DEGREES = re.compile(_SIGNED)
# What is said of it, the number with or without a unit; without both a sign and a word, the unit is needed.
TEMPERATURE = re.compile(
    r"(?i)\b(set ?-?(?:point|ting|temp(?:erature)?)?|required|temp(?:erature)?"
    r"|actual|supply|return|measured|probe|current(?:ly)?|reads|shows)"
    r"(?: (?:air|temp(?:erature)?|point|is|at|to|of|now|reads|shows)){0,3}[ :=]{1,2}"
    r"(?:([+\-\u2212][0-9]{1,2}(?:\.[0-9]{1,2})?)(?![\w:/]|\.[0-9]|-[0-9])"
    rf"|({_SIGNED}) ?(?:[°º] ?C?|deg(?:rees)?\b|C\b))"
    rf"|(?<![\w.-])({_SIGNED}) ?(?:[°º] ?C|deg(?:rees)? ?C|C)\b"
)
_NUMBER = r"[0-9]{1,3}(?:(?:,[0-9]{3}){1,3}|[0-9]{0,6})(?:\.[0-9]{1,2})?(?: ?(?:k|million))?"
_CURRENCY = "USD|EUR|SGD|GBP|CNY|INR|JPY|HKD|AED|MYR"
AMOUNT = _any_case(rf"(?:\b(?:{_CURRENCY}|US\$|S\$)|[$\u20ac\u00a3]) ?{_NUMBER}\b|\b{_NUMBER} ?(?:{_CURRENCY})\b")
QUANTITY = _any_case(
    r"\b([0-9]{1,3},[0-9]{3}|[0-9]{1,5}) ?(?:x ?)?"
    r"(?:(?:export|import|full|empty|reefer|dg|loaded|affected|missing|planned|unplanned) ){0,2}"
    r"(?:containers?|boxes|box|units|reefers|teu|imports|exports)\b"
)
DEADLINE = _any_case(
    rf"\b{_DUE}\b[^.;\n]{{0,24}}?\b(?:in|within|under)(?: about| less than| only)? ([0-9]{{1,3}}) ?{_UNIT}"
    rf"|\b([0-9]{{1,3}}) ?{_UNIT} (?:before|to|until|till|left)\b(?: [a-z]{{1,8}}){{0,2}}? {_DUE}\b"
)

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_ZONE = r"(?: ?(?:UTC|GMT|LT|SGT|CES?T|[ap]\.?m\b\.?|hrs?|hours|h|Z|[+-][0-9]{2}:?[0-9]{2}))?(?!\w)"
_FOUR_DIGITS = r"(?:[01][0-9]|2[0-3])[0-5][0-9]"
# 10:15, 10:15:22.123Z, 8 pm, 0815 hrs
_CLOCK = (
    rf"(?:(?:2[0-3]|[01]?[0-9]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{{1,6}})?)?{_ZONE}"
    rf"|(?:1[0-2]|0?[1-9])(?:[:.][0-5][0-9])? ?[ap]\.?m\b|{_FOUR_DIGITS} ?(?:UTC|LT|hrs?|Z|hours|h)\b)"
)
# After such words four digits are a clock, unless they are a year of these days or count something.
_BARE_CLOCK = rf"(?!20(?:1[5-9]|[23][0-9])\b){_FOUR_DIGITS}(?! ?(?:{_COUNTED})|[.,:/-]?\w)"
_DATE = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ -](?-i:{_MONTH})(?:[ ,-]{{1,2}}[0-9]{{4}})?"
    rf"|(?-i:(?!May){_MONTH}) [0-9]{{1,2}}(?!:)(?:,? [0-9]{{4}})?"
)
_RELATIVE = (
    r"yesterday(?: morning| evening)?|last night|today|tonight|this (?:morning|afternoon|evening)|tomorrow"
    r"|(?-i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
)
_GAP = r"(?:T|,? (?:at )?)"
# `day` is a date or a word for one, `clock` a time of day; one of them is there.
MOMENT = _any_case(
    rf"(?<![\w.:/+-])(?:(?P<day>{_DATE})(?:{_GAP}(?P<clock>{_CLOCK}|{_FOUR_DIGITS}\b(?![.-])))?"
    rf"|(?P<word>{_RELATIVE}){_GAP}(?P<clock_of_word>{_CLOCK}|{_FOUR_DIGITS}\b)"
    rf"|(?P<clock_first>{_CLOCK})(?: (?P<word_last>{_RELATIVE})\b)?)(?!\w|:[0-9])"
    rf"|\b(?:since|at|by|until|till|from|around|about|before|after|{_DUE}) (?P<bare_clock>{_BARE_CLOCK})"
)
DUE_TIME = _any_case(
    rf"\b({_DUE})(?: (?:time|is|at|by|on|now|today|tonight|tomorrow|moved to|set for|planned for|for)){{0,3}}"
    r"[ :=@]{1,3}"
    rf"({_CLOCK}|{_BARE_CLOCK})"
)
NOW = _any_case(rf"\b(?:now|currently|it is|time is|as of|reported)[ :=]{{1,2}}(?:at )?({_CLOCK}|{_BARE_CLOCK})")

STATED_TYPE = _any_case(r"\bincident[ _](?:type|category)[:=] ?([A-Z][A-Z ]{2,30})")
STATED_SEVERITY = _any_case(
    r"\b(?:severity|priority|prio|sev)[:= ]{1,2}(P?[1-4]|[A-Z]{3,8})\b|\b([A-Z]{3,8})[ -](?:severity|priority)\b"
)
# An order to whoever reads the text, as somebody writes it who wants an analysis to come out otherwise.
ORDER = _any_case(
    r"\b(?:ignore|disregard|forget|overrid(?:e|ing)|overrule)\b[^.\n]{0,40}"
    r"\b(?:above|previous|prior|earlier|before|instructions?|rules?|prompt|text|everything)\b"
    r"|\b(?:system|developer) (?:prompt|message|override)\b|\byou are (?:now|an?)\b"
    r"|\bas an? (?:AI|assistant|language model)\b"
    r"|\b(?:print|reveal|show|output|send|give)(?: me)? (?:your|the) (?:api |secret )?"
    r"(?:keys?|prompt|instructions|secrets?|token)\b"
    r"|\b(?:set|mark|classify|rate|label|treat|change|downgrade|make|force)\b[^.\n]{0,40}\b(?:to|as)\b"
    r"|\b(?:answer|respond|reply|return|output)(?: only| just)? (?:with|as|in)\b"
)
ENDPOINT = _exact_case(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) (?:https?:/)?/[\w{:.-]{1,40}|(?<![\w.])/(?:api|v[0-9]{1,2})/[\w{-]{1,40}"
)
# Of a text without another sentence but a salutation; "could you ..." asks for a deed. It is quoted by its first word:
# what it denies is not asserted by being asked.
WHOLE_QUESTION = _any_case(
    r"\A\s{0,20}(?:(?:dear|hi|hello|hey|good (?:morning|day|afternoon|evening)|question)\b"
    r"[^.?!\n]{0,30}[,:!\n]\s{0,20})?"
    r"\b(?:who|what|which|where|when|how|is|are|does|do|may|(?:can|could|would|will|shall)(?! (?:you|u)\b))\b"
    r"(?=(?:[^.?!\n]|\.(?=\S)){5,200}\?[^.?!]{0,40}\Z)"
)
