"""Limits of the HTTP server for one client; each figure is a promise (R11, docs/promises.md)."""

from dataclasses import dataclass

from foundation.settings import UploadSettings

KB = 1024
MB = 1024 * KB


def upload_cap(settings: UploadSettings) -> int:
    """The MB that the operator lets a file have, whatever it is for."""
    return settings.largest_upload


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds, bytes and counts. Tests shorten the seconds; nobody else changes anything."""

    request_line: int = 8 * KB
    socket_seconds: float = 30
    """Without a byte from the client, or with no byte taken by it."""
    header_seconds: float = 30
    """From the end of the last answer (or the connection) to the end of the headers."""
    body_seconds: float = 30
    """For a body of 1 MB; a larger one has `extra_seconds` for each further MB (100 kB/s)."""
    extra_seconds: float = 10
    answer_seconds: float = 600
    """From the end of the headers to the last byte of the answer."""
    handler_seconds: float = 60
    admission_seconds: float = 1
    """How long a request waits for a free worker before it is sent away with 503."""
    drain_seconds: float = 20
    """How long requests in flight may take once the process was told to end."""
    linger_seconds: float = 2
    """How long we listen to a client that still sends what we will not read."""
    connections: int = 200
    live: int = 100
    """Connections on which an answer may wait for something to happen: long polls, streams."""
    live_each: int = 10
    """How many of these one caller may have."""

    def seconds_for_body(self, largest: int) -> float:
        """The time a client has to send a body of at most that many bytes."""
        return self.body_seconds + self.extra_seconds * max(0, largest // MB - 1)
