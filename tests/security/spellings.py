"""Ways to write a path so that somebody might take it for another."""

from collections.abc import Mapping

#: With an `{inside}` that begins with a slash, as bytes may stand in a request line.
SPELLINGS: Mapping[str, str] = {
    "as it is": "{inside}",
    "two slashes": "/{inside}",
    "a dot": "/.{inside}",
    "below nothing": "/..{inside}",
    "a trailing slash": "{inside}/",
    "a trailing dot": "{inside}/.",
    "out of a route": "/incident/..{inside}",
    "out of a run": "/incident/run/../..{inside}",
    "out of a job": "/v1/jobs/../..{inside}",
    "out of a public route": "/docs/..{inside}",
    "out of a page": "/p/none/v/1/../../../..{inside}",
    "below a page": "/p/none{inside}",
    "below a page, encoded": "/p/none/..%2f..{inside}",
    "with encoded dots": "/incident/%2e%2e{inside}",
    "with an encoded slash": "/incident/..%2f{inside}",
    "all encoded": "/incident/%2E%2E%2F{inside}",
    "encoded twice": "/incident/%252e%252e{inside}",
    "overlong dots": "/incident/%c0%ae%c0%ae{inside}",
    "overlong slash": "/incident/..%c0%af{inside}",
    "wide dots": "/incident/%ef%bc%8e%ef%bc%8e{inside}",
    "a parameter": "/incident/..;{inside}",
    "a backslash": "/incident/..\\{inside}",
    "an encoded backslash": "/incident/..%5c{inside}",
    "a tab": "/incident/..%09{inside}",
    "a line": "/incident/%0d%0a{inside}",
    "a NUL": "/incident/%00{inside}",
    "behind a fragment": "/incident/run/x#{inside}",
    "within a run's id": "/incident/run/x%2f..%2f..%2f..{inside}",
    "another host": "http://incidents{inside}",
    "another host and port": "http://127.0.0.1:8102{inside}",
    "a user": "http://gateway@incidents{inside}",
    "below a route": "/incident{inside}",
    "below a run": "/incident/run{inside}",
}


def encoded(path: str) -> str:
    """Its first letter by its number."""
    return f"/%{ord(path[1]):02x}{path[2:]}"
