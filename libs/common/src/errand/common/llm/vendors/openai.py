"""OpenAI's Chat Completions, and everything that speaks them: Azure, Ollama, vLLM, LM Studio, OpenRouter, Groq."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import openai

from errand.common.llm.messages import Call, Finish, Message, Tool, Usage
from errand.common.llm.schemas import Dialect, schema_of
from errand.common.llm.vendors import Answer, Deadline, Failure, Request, events, failure_of, hush
from errand.common.llm.vendors.tls import trust

OFFICIAL_URL = "https://api.openai.com/v1"

_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tools",
    "content_filter": "refused",
}
_OWN_HOSTS = ("api.openai.com", ".openai.azure.com")


class OpenAI:
    name = "openai"
    dialect = Dialect(
        keywords=frozenset(
            {"pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}
        )
    )

    def __init__(self, base_url: str, api_key: str) -> None:
        hush("openai")
        self._base_url = base_url or OFFICIAL_URL
        self._api_key = api_key

    def answer(self, request: Request, on_text: Callable[[str], None], deadline: Deadline) -> Answer:
        reader = _Reader(on_text)
        try:
            # A client a call: a thread that is stopped in the middle spoils nobody else's.
            with (
                openai.OpenAI(
                    base_url=self._base_url,
                    api_key=self._api_key,
                    timeout=deadline.left_s(),
                    max_retries=0,
                    http_client=openai.DefaultHttpxClient(verify=trust()),
                ) as client,
                client.chat.completions.with_streaming_response.create(
                    stream=True, **self._parameters(request)
                ) as response,
            ):
                for chunk in events(response.iter_bytes(), deadline):
                    reader.take(chunk)
            return reader.answer()
        except Exception as error:
            raise failure_of(error, openai, self._api_key, begun=reader.begun) from None

    def _parameters(self, request: Request) -> dict[str, Any]:
        prompt, schema = request.prompt, request.schema
        messages = [message for turn in prompt.messages for message in _messages(turn)]
        parameters: dict[str, Any] = {
            "model": request.model,
            "messages": [{"role": "system", "content": prompt.system}, *messages],
            "stream_options": {"include_usage": True},
            limit_name(self._base_url): request.max_output_tokens,
        }
        if schema and schema.enforced:
            described = {"name": schema.name, "schema": schema.body, "strict": True}
            parameters["response_format"] = {"type": "json_schema", "json_schema": described}
        if prompt.tools:
            parameters["tools"] = [self._tool(tool) for tool in prompt.tools]
        return parameters

    def _tool(self, tool: Tool) -> dict[str, Any]:
        schema = schema_of(tool.arguments, self.dialect)
        facts = {"name": tool.name, "description": tool.description, "parameters": schema.body, "strict": True}
        return {"type": "function", "function": facts}


def limit_name(base_url: str) -> str:
    """OpenAI's newer models refuse the older name of the limit; most other servers know no other."""
    host = urlsplit(base_url).hostname or ""
    return "max_completion_tokens" if host.endswith(_OWN_HOSTS) else "max_tokens"


def _messages(turn: Message) -> list[dict[str, Any]]:
    outcomes = [{"role": "tool", "tool_call_id": item.call_id, "content": item.text} for item in turn.outcomes]
    if not turn.text and not turn.calls:
        return outcomes
    message: dict[str, Any] = {"role": turn.role, "content": turn.text or None}
    if turn.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": call.arguments}}
            for call in turn.calls
        ]
    return [*outcomes, message]


class _Reader:
    """Puts an answer together from its chunks."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self.begun = False
        self._on_text = on_text
        self._text: list[str] = []
        self._calls: dict[int, list[str]] = {}
        self._refused = False
        self._finish: str | None = None
        self._usage: Usage | None = None

    def take(self, chunk: dict[str, Any]) -> None:
        self.begun = True
        if usage := chunk.get("usage"):
            self._usage = _usage(usage)
        for choice in chunk.get("choices") or ():
            delta = choice["delta"]
            self._finish = choice.get("finish_reason") or self._finish
            self._refused = self._refused or bool(delta.get("refusal"))
            if text := delta.get("content"):
                self._text.append(text)
                self._on_text(text)
            for part in delta.get("tool_calls") or ():
                self._take_call(part)

    def _take_call(self, part: dict[str, Any]) -> None:
        call, function = self._calls.setdefault(part["index"], ["", "", ""]), part["function"]
        for place, piece in enumerate((part.get("id"), function.get("name"), function.get("arguments"))):
            call[place] += piece or ""

    def answer(self) -> Answer:
        if self._finish is None:
            raise Failure("the answer broke off", begun=True)
        finish = "refused" if self._refused else _FINISHES.get(self._finish, "stop")
        calls = tuple(Call(*self._calls[index]) for index in sorted(self._calls))
        return Answer(text="".join(self._text), finish=finish, calls=calls, usage=self._usage)


def _usage(usage: dict[str, Any]) -> Usage:
    details = usage.get("prompt_tokens_details") or {}
    return Usage(
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        cached_tokens=details.get("cached_tokens") or 0,
        cache_write_tokens=details.get("cache_write_tokens") or 0,
    )
