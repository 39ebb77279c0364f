from uuid import UUID

import pytest

from errand.common.ids import Service, new_id, service_of


@pytest.mark.parametrize("service", Service)
def test_an_id_tells_its_service(service: Service) -> None:
    id = new_id(service)

    assert service_of(id) == service
    assert (id.version, id.variant) == (8, "specified in RFC 4122")


def test_ids_are_in_the_order_of_their_making() -> None:
    ids = [new_id(service) for _ in range(200) for service in Service]

    # Within a quarter of a microsecond chance decides.
    milliseconds = [id.int >> 64 for id in ids]
    assert milliseconds == sorted(milliseconds)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "id", [UUID("7c0c5c3e-5b0c-4d0b-9a57-2f1de4f3b1aa"), UUID(int=0), UUID("a1b2c3d4-e5f6-8890-bfff-ef1234567890")]
)
def test_an_id_that_is_none_of_ours_names_no_service(id: UUID) -> None:
    assert service_of(id) is None
