"""Structured logs: one line an event, JSON in production, with whatever `bind` put into the context."""

import logging
import sys
from typing import Any

import structlog

bind = structlog.contextvars.bound_contextvars


def configure(service: str, *, format: str, level: str) -> None:
    """Send structlog's and the standard library's records to stderr in one shape."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add(service=service),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_renderers(format)),
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)


def _renderers(format: str) -> list[structlog.typing.Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if format == "console":
        return [strip, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _add(**values: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {**event, **values}

    return add
