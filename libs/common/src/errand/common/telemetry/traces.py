"""Traces: OpenTelemetry spans, from a request through gateway and service into the worker's run.

Off until `configure` is given an endpoint: what sends them is not even imported then, and every function here returns
at once.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from errand.common.logging import bind

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

Attributes = Mapping[str, str | int]

# The longest that a batch, and the end of a process, waits for a collector that does not answer.
_PATIENCE_S = 3.0

_OFF = contextlib.nullcontext(trace.INVALID_SPAN)
_W3C = TraceContextTextMapPropagator()

_provider: "TracerProvider | None" = None
_tracer: Tracer | None = None


def configure(service: str, endpoint: str) -> None:
    """Send spans to `endpoint`, an OTLP/HTTP URL; off where it is empty. The SDK's OTEL_* variables refine it."""
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": f"errand-{service}"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, timeout=_PATIENCE_S)))
    use(provider)


def use(provider: "TracerProvider | None") -> None:
    """Hand spans to `provider` from now on; None: off."""
    global _provider, _tracer
    _provider = provider
    _tracer = provider.get_tracer("errand") if provider else None


def close() -> None:
    """Send what is left, and no more from now on."""
    provider = _provider
    use(None)
    if provider is not None:
        # The SDK has no time limit of its own here.
        closing = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
        closing.start()
        closing.join(_PATIENCE_S)


def trace_parent() -> str | None:
    """The current span, as W3C `traceparent`."""
    if _tracer is None:
        return None
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def received(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The `traceparent` among a request's headers, as ASGI has them."""
    if _tracer is None:
        return None
    return next((value.decode("latin-1") for name, value in headers if name == b"traceparent"), None)


def continue_from(
    parent: str | None, name: str, kind: SpanKind, attributes: Attributes | None = None
) -> contextlib.AbstractContextManager[Span]:
    """A span below `parent`, a `traceparent`; the first of a new trace where that is None or malformed."""
    if (tracer := _tracer) is None:
        return _OFF
    return _open(tracer, _W3C.extract({"traceparent": parent} if parent else {}), name, kind, attributes)


def span(name: str, kind: SpanKind, attributes: Attributes | None = None) -> contextlib.AbstractContextManager[Span]:
    """A span below the current one."""
    tracer = _tracer
    return _OFF if tracer is None else _open(tracer, None, name, kind, attributes)


def record(error: BaseException) -> None:
    """The current span failed, with `error`."""
    current = trace.get_current_span()
    current.record_exception(error)
    current.set_status(Status(StatusCode.ERROR, type(error).__name__))


@contextlib.contextmanager
def _open(
    tracer: Tracer, context: Context | None, name: str, kind: SpanKind, attributes: Attributes | None
) -> Iterator[Span]:
    """Log lines written within it have its trace's id."""
    opened = tracer.start_span(name, context, kind, attributes)
    with trace.use_span(opened, end_on_exit=True), bind(trace_id=format_trace_id(opened.get_span_context().trace_id)):
        yield opened
