"""The settings of the images service, API and worker."""

from typing import Annotated

import msgspec
from msgspec import Meta

from errand.common.settings import ServiceSettings
from errand.images.domain import ProviderName


class Settings(ServiceSettings, frozen=True, kw_only=True):
    files_key: Annotated[
        str,
        Meta(
            pattern="^[A-Za-z0-9+/]{43}=$",
            description="Signs the URLs of files, 32 bytes in base64; `python -m errand.gateway keys` makes one",
        ),
    ]
    files_url: Annotated[
        str,
        Meta(
            pattern="^(file:///.+|s3://[^/]+.*)$",
            description="Where files are stored: `file:///var/lib/errand/images`, or `s3://bucket/prefix`, whose "
            "endpoint and credentials are the AWS SDK's own variables",
        ),
    ]
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the API")] = 8103
    health_port: Annotated[int, Meta(ge=0, le=65535, description="Port of the worker's /livez and /readyz")] = 8113
    public_url: Annotated[
        str,
        Meta(
            pattern="^(https?://[^/?#]+)?$",
            description="Where clients reach the gateway, as `https://api.example.com`; empty: URLs of files are paths",
        ),
    ] = ""
    file_url_lifetime_s: Annotated[
        int, Meta(ge=60, description="URLs of files are good for at least as long, and for up to twice that")
    ] = 24 * 3600
    unused_file_age_s: Annotated[
        float,
        Meta(ge=600, description="Files that no image refers to are removed after this long, which no job may take"),
    ] = 3600.0
    async_enabled: Annotated[
        bool, Meta(description="Whether jobs may be submitted; off: 500 `async_disabled`, and images while one waits")
    ] = True
    image_provider: Annotated[
        ProviderName, Meta(description="`openai` (or what speaks its Images API), or `offline`: drawn by rules")
    ] = "offline"
    image_model: Annotated[str, Meta(description="The model, as its provider calls it")] = ""
    image_base_url: Annotated[
        str, Meta(description="Where the model's API is, as `http://localhost:8080/v1`; empty: at its provider's")
    ] = ""
    # What fits no header would end up, spelled out, in the error that says so.
    image_api_key: Annotated[
        str, Meta(pattern=r"^[!-~]*\Z", description="Key of the model's API; a local one may need none")
    ] = ""
    image_timeout_s: Annotated[float, Meta(gt=0, description="How long the model has for an image, tries included")] = (
        180.0
    )
    monthly_budget_usd: Annotated[
        float, Meta(ge=0, description="What a user may spend on images in a calendar month (UTC)")
    ] = 20.0
    render_processes: Annotated[
        int,
        Meta(ge=0, le=64, description="Processes that make images, beside one for drafts alone; 0: one a processor"),
    ] = 0

    def __repr__(self) -> str:
        """Without what is secret."""
        secret = {"image_api_key": "***", "files_key": "***"}
        fields = msgspec.structs.asdict(self) | secret
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields.items())})"
