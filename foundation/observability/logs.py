"""Structured logs: one JSON object a line, on stderr.

No personal data: a log line names ids (dossier, event, trace), never bodies.
"""

import functools
import json
import logging
import re
import sys

import structlog

from foundation.observability import log_context

log = structlog.get_logger("motcua")

_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def set_up_logs(service: str) -> None:
    """Write every log line of the process to stderr as one JSON object."""
    structlog.configure(
        processors=[
            _add_ids,
            functools.partial(_add_service, service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_one_line),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_ToStructlog()])


def _one_line(event: object, **options: object) -> str:
    """JSON that is one line for every reader, and moves no terminal's cursor.

    JSON itself escapes the control characters of ASCII, but neither those behind them nor the
    line breaks of Unicode, nor halves of a character, which UTF-8 cannot say.
    """
    line = json.dumps(event, ensure_ascii=False, **options)  # type: ignore[arg-type]
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _add_service(
    service: str, _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event["service"] = log_context.tenant() or service
    return event


def _add_ids(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if log_context.traceparent():
        event["trace"] = log_context.trace_id()
    message, subject = log_context.message()
    if message:
        event["about"], event["subject"] = message, subject
    return event


class _ToStructlog(logging.Handler):
    """Passes on the records of nameko, kombu and other libraries; never the bodies they handle."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line per record, with the exception if there is one."""
        log.log(
            record.levelno,
            record.getMessage()[:500],
            logger=record.name,
            exc_info=record.exc_info or None,
        )
