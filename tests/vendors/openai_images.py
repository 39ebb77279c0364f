"""OpenAI's Images API as its SDK's types have it, as far as we use it."""

import base64
import contextlib
import email.message
import email.policy
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

from msgspec import Struct

from tests.vendors.double import KEY, Double, send_head
from tests.vendors.replies import Fails, Hangs

#: A pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TEXT_TOKENS, IMAGE_TOKENS, OUTPUT_TOKENS = 40, 300, 2000

GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
COMMON = {"model", "prompt", "n", "size", "quality", "output_format", "background", "safety_identifier"}
PARAMETERS = {GENERATIONS: COMMON | {"moderation"}, EDITS: COMMON | {"image", "input_fidelity"}}
FIXED_SIZES = {"1024x1024", "1536x1024", "1024x1536", "auto"}


class Paints(Struct, frozen=True, kw_only=True):
    """An image. Without usage where `metered` is off."""

    content: bytes = PNG
    output_tokens: int = OUTPUT_TOKENS
    metered: bool = True


class Says(Struct, frozen=True):
    """A body with status 200, whatever it is."""

    body: bytes


class Refuses(Struct, frozen=True, kw_only=True):
    """An error with a code, and what else the vendor tells."""

    code: str
    status: int = 400
    details: dict[str, Any] = {}


class BreaksOff(Struct, frozen=True):
    """The connection ends in the middle of the answer."""


Reply = Paints | Says | Refuses | Fails | BreaksOff | Hangs


class Part(Struct, frozen=True):
    """A file in a form."""

    name: str | None
    content_type: str
    content: bytes


class Received(Struct, frozen=True):
    """A call that came in. Values of a form are texts, but for files."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


class ImagesDouble(Double[Reply]):
    """`received` are the calls so far; one that the vendor would not take gets a 400 and is in `faults`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.faults: list[str] = []
        super().__init__(self._handler())

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    def reply_to(self, call: Received) -> Reply:
        if call.headers["authorization"] != f"Bearer {KEY}":
            return Fails(401, message=f"Incorrect API key provided: {call.headers['authorization']}")
        self.received.append(call)
        try:
            check(call)
        except (AssertionError, KeyError, ValueError) as error:
            self.faults.append(repr(error))
            return Fails(400, message=repr(error))
        return self.next_reply()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                content = self.rfile.read(int(headers["content-length"]))
                call = Received(self.path, body_of(headers["content-type"], content), headers)
                reply = double.reply_to(call)
                # A client that has had enough goes away in the middle.
                with contextlib.suppress(ConnectionError):
                    _carry_out(double, self, call, reply)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def body_of(content_type: str, content: bytes) -> dict[str, Any]:
    if content_type == "application/json":
        body: dict[str, Any] = json.loads(content)
        return body
    assert content_type.startswith("multipart/form-data; boundary=")
    head = f"content-type: {content_type}\r\n\r\n".encode()
    form = email.message_from_bytes(head + content, policy=email.policy.HTTP)
    return {str(part.get_param("name", header="content-disposition")): _value(part) for part in form.iter_parts()}


def _value(part: email.message.Message) -> str | Part:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    if part.get_filename() is None:
        return content.decode()
    return Part(part.get_filename(), part.get_content_type(), content)


def check(call: Received) -> None:
    """Raises AssertionError, KeyError, ValueError for what the vendor would not take."""
    body = call.body
    openais = re.match(r"(chat)?gpt-image", body["model"]) is not None
    known = PARAMETERS[call.path] | (set() if openais else {"response_format"})
    assert body.keys() <= known, f"Unknown parameter: {sorted(body.keys() - known)}"
    assert 0 < len(body["prompt"]) <= 32_000
    assert int(body["n"]) in range(1, 11)
    assert body["quality"] in qualities_of(body["model"])
    assert body["output_format"] in ("png", "webp", "jpeg")
    assert len(body["safety_identifier"]) <= 64
    check_size(body["model"], body["size"])
    if call.path == EDITS:
        image = body["image"]
        assert (image.content_type, image.content[:4]) == ("image/png", b"\x89PNG")
        assert image.name


def qualities_of(model: str) -> set[str]:
    more = {"xhigh", "max"} if "-2.5-" in model else set()
    return {"low", "medium", "high", "auto"} | more


def check_size(model: str, size: str) -> None:
    if not re.match(r"gpt-image-2", model):
        assert size in FIXED_SIZES, f"Invalid size: {size}"
        return
    width, height = (int(side) for side in size.split("x"))
    assert width % 16 == height % 16 == 0, "Width and height must both be divisible by 16"
    assert 1 / 3 <= width / height <= 3, "The aspect ratio must be between 1:3 and 3:1"
    assert max(width, height) <= 3840
    assert 655_360 <= width * height <= 3840 * 2160, "The size is outside of the pixel limits"


def answer(reply: Paints, call: Received) -> bytes:
    body: dict[str, Any] = {
        "created": 1,
        "data": [{"b64_json": base64.b64encode(reply.content).decode()}],
        "output_format": "png",
        "quality": call.body["quality"],
        "size": call.body["size"],
    }
    if reply.metered:
        image_tokens = IMAGE_TOKENS if call.path == EDITS else 0
        body["usage"] = {
            "input_tokens": TEXT_TOKENS + image_tokens,
            "input_tokens_details": {"text_tokens": TEXT_TOKENS, "image_tokens": image_tokens},
            "output_tokens": reply.output_tokens,
            "total_tokens": TEXT_TOKENS + image_tokens + reply.output_tokens,
        }
    return json.dumps(body).encode()


def error(message: str, code: str | None, details: dict[str, Any]) -> bytes:
    facts = {"message": message, "type": "image_generation_user_error", "param": None, "code": code}
    return json.dumps({"error": facts | details}).encode()


def _carry_out(double: ImagesDouble, connection: BaseHTTPRequestHandler, call: Received, reply: Reply) -> None:
    connection.close_connection = True
    match reply:
        case Hangs():
            double.closing.wait()
        case BreaksOff():
            send_head(connection, 200, {"content-type": "application/json", "content-length": "1000"})
            connection.wfile.write(b'{"data": [{"b64_json": "iVBO')
        case Fails():
            _send(connection, reply.status, error(reply.message, None, {}), reply.headers)
        case Refuses():
            # Vendors do quote what they refuse.
            message = f"Your request was rejected: {call.body['prompt']}"
            _send(connection, reply.status, error(message, reply.code, reply.details))
        case Says():
            _send(connection, 200, reply.body)
        case Paints():
            _send(connection, 200, answer(reply, call))


def _send(
    connection: BaseHTTPRequestHandler, status: int, content: bytes, headers: dict[str, str] | None = None
) -> None:
    more = {"content-type": "application/json", "content-length": str(len(content)), **(headers or {})}
    send_head(connection, status, more)
    connection.wfile.write(content)


@contextlib.contextmanager
def images_double() -> Iterator[ImagesDouble]:
    double = ImagesDouble()
    try:
        yield double
    finally:
        double.close()
