"""A model that calls tools until it has its answer."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from errand.common.errors import ErrandError
from errand.common.llm.budgets import Account
from errand.common.llm.errors import LoopDetected, ModelError
from errand.common.llm.messages import Call, Completion, Message, Outcome, Prompt
from errand.common.llm.provider import Provider

#: What a tool does with its arguments, a struct of its type; it returns what the model is told. A call whose arguments
#: do not fit, or that raises an ErrandError, has failed; the model is told so and may try otherwise.
Action = Callable[[Any], str]


def converse(
    provider: Provider, prompt: Prompt, actions: Mapping[str, Action], account: Account, *, max_rounds: int = 10
) -> Completion:
    """The first answer that waits for no tool. `actions` are those of `prompt.tools`, by name.

    Raises ModelError: LoopDetected after `max_rounds`, or where a call that failed comes a second time.
    """
    failed: set[tuple[str, str]] = set()
    for _ in range(max_rounds):
        completion = provider.complete(prompt, account)
        if not completion.calls:
            return completion
        outcomes = tuple(_act(call, prompt, actions) for call in completion.calls)
        for call, outcome in zip(completion.calls, outcomes, strict=True):
            if outcome.failed and (call.tool, call.arguments) in failed:
                raise LoopDetected(f"its call of {call.tool} failed twice")
            if outcome.failed:
                failed.add((call.tool, call.arguments))
        said = Message(role="assistant", text=completion.text, calls=completion.calls)
        prompt = prompt.then(said, Message(role="user", outcomes=outcomes))
    raise LoopDetected(f"no answer after {max_rounds} rounds")


def _act(call: Call, prompt: Prompt, actions: Mapping[str, Action]) -> Outcome:
    tool = next((tool for tool in prompt.tools if tool.name == call.tool), None)
    if tool is None:
        return Outcome(call.id, f"There is no tool {call.tool}.", failed=True)
    try:
        return Outcome(call.id, actions[tool.name](call.read(tool.arguments)))
    except ModelError:
        raise
    except (msgspec.DecodeError, ErrandError) as error:
        return Outcome(call.id, str(error), failed=True)
