"""Answers as structs."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from errand.common.conversion import convert
from errand.common.llm.errors import AnswerUnusable
from errand.common.llm.messages import Completion, Message, Prompt, assistant, user
from errand.common.llm.schemas import Schema

T = TypeVar("T", bound=Struct)

#: Sentences about what is wrong with a value, for the model to read.
Check = Callable[[T], Iterable[str]]

# Models write them now and then; Postgres takes no NUL in JSON, and a page needs none of the others.
_CONTROLS = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
)


def asking(prompt: Prompt, schema: Schema) -> Prompt:
    """The prompt, with the schema in it where nothing else holds the model to it."""
    if schema.enforced:
        return prompt
    text = msgspec.json.encode(schema.body).decode()
    rule = f"Answer with one JSON object and nothing else. It has to be valid against this JSON Schema:\n{text}"
    return msgspec.structs.replace(prompt, system=f"{prompt.system}\n\n{rule}")


def read(completion: Completion, type: type[T], check: Check[T]) -> T:
    """Raises AnswerUnusable."""
    if completion.finish == "length":
        raise AnswerUnusable(["The answer was cut off."])
    text = completion.text
    try:
        # Without a schema to hold them, models wrap JSON into a sentence or a fence.
        value = convert(_clean(msgspec.json.decode(text[text.find("{") : text.rfind("}") + 1])), type)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise AnswerUnusable([str(error)]) from error
    if complaints := list(check(value)):
        raise AnswerUnusable(complaints, value)
    return value


def repairing(prompt: Prompt, completion: Completion, complaints: list[str]) -> Prompt:
    """The prompt that asks once more, and says what was wrong."""
    given: list[Message] = [assistant(completion.text)] if completion.text else []
    faults = "\n".join(f"- {complaint}" for complaint in complaints)
    demand = f"That answer cannot be used:\n{faults}\nGive the whole answer again, as JSON, with these faults mended."
    return prompt.then(*given, user(demand))


def _clean(value: Any) -> Any:
    match value:
        case str():
            return value.translate(_CONTROLS)
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {key: _clean(item) for key, item in value.items()}
        case _:
            return value
