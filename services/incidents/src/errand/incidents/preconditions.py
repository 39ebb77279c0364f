"""`If-Match`: a write that is meant for one version of a thing (RFC 9110, section 13.1.1)."""

from litestar.exceptions import ClientException


class PreconditionFailed(ClientException):
    """`version` is the current one, None where there is nothing at the moment."""

    status_code = 412
    code = "version_changed"

    def __init__(self, version: int | None) -> None:
        now = "is withdrawn" if version is None else f"is at version {version}"
        super().__init__(
            f"Your change is for another version: by now the runbook {now}. Read it again, then change it."
        )


def etag(version: int) -> str:
    return f'"{version}"'


def check(if_match: str | None, version: int | None) -> None:
    """Raises PreconditionFailed where the header is there and does not name this version."""
    if if_match is None or (version is not None and _names(if_match, version)):
        return
    raise PreconditionFailed(version)


def _names(if_match: str, version: int) -> bool:
    tags = [tag.strip() for tag in if_match.split(",")]
    return tags == ["*"] or etag(version) in tags
