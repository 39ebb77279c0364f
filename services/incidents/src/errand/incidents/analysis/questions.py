"""What is still to be asked, of the reporter or on the spot."""

import re

from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.knowledge import language, signals
from errand.incidents.analysis.playbook import Question, playbook
from errand.incidents.analysis.report import Classification, Extraction, Intake
from errand.incidents.analysis.state import is_for_quiet, is_over, is_quiet
from errand.incidents.analysis.words import split_words

#: Asked first of a text in which nothing was found and that looks foreign: what the rules cannot read may be urgent.
TRANSLATE = "What does the report say? It does not seem to be in English, and only English is read here."

_MOST = 5
_FEW_WORDS = 6
_ENGLISH_SHARE = 0.12  # of the words that no English sentence does without; terse reports have about a fifth
_LAST_LATIN = "\u024f"


def open_questions(intake: Intake, extraction: Extraction, classification: Classification) -> tuple[str, ...]:
    """At most five that the text leaves unanswered, in the playbook's order."""
    over, quiet = is_over(extraction.facts), is_quiet(extraction.facts)
    kinds = {classification.incident_type} | ({"General"} if classification.confidence < UNSURE else set())
    stated = {fact.signal for fact in extraction.facts if fact.polarity != "negated"}
    asked = [
        question.ask
        for question in playbook().question
        if question.settled == over
        and (over or is_for_quiet(question.signals) == quiet)
        and _fits(question, kinds, stated)
        and not _is_answered(question, intake, extraction)
    ]
    return tuple([TRANSLATE, *asked] if is_foreign(intake, extraction) else asked)[:_MOST]


def is_foreign(intake: Intake, extraction: Extraction) -> bool:
    """Whether it may be in another language: nothing that weighs was found, and hardly a word is English."""
    if any(signals()[fact.signal].impact for fact in extraction.facts):
        return False
    letters = [character for character in intake.text if character.isalpha()]
    if sum(character > _LAST_LATIN for character in letters) > len(letters) / 3:
        return True
    words = [word.text for word in split_words(intake.text) if word.text.isalpha()]
    english = sum(word in language().stopwords for word in words)
    return len(words) >= _FEW_WORDS and english < _ENGLISH_SHARE * len(words)


def _is_answered(question: Question, intake: Intake, extraction: Extraction) -> bool:
    named = any(getattr(extraction.entities, kind) for kind in question.answered_by)
    return named or (bool(question.unless) and re.search(question.unless, intake.text, re.IGNORECASE) is not None)


def _fits(question: Question, kinds: set[str], stated: set[str]) -> bool:
    of_type = not question.types or not kinds.isdisjoint(question.types)
    return of_type and (not question.signals or not stated.isdisjoint(question.signals))
