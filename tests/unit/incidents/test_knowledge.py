from typing import get_args

import pytest

from errand.incidents.analysis import knowledge
from errand.incidents.analysis.phrases import find_hits
from errand.incidents.analysis.recommendation import _SUBJECTS
from errand.incidents.analysis.report import Entities, IncidentType
from errand.incidents.analysis.words import split_words

TYPES = set(get_args(IncidentType))
PROCEDURES = knowledge.procedures().procedure
PLAYBOOK = knowledge.playbook()
PHRASES = [(signal.name, phrase) for signal in knowledge.signals().values() for phrase in signal.phrases]


def spoken(phrase: str) -> str:
    """The phrase as its first alternatives would stand in a text."""
    words = (token.split("|")[0].replace("*", "ed") for token in phrase.split() if token not in ("~", "$"))
    sets = knowledge.signal_table().words
    return " ".join(sets[word[1:-1]][0] if word.startswith("<") else word for word in words)


@pytest.mark.parametrize(("signal", "phrase"), PHRASES)
def test_every_phrase_finds_its_own_words(signal: str, phrase: str) -> None:
    found = [hit.signal.name for hit in find_hits(tuple(split_words(spoken(phrase))))]
    assert signal in found or "idiom" in found


def test_signals_have_different_names() -> None:
    assert len(knowledge.signals()) == len(knowledge.signal_table().signal)


def test_rules_refer_to_known_signals() -> None:
    lists = [*(procedure.signals for procedure in PROCEDURES), *(cause.signals for cause in PLAYBOOK.cause)]
    referred = {name for names in lists for name in names}
    assert referred <= knowledge.signals().keys()


def test_every_type_has_votes_a_procedure_and_a_question() -> None:
    assert {kind for signal in knowledge.signals().values() for kind in signal.votes} == TYPES
    assert {procedure.type for procedure in PROCEDURES} == TYPES
    assert {kind for question in PLAYBOOK.question for kind in question.types} == TYPES
    assert PLAYBOOK.desks.keys() == TYPES


def test_questions_are_answered_by_lists_of_entities() -> None:
    answers = {kind for question in PLAYBOOK.question for kind in question.answered_by}
    assert answers <= set(Entities.__struct_fields__)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=[procedure.id for procedure in PROCEDURES])
def test_every_action_can_be_filled_in(procedure: knowledge.Procedure) -> None:
    filled = [step.action.format_map(dict.fromkeys(_SUBJECTS, "CSQU3054383")) for step in procedure.step]
    assert all("{" not in action for action in filled)


def test_every_phase_is_due_at_some_time_for_every_priority() -> None:
    assert {tuple(due) for due in PLAYBOOK.due.values()} == {("P1", "P2", "P3", "P4")}
    assert len(PLAYBOOK.due) == 6
