"""What goes to a model and comes back, in no vendor's words."""

import hashlib
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from errand.common.conversion import convert

#: `length`: the answer was cut off at the limit of tokens. `tools`: it waits for the outcomes of its calls.
Finish = Literal["stop", "length", "tools", "refused"]

T = TypeVar("T", bound=Struct)


class Tool(Struct, frozen=True):
    """Something a model may call. `description` tells it when; `arguments` is a struct."""

    name: str
    description: str
    arguments: type[Struct]


class Call(Struct, frozen=True):
    """A model's call of a tool; `arguments` is JSON as the model wrote it."""

    id: str
    tool: str
    arguments: str

    def read(self, type: type[T]) -> T:
        """Raises msgspec.DecodeError, msgspec.ValidationError among them."""
        return convert(msgspec.json.decode(self.arguments or "{}"), type)


class Outcome(Struct, frozen=True):
    """What came of a call."""

    call_id: str
    text: str
    failed: bool = False


class Message(Struct, frozen=True, kw_only=True):
    """One turn. Calls are the assistant's, outcomes the user's."""

    role: Literal["user", "assistant"]
    text: str = ""
    calls: tuple[Call, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


class Prompt(Struct, frozen=True, kw_only=True):
    """A conversation so far. `system` holds the instructions; what others wrote belongs in messages."""

    system: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()

    def then(self, *messages: Message) -> "Prompt":
        return msgspec.structs.replace(self, messages=self.messages + messages)

    def digest(self) -> str:
        """16 hex digits that are the same for the same prompt: prompts themselves are not logged."""
        content = [self.system, self.messages, [tool.name for tool in self.tools]]
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]


class Usage(Struct, frozen=True, kw_only=True):
    """Tokens. `input_tokens` are all of the prompt's; those read from a cache and written to it are among them."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cache_write_tokens: int = 0


class Completion(Struct, frozen=True, kw_only=True):
    """An answer. `usage` is None where the vendor did not tell it, `cost_usd` where the price is not known."""

    text: str
    finish: Finish
    calls: tuple[Call, ...] = ()
    usage: Usage | None = None
    cost_usd: float | None = None


def user(text: str) -> Message:
    return Message(role="user", text=text)


def assistant(text: str) -> Message:
    return Message(role="assistant", text=text)
