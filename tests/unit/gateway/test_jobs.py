from errand.common.ids import Service, new_id
from errand.gateway.jobs import merge


def test_lists_merge_by_age() -> None:
    services = [Service.IMAGES, Service.INCIDENTS, Service.INCIDENTS, Service.AGENTS, Service.IMAGES]
    jobs = [(str(new_id(service)), service) for service in services]
    newest_first = jobs[::-1]
    lists = [(service, [id for id, owner in newest_first if owner is service]) for service in Service]

    assert merge(lists, 10) == newest_first
    assert merge(lists, 3) == newest_first[:3]


def test_no_lists_merge_to_nothing() -> None:
    assert merge([], 10) == []
