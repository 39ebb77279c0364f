"""Writes down the API: `docs/openapi.json` as the gateway of the local stack serves it, and `docs/asyncapi.json`.

`--check` tells whether they agree with the code. Nothing has to run for that: the applications are built, not started.
"""

import importlib
import json
import sys
from pathlib import Path

import msgspec
from litestar import Litestar

from errand.common.http.openapi import Document, document_of
from errand.common.identity import new_keys
from errand.common.ids import Service
from errand.gateway.documents.asyncapi import asyncapi
from errand.gateway.documents.openapi import merge
from errand.gateway.routes import Routes

ROOT = Path(__file__).parent.parent
_SIGNING_KEY, _PUBLIC_KEY = new_keys()
# What the composition roots ask for and do not use before they are started.
_REQUIRED = {
    "database_url": "postgresql://nobody@localhost/nothing",
    "redis_url": "redis://localhost:6379/0",
    "signing_key": _SIGNING_KEY,
    "identity_public_key": _PUBLIC_KEY,
    "files_key": _PUBLIC_KEY,
    "files_url": "file:///nowhere",
}


def main() -> int:
    documents = _documents()
    stale = [path for path, text in documents.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run python -m deploy.api_docs")
        return len(stale)
    for path in stale:
        path.write_text(documents[path])
    return 0


def merged() -> Document:
    """`/openapi.json` of this checkout."""
    return merge(documents_of_services(), Routes(), allow_anonymous=True)


def documents_of_services() -> dict[Service, Document]:
    """What each says of itself, the gateway first."""
    names = [path.parent.name for path in ROOT.glob("services/*/pyproject.toml")]
    return dict(sorted((Service[name.upper()], document_of(app_of(name))) for name in names))


def _documents() -> dict[Path, str]:
    documents = {"openapi": merged(), "asyncapi": asyncapi()}
    return {
        ROOT / "docs" / f"{name}.json": json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        for name, document in documents.items()
    }


def app_of(service: str) -> Litestar:
    """The service's application, built and not started."""
    settings: type[msgspec.Struct] = importlib.import_module(f"errand.{service}.settings").Settings
    required = {field.name: _REQUIRED[field.name] for field in msgspec.structs.fields(settings) if field.required}
    app: Litestar = importlib.import_module(f"errand.{service}.app").create(settings(**required))
    return app


if __name__ == "__main__":
    sys.exit(main())
