"""Pages of a list: the body keeps its guide's shape, the way to the next page is in the `Link` header (RFC 8288)."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from errand.common.http.openapi import documented_header

#: For the `response_headers` of a list's handler.
NEXT_PAGE = documented_header("Link", 'The next page as `<path>; rel="next"`, unless this one is the last')


def next_page(path: str, *, limit: int, ids: Sequence[UUID], **query: str) -> dict[str, str]:
    """Headers for a page whose items have `ids`: none where the page is not full, for then it is the last.

    `query` is what else the list was asked for.
    """
    if len(ids) < limit:
        return {}
    parameters = urlencode({**query, "limit": limit, "cursor": ids[-1]})
    return {"Link": f'<{path}?{parameters}>; rel="next"'}
