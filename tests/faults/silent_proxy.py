"""A proxy before a server whose connections can fall silent: nothing arrives, nothing is closed."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

HOST, PIECE = "127.0.0.1", 65536


@dataclass(eq=False)
class _Way:
    """One direction of one connection; what is sent on a silent way is thrown away."""

    source: socket.socket
    target: socket.socket
    silent: threading.Event = field(default_factory=threading.Event)

    def pump(self) -> None:
        """Pass everything on, until either end closes."""
        with suppress(OSError):
            while piece := self.source.recv(PIECE):
                if not self.silent.is_set():
                    self.target.sendall(piece)
        for each in (self.source, self.target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class SilentProxy:
    """Passes connections on to a port of this machine; `port` is its own."""

    def __init__(self, target: int) -> None:
        """Listens at once."""
        self._target = target
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._there: list[_Way] = []
        self._back: list[_Way] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def silence(self, *, there: bool = True, back: bool = True) -> int:
        """Let the connections that are open now fall silent, one way or both; how many there are.

        Later connections are passed on as before.
        """
        for way in (self._there if there else []) + (self._back if back else []):
            way.silent.set()
        return len(self._there)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        for way in (*self._there, *self._back):
            way.source.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((HOST, self._target))
                self._there.append(_Way(client, server))
                self._back.append(_Way(server, client))
                for way in (self._there[-1], self._back[-1]):
                    threading.Thread(target=way.pump, daemon=True).start()
