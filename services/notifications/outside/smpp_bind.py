"""One SMPP 3.4 bind (transceiver): one thread reads, whoever sends writes under a lock.

smpplib encodes and decodes; its client is not safe among threads, so nothing of it that reads and
writes at once is used. Threads are green ones in a running service. An enquire_link that is not
answered within half a minute ends the bind: then whoever waits learns that nobody knows.
"""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from select import select
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from services.notifications.outside.provider import ProviderAddress

ENQUIRE_EVERY = 30.0
KEPT_FOR = 60.0
"""Seconds after which a bind that nobody keeps is ended: another process sends now."""
LOOK_EVERY = 1.0
LIBRARY_LOG = "motcua.smpp"
BROKEN = (exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError, OSError)

Deliver = Callable[[Any], int]
"""Is given a deliver_sm; returns the status to answer it with."""


class BindError(Exception):
    """There is no bind: nothing was handed over."""


@dataclass
class _Waiting:
    done: threading.Event = field(default_factory=threading.Event)
    answer: Any = None


class SmppBind:
    """A bound connection; `submit` may be called from several threads."""

    def __init__(self, address: ProviderAddress, deliver: Deliver) -> None:
        """Connects, binds, and begins to read.

        Raises:
            BindError: the SMSC is away, or does not know us.
        """
        # It writes whole PDUs into its log, with numbers and texts in them.
        logging.getLogger(LIBRARY_LOG).setLevel(logging.CRITICAL + 1)
        self._patience, self._deliver = address.patience, deliver
        self._lock, self._waiting = threading.Lock(), dict[int, _Waiting]()
        self._heard = self._asked = self._kept = time.monotonic()
        self.open = True
        self._client = _bound(address)
        self._reader = threading.Thread(target=self._read_on, daemon=True)
        self._reader.start()

    def submit(self, **fields: Any) -> Any:
        """Hand a message over; the submit_sm_resp, None if none came.

        Raises:
            BindError: the bind is gone already, so that it was handed to nobody.
        """
        waiting = _Waiting()
        with self._lock:
            if not self.open:
                raise BindError
            pdu = smpp.make_pdu("submit_sm", client=self._client, **fields)
            self._waiting[pdu.sequence] = waiting
            try:
                self._client.send_pdu(pdu)
            except BROKEN:
                self.open = False
        waiting.done.wait(self._patience if self.open else 0)
        self._waiting.pop(pdu.sequence, None)
        return waiting.answer

    def keep(self) -> None:
        """Whoever sends still wants it."""
        self._kept = time.monotonic()

    def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        with self._lock, suppress(*BROKEN):
            if self.open:
                self._client.send_pdu(smpp.make_pdu("unbind", client=self._client))
        self.open = False
        self._reader.join(2 * LOOK_EVERY)

    def _read_on(self) -> None:
        try:
            while self.open and time.monotonic() - self._kept < KEPT_FOR:
                self._look()
        except BROKEN:
            pass
        finally:
            self.open = False
            with suppress(*BROKEN):
                self._client.disconnect()
            for each in list(self._waiting.values()):
                each.done.set()

    def _look(self) -> None:
        readable, _, _ = select([self._client._socket], [], [], LOOK_EVERY)  # noqa: SLF001 -- no other way to wait
        now = time.monotonic()
        if readable:
            pdu = self._client.read_pdu()
            self._heard = now
            self._take(pdu)
        elif now - max(self._heard, self._asked) >= ENQUIRE_EVERY:
            if self._asked > self._heard:
                raise exceptions.ConnectionError("an enquire_link was not answered")
            self._asked = now
            self._write("enquire_link")

    def _take(self, pdu: Any) -> None:
        if pdu.command == "deliver_sm":
            self._write("deliver_sm_resp", pdu, status=self._deliver(pdu))
        elif pdu.command == "enquire_link":
            self._write("enquire_link_resp", pdu)
        elif pdu.command == "unbind":
            self._write("unbind_resp", pdu)
            self.open = False
        elif waiting := self._waiting.get(pdu.sequence):
            waiting.answer = pdu
            waiting.done.set()

    def _write(self, command: str, answered: Any = None, **fields: Any) -> None:
        pdu = smpp.make_pdu(command, client=self._client, **fields)
        if answered is not None:
            pdu.sequence = answered.sequence
        with self._lock:
            self._client.send_pdu(pdu)


def _bound(address: ProviderAddress) -> Any:
    trust = ssl.create_default_context() if address.scheme == "smpps" else None
    client = Client(
        address.host,
        address.port or 2775,
        timeout=address.patience,
        logger_name=LIBRARY_LOG,
        ssl_context=trust,
        allow_unknown_opt_params=True,
    )
    try:
        client.connect()
        client.bind_transceiver(
            system_id=address.user,
            password=address.password,
            system_type=address.options.get("system_type", ""),
            interface_version=consts.SMPP_VERSION_34,
        )
    except (*BROKEN, socket.gaierror) as error:
        with suppress(*BROKEN):
            client.disconnect()
        raise BindError from error
    return client
