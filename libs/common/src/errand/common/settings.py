"""Settings: one frozen struct a service, filled from `ERRAND_*` environment variables."""

import difflib
import os
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

import msgspec
from msgspec import Meta

PREFIX = "ERRAND_"

T = TypeVar("T", bound=msgspec.Struct)


class SettingsError(Exception):
    """The environment does not fit the settings. The message names every fault."""


class ProcessSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every Errand process needs."""

    database_url: Annotated[str, Meta(description="Postgres, as `postgresql://user:password@host:5432/name`")]
    redis_url: Annotated[
        str,
        Meta(description="Redis or Valkey, a database of this stack's own, as `redis://host:6379/0` or `unix:///path`"),
    ]
    host: Annotated[str, Meta(description="Address that the API listens on")] = "127.0.0.1"
    log_format: Annotated[str, Meta(pattern="^(json|console)$", description="`json`, or `console` for people")] = "json"
    log_level: Annotated[str, Meta(description="Least severe level that is logged")] = "info"
    metrics_port: Annotated[
        int, Meta(ge=0, le=65535, description="Port of /metrics, for Prometheus and nobody else; 0: off")
    ] = 0
    traces_endpoint: Annotated[
        str, Meta(description="Where spans go, as `http://collector:4318/v1/traces` (OTLP over HTTP); empty: off")
    ] = ""


class ServiceSettings(ProcessSettings, frozen=True, kw_only=True):
    """What every domain service needs, its API and its worker alike."""

    identity_public_key: Annotated[str, Meta(description="Ed25519 public key of the gateway, base64")]
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the API")] = 8100
    health_port: Annotated[int, Meta(ge=0, le=65535, description="Port of the worker's /livez and /readyz")] = 8110
    api_connections: Annotated[int, Meta(ge=1, le=100, description="Connections that one API process keeps")] = 8
    worker_threads: Annotated[int, Meta(ge=1, le=64, description="Runs that one worker process works on at once")] = 8
    drain_s: Annotated[float, Meta(ge=0, description="How long a stopping worker lets its runs go on")] = 10.0
    retention_days: Annotated[float, Meta(gt=0, description="Finished jobs and their events are kept this long")] = 30.0


def load(struct: type[T], environ: Mapping[str, str] = os.environ) -> T:
    """Read `struct` from the environment.

    Raises SettingsError for a missing, malformed or unknown variable: a misspelt one must not pass in silence.
    """
    names = {PREFIX + field.name.upper(): field for field in msgspec.structs.fields(struct)}
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    faults = [_unknown(name, names) for name in given if name not in names]
    faults += [f"{name} is not set" for name, field in names.items() if field.required and name not in given]
    if faults:
        raise SettingsError("; ".join(faults))
    values = {names[name].name: _split(names[name], value) for name, value in given.items()}
    try:
        return msgspec.convert(values, struct, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(str(error)) from error


def describe(struct: type[msgspec.Struct]) -> list[tuple[str, str | None, str]]:
    """Rows of (variable, default, description), for the README's tables and `.env.example`. Required: no default."""
    hints = get_type_hints(struct, include_extras=True)
    return [
        (PREFIX + field.name.upper(), _default(field), _description(hints[field.name]))
        for field in msgspec.structs.fields(struct)
    ]


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else "")


def _split(field: msgspec.structs.FieldInfo, value: str) -> object:
    """Lists are written with commas."""
    bare = field.type.__origin__ if get_origin(field.type) is Annotated else field.type
    if get_origin(bare) is tuple:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _default(field: msgspec.structs.FieldInfo) -> str | None:
    if field.required:
        return None
    value = field.default
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _description(hint: object) -> str:
    metas = [meta for meta in getattr(hint, "__metadata__", ()) if isinstance(meta, Meta)]
    return next((meta.description for meta in metas if meta.description), "")
