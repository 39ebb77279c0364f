"""What a storage may raise."""

from errand.common.errors import NotFound, Unavailable


class StorageUnavailable(Unavailable):
    code = "storage_unavailable"

    def __init__(self) -> None:
        super().__init__("The files' storage cannot be reached at the moment. Please try again.")


class ContentMissing(NotFound):
    code = "content_missing"

    def __init__(self) -> None:
        super().__init__("The file's content is gone.")
