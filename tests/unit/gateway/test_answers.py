import asyncio
from typing import Any

import pytest

from errand.gateway.answers import MAX_BYTES, Answer


def told(*chunks: bytes) -> tuple[Answer, list[Any]]:
    """An answer that came in these chunks, and what of it has gone on to the client."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def tell() -> Answer:
        answer = Answer(send)
        await answer({"type": "http.response.start", "status": 200, "headers": [(b"x-job-seq", b"7")]})
        for chunk in chunks:
            await answer({"type": "http.response.body", "body": chunk, "more_body": True})
        await answer({"type": "http.response.body", "body": b"", "more_body": False})
        return answer

    return asyncio.run(tell()), sent


@pytest.mark.parametrize("chunks", [[b"ab"], [b"a", b"b"], [b"x" * (MAX_BYTES - 1), b"x"]], ids=len)
def test_an_answer_is_held_back_as_a_whole(chunks: list[bytes]) -> None:
    answer, sent = told(*chunks)

    assert sent == []
    assert (answer.status, answer.body, answer.header(b"x-job-seq")) == (200, b"".join(chunks), b"7")
    asyncio.run(answer.release())
    assert b"".join(message["body"] for message in sent[1:]) == answer.body


def test_a_long_answer_goes_on_to_the_client() -> None:
    answer, sent = told(b"x" * MAX_BYTES, b"y", b"z")

    assert (answer.status, answer.body, answer.header(b"x-job-seq")) == (0, b"", None)
    assert b"".join(message["body"] for message in sent[1:]) == b"x" * MAX_BYTES + b"yz"
