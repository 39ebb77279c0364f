"""Structured logs: one line an event, JSON in production, with whatever `bind` put into the context."""

import logging
import sys
import threading
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
    logging.captureWarnings(True)
    sys.excepthook = lambda *crash: logging.critical("crashed", exc_info=crash)
    threading.excepthook = _log_crash


def _log_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_type is not SystemExit:
        facts = (crash.exc_type, crash.exc_value or crash.exc_type(), crash.exc_traceback)
        logging.error("thread crashed", exc_info=facts)


def _renderers(format: str) -> list[structlog.typing.Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    traceback = structlog.processors.format_exc_info
    if format == "console":
        # Its own choice of a formatter shows every local variable where `rich` is installed: passwords, for one.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        return [strip, traceback, _escape, renderer]
    return [strip, traceback, structlog.processors.JSONRenderer()]


def _escape(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What a client sent must not speak to the terminal, nor begin a line."""
    return {
        name: _visible(value, kept="\n" if name == "exception" else "") if isinstance(value, str) else value
        for name, value in event.items()
    }


def _visible(text: str, *, kept: str) -> str:
    return "".join(
        character if character.isprintable() or character in kept else ascii(character)[1:-1] for character in text
    )


def _add(**values: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {**event, **values}

    return add
