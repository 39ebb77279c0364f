"""Bodies that are small to send and large, or long, to read."""

import functools
import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=bbb"
UNPACKED_BYTES = 128 * 1024 * 1024

DEPTH = 100_000
DIGITS = b"9" * 100_000

#: None of them can be read, or they say what cannot be meant.
UNREADABLE_JSON: Mapping[str, bytes] = {
    "arrays that never end": b"[" * DEPTH,
    "objects that never end": b'{"a":' * DEPTH,
    "a deep array": b'{"payload": ' + b"[" * DEPTH + b"]" * DEPTH + b"}",
    "a deep object": b'{"payload": ' + b'{"a":' * DEPTH + b"1" + b"}" * DEPTH + b"}",
    "a deep unknown field": b'{"unknown": ' + b"[" * DEPTH + b"]" * DEPTH + b"}",
    "a deep field": b'{"email": ' + b"[" * DEPTH + b"]" * DEPTH + b"}",
    "a long number": b'{"payload": {"a": ' + DIGITS + b"}}",
    "a long negative number": b'{"payload": {"a": -' + DIGITS + b"}}",
    "a long exponent": b'{"payload": {"a": 1e' + DIGITS + b"}}",
    "a number beyond all": b'{"payload": {"a": 1e400}}',
    "no number": b'{"payload": {"a": NaN}}',
    "no number for a number": b'{"prompt": "a harbour", "seed": NaN}',
    "half a character": b'{"incident_text": "\\ud800", "email": "\\ud800", "refresh": "\\ud800", "prompt": "\\ud800"}',
    "half a character for a name": b'{"\\ud800": "x"}',
    "bytes that are no text": b'{"incident_text": "\xff", "email": "\xff", "refresh": "\xff"}',
    "another encoding": '{"incident_text": "x"}'.encode("utf-16"),
    "half a body": b'{"incident_text": "x',
    "two bodies": b'{"incident_text": "x"}{"incident_text": "y"}',
    "a raw line break": b'{"incident_text": "x\ny", "email": "x\ny", "refresh": "x\ny"}',
    "nothing but zeros": b"\x00" * 100_000,
    "gzip": gzip.compress(b'{"incident_text": "x"}'),
}
#: Fields of an image that nobody can draw, after a prompt that anybody could.
UNFIT_IMAGES: Mapping[str, bytes] = {
    "a broken number": b'"seed": 1.5',
    "a negative number": b'"seed": -1',
    "a number that is one too large": b'"seed": 4294967296',
    "a number beyond all": b'"seed": 1e400',
    "a long number": b'"seed": ' + DIGITS,
    "a long side": b'"height": 64, "width": ' + DIGITS,
    "a side that is none": b'"height": 64, "width": 0',
    "a truth": b'"seed": true',
    "an array for a text": b'"prompt": ["a harbour"]',
    "an object for a text": b'"style": {"a": "b"}',
    "another quality": b'"quality": "DRAFT"',
    "two prompts, the second too short": b'"prompt": "a harbour", "prompt": ""',
    "a NUL": b'"prompt": "a\\u0000harbour"',
    "a NUL in a blog's id": b'"blog_id": "\\u0000"',
    "one character too many": b'"prompt": "' + b"x" * 1001 + b'"',
    "three thousand characters": b'"prompt": "' + b"x" * 3001 + b'"',
    "many characters of four bytes": b'"prompt": "' + "\U0001f600".encode() * 1001 + b'"',
    "a long style": b'"style": "' + b"x" * 101 + b'"',
    "many things to avoid": b'"negative_prompt": "' + b"x" * 501 + b'"',
}
#: Whether they are accepted is for the service to say.
STRANGE_JSON: Mapping[str, bytes] = {
    "the same names twice": b"{" + b'"incident_text": "x", "email": "x", "refresh": "x",' * 2 + b'"a": 1, "a": 2}',
    "one name ten thousand times": b"{" + b",".join([b'"incident_text": "x"'] * 10_000) + b"}",
    "ten thousand names": b'{"payload": {' + b",".join(b'"%d": 1' % number for number in range(10_000)) + b"}}",
    "NUL": b'{"incident_text": "a\\u0000b", "email": "a\\u0000b@c.de", "password": "\\u0000", "refresh": "\\u0000"}',
    "NUL for a name": b'{"payload": {"a\\u0000b": "c"}}',
    "a large number": b'{"payload": {"a": ' + DIGITS[:4000] + b"}}",
    "a precise number": b'{"payload": {"a": 0.' + DIGITS + b"}}",
    "rather deep": b'{"payload": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}",
    "null": b"null",
    "a number": b"1",
    "nothing": b"",
    "separators": '{"incident_text": "a\u2028b\u2029c\u0085d", "email": "a\u2028@b.cd", "refresh": "\u2028"}'.encode(),
}


def multipart(parts: Sequence[bytes]) -> bytes:
    return b"".join(b"--bbb\r\n" + part + b"\r\n" for part in parts) + b"--bbb--\r\n"


def part(head: bytes, content: bytes = b"x") -> bytes:
    return b"Content-Disposition: form-data; " + head + b"\r\n\r\n" + content


def _in_charset(charset: bytes, content: bytes = b"+2AA-") -> bytes:
    return multipart([part(b'name="incident_text"\r\nContent-Type: text/plain; charset=' + charset, content)])


#: Forms that cannot be read, with their media types.
UNREADABLE_FORMS: Mapping[str, tuple[str, bytes]] = {
    "ten thousand fields": (FORM, b"&".join(b"field%d=x" % number for number in range(10_000))),
    "ten thousand equal fields": (FORM, b"&".join([b"a=x"] * 10_000)),
    "nothing but separators": (FORM, b"&" * 1_000_000),
    "no text": (FORM, b"incident_text=%ff%fe"),
    "NUL": (FORM, b"incident_text=a%00b"),
    "ten thousand parts": (MULTIPART, multipart([part(b'name="a"')] * 10_000)),
    "ten thousand files": (MULTIPART, multipart([part(b'name="a"; filename="a"')] * 10_000)),
    "ten thousand headers": (MULTIPART, multipart([b"X: y\r\n" * 10_000 + part(b'name="incident_text"')])),
    "a header that never ends": (MULTIPART, b"--bbb\r\nContent-Disposition: " + b"x" * 1_000_000),
    "a part without a name": (MULTIPART, multipart([part(b"")])),
    "a part without a head": (MULTIPART, multipart([b"\r\nx"])),
    "a part that never ends": (MULTIPART, b"--bbb\r\n" + part(b'name="incident_text"', b"x" * 100_000)),
    "half a boundary": (MULTIPART, b"--bb"),
    "no boundary at all": ("multipart/form-data", multipart([part(b'name="incident_text"')])),
    "an empty boundary": ("multipart/form-data; boundary=", multipart([part(b'name="incident_text"')])),
    "another boundary": ("multipart/form-data; boundary=ccc", multipart([part(b'name="incident_text"')])),
    "no charset": (MULTIPART, _in_charset(b"x")),
    "a charset of bytes": (MULTIPART, _in_charset(b"hex")),
    "a charset that refuses": (MULTIPART, _in_charset(b"undefined")),
    "a charset with NUL": (MULTIPART, _in_charset(b'"a\x00b"')),
    "half a character in UTF-7": (MULTIPART, _in_charset(b"utf-7")),
    "half a character by escape": (MULTIPART, _in_charset(b"unicode_escape", b"\\ud800")),
    "bytes that are no text": (MULTIPART, multipart([part(b'name="incident_text"', b"\xff")])),
    "a file that is no text": (MULTIPART, multipart([part(b'name="incident_text"; filename="a"', b"\xff")])),
}


@functools.cache
def _gzip() -> bytes:
    return _deflated(zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16))


@functools.cache
def _deflate() -> bytes:
    return _deflated(zlib.compressobj())


def _deflated(compressor: "zlib._Compress") -> bytes:
    block = b" " * (16 * 1024 * 1024)
    blocks = [compressor.compress(block) for _ in range(UNPACKED_BYTES // len(block))]
    return b"".join([*blocks, compressor.flush()])


#: By Content-Encoding. Where no packer is at hand it is the name that counts.
PACKED: Mapping[str, Callable[[], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "GZIP": _gzip,
    "deflate": _deflate,
    "gzip, gzip": lambda: gzip.compress(_gzip()),
    "identity, gzip": _gzip,
    "br": lambda: b"\x5b\xff\xff\xaf\x02" * 1000,
    "zstd": lambda: b"\x28\xb5\x2f\xfd" * 1000,
    "compress": lambda: b"\x1f\x9d" * 1000,
    "aws-chunked": lambda: b"x",
}
