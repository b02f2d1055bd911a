"""The context of the work at hand: its trace, its actor, its message and its tenant.

Each greenlet has its own (contextvars). Logs, spans, histories and metrics read it here.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_traceparent: ContextVar[str] = ContextVar("traceparent", default="")
_actor: ContextVar[str] = ContextVar("actor", default="system")
_message: ContextVar[tuple[str, str]] = ContextVar("message", default=("", ""))
_tenant: ContextVar[str] = ContextVar("tenant", default="")


@contextmanager
def trace(traceparent: str = "") -> Iterator[None]:
    """Work within a trace: the given one (W3C `traceparent`) or a new one."""
    token = _traceparent.set(traceparent or new_traceparent())
    try:
        yield
    finally:
        _traceparent.reset(token)


def traceparent() -> str:
    """The trace this code runs in, or "" outside of any."""
    return _traceparent.get()


def trace_id() -> str:
    """The 32 digits that a person may quote to find the log lines."""
    return _traceparent.get()[3:35]


def new_traceparent() -> str:
    """A fresh `00-<trace>-<span>-01`."""
    chance = secrets.token_hex(24)
    return f"00-{chance[:32]}-{chance[32:]}-01"


@contextmanager
def acting_as(actor: str) -> Iterator[None]:
    """Work on behalf of `actor` (a token's subject, or a process): histories name it."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def actor() -> str:
    """On whose behalf this code runs; never logged."""
    return _actor.get()


def bind_message(traceparent: str, event: str, subject: str, source: str) -> None:
    """Bind this greenlet to one message: its trace, its ids, and its source as the actor."""
    _traceparent.set(traceparent or new_traceparent())
    _message.set((event, subject))
    _actor.set(source)


def message() -> tuple[str, str]:
    """The id and the subject of the message at hand, both "" outside of a handler."""
    return _message.get()


def bind_tenant(service: str) -> None:
    """Bind this greenlet to one of the services or desks that share a process."""
    _tenant.set(service)


def tenant() -> str:
    """The service or desk this greenlet works for, "" if none is bound."""
    return _tenant.get()
