import re

from errand.incidents.analysis.codes import codes
from errand.incidents.analysis.identifiers import CATEGORIES


def test_every_substance_has_a_class_that_is_known() -> None:
    assert {substance.hazard_class for substance in codes().un_numbers.values()} <= codes().imdg.keys()
    assert all(re.fullmatch("[0-9]{4}", number) for number in codes().un_numbers)


def test_ports_and_owners_are_coded_as_they_are_in_texts() -> None:
    assert all(re.fullmatch("[A-Z]{2}[A-Z2-9]{3}", code) for code in codes().ports)
    assert all(re.fullmatch("[A-Z]{4}", prefix) and prefix[3] in CATEGORIES for prefix in codes().owners)


def test_a_message_demands_segments_that_exist() -> None:
    assert codes().mandatory.keys() <= codes().edifact.keys()
    assert {tag for tags in codes().mandatory.values() for tag in tags} <= codes().segment_tags


def test_no_message_type_is_listed_twice() -> None:
    assert codes().message_types.isdisjoint(codes().edifact)
