"""`/api/v1/images/files`: the files of images, for `<img>` and for whoever made them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, HeaderParameter

from errand.common.database import Database
from errand.common.http.openapi import can_fail, documented_header
from errand.common.identity import ANONYMOUS, Principal
from errand.images import signatures
from errand.images.domain import FileNotFound, SignatureRefused
from errand.images.ranges import Part, RangeNotSatisfiable, part_of
from errand.images.repository.files import ServedFile
from errand.images.service import files
from errand.images.signatures import Signatures
from errand.images.storage import Storage
from errand.images.storage.errors import ContentMissing, StorageUnavailable

# What a URL leads to never changes, but it is one user's.
_CACHED = "private, max-age=31536000, immutable"
# An SVG is a document, which might run scripts where it is opened by itself.
_VECTOR_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]
Range = Annotated[str | None, HeaderParameter(name="Range", description="One range; of several the whole is sent")]
IfRange = Annotated[str | None, HeaderParameter(name="If-Range")]


class FileController(Controller):
    path = signatures.PATH
    tags = ["images"]

    @get(
        "/{job_id:uuid}/{name:str}",
        operation_id="readImageFile",
        media_type="image/*",
        response_description="The file",
        responses={
            206: ResponseSpec(bytes, False, "The part of it that `Range` asks for", media_type="image/*"),
            304: ResponseSpec(None, False, "The client has it"),
            **can_fail(
                SignatureRefused(), FileNotFound(), ContentMissing(), RangeNotSatisfiable(1024), StorageUnavailable()
            ),
        },
        response_headers=[
            documented_header("ETag", "The SHA-256 of its content"),
            documented_header("Accept-Ranges", "`bytes`"),
            documented_header("Cache-Control", "What a URL leads to never changes"),
            documented_header("Content-Disposition", "The file's name"),
        ],
        sync_to_thread=True,
    )
    def read(
        self,
        job_id: FromPath[UUID],
        name: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        signatures: NamedDependency[Signatures],
        expires: FromQuery[int | None] = None,
        signature: FromQuery[str | None] = None,
        if_none_match: IfNoneMatch = None,
        requested_range: Range = None,
        if_range: IfRange = None,
    ) -> Response[bytes]:
        """A file of an image: to its owner, and to nobody in particular by a signed URL."""
        if expires is not None or signature is not None or principal == ANONYMOUS:
            signatures.check(job_id, name, expires, signature)
        with database.transaction() as tx:
            file = files.find(tx, job_id, name)
        if principal not in (ANONYMOUS, Principal(file.owner_id)):
            raise FileNotFound
        headers = _headers(file, name)
        if if_none_match and (headers["ETag"] in if_none_match or if_none_match == "*"):
            return Response(b"", status_code=304, media_type=file.content_type, headers=headers)
        is_current = if_range is None or if_range == headers["ETag"]
        part = part_of(requested_range, file.size_bytes) if is_current else None
        return _answer(storage, file, part, headers)


def _answer(storage: Storage, file: ServedFile, part: Part | None, headers: dict[str, str]) -> Response[bytes]:
    if part is None:
        return Response(storage.read(file.digest), media_type=file.content_type, headers=headers)
    content = storage.read(file.digest, part.start, part.end)
    headers = {**headers, "Content-Range": part.content_range(file.size_bytes)}
    return Response(content, status_code=206, media_type=file.content_type, headers=headers)


def _headers(file: ServedFile, name: str) -> dict[str, str]:
    headers = {
        "ETag": f'"{file.digest}"',
        "Cache-Control": _CACHED,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'inline; filename="{name}"',
    }
    return headers if file.content_type != "image/svg+xml" else {**headers, "Content-Security-Policy": _VECTOR_POLICY}
