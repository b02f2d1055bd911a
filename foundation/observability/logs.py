"""Structured logs: one JSON object a line, on stderr.

No personal data: a log line names ids (dossier, event, trace), never bodies.
"""

import functools
import logging
import sys

import structlog

from foundation.observability import log_context

log = structlog.get_logger("motcua")


def set_up_logs(service: str) -> None:
    """Write every log line of the process to stderr as one JSON object."""
    structlog.configure(
        processors=[
            _add_ids,
            functools.partial(_add_service, service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_ToStructlog()])


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
