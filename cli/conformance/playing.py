"""Plays calls to a subscriber and reads what it reports to have counted."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.conformance.scene import Scene, SignedCall
from cli.errors import CliError

WITHIN = 15.0
"""Seconds in which a subscriber must answer."""
PIECES = 10
LONGEST_PAUSE = 10.0
LOOK_EVERY = 0.2

EventKey = tuple[str, str, int]
"""An event as gaps are told: source, subject and seq."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A call and what came of it: a status, or in a word why none came."""

    status: int = 0
    trouble: str = ""
    seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReportedEffects:
    """What a subscriber reports: how often each event had its effect, and what it misses.

    `missing` is None if it does not say.
    """

    ids: Counter[str]
    missing: frozenset[EventKey] | None = None


class SubscriberClient:
    """The subscriber, called as motcua calls it."""

    def __init__(self, url: str, report: str, origin: str) -> None:
        """`report` is where it tells what it counted; "" if it does not."""
        self._url, self._report, self._origin = url, report, origin
        self._http = httpx.Client(timeout=WITHIN, trust_env=False, follow_redirects=False)
        self.pause = 0.0

    def ask(self) -> Exchange:
        """The handshake: ask whether it agrees to be sent events."""
        return self._call("OPTIONS", {"WebHook-Request-Origin": self._origin}, b"")

    def allow(self, rate: int) -> None:
        """Keep to so many calls a minute from now on; 0 is as many as there are."""
        self.pause = min(60 / rate, LONGEST_PAUSE) if rate else 0.0

    def play(self, scene: Scene) -> list[Exchange]:
        """Make the calls of a scene, one after the other or at once."""
        if scene.at_once and not self.pause:
            with ThreadPoolExecutor(len(scene.calls)) as pool:
                return list(pool.map(self._post, scene.calls))
        return [self._post(each) for each in scene.calls]

    def report(self) -> ReportedEffects | None:
        """What it counted; None if it does not tell.

        Raises:
            CliError: the address of the report does not answer as it should.
        """
        if not self._report:
            return None
        try:
            return _read(self._http.get(self._report).raise_for_status().json())
        except (httpx.HTTPError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise CliError(
                f"Không đọc được báo cáo ở {self._report} ({type(error).__name__}): phải là JSON "
                '{"ids": ["…"], "missing": [{"source": "…", "subject": "…", "seq": 3}]}.',
                f"The report at {self._report} cannot be read ({type(error).__name__}): it must be "
                'JSON {"ids": ["…"], "missing": [{"source": "…", "subject": "…", "seq": 3}]}.',
            ) from error

    def _post(self, call: SignedCall) -> Exchange:
        time.sleep(self.pause)
        if not call.seconds:
            return self._call("POST", dict(call.headers), call.body)
        headers = dict(call.headers) | {"Content-Length": str(len(call.body))}
        return self._call("POST", headers, _slowly(call))

    def _call(self, method: str, headers: dict[str, str], body: Any) -> Exchange:
        began = time.monotonic()
        try:
            with self._http.stream(method, self._url, headers=headers, content=body) as answer:
                seconds, told = time.monotonic() - began, dict(answer.headers)
                return Exchange(status=answer.status_code, seconds=seconds, headers=told)
        except httpx.TimeoutException:
            return Exchange(trouble="time", seconds=time.monotonic() - began)
        except httpx.HTTPError as error:
            return Exchange(trouble=type(error).__name__, seconds=time.monotonic() - began)


def settled(
    client: SubscriberClient, shows: Callable[[ReportedEffects], bool], patience: float
) -> ReportedEffects | None:
    """The report once it shows what it should, or as it is when patience ends."""
    ends = time.monotonic() + patience
    while True:
        counted = client.report()
        if counted is None or shows(counted) or time.monotonic() > ends:
            return counted
        time.sleep(LOOK_EVERY)


def key_of(event: Any) -> EventKey:
    """By what an event that is missing is told."""
    return event.source, event.subject, event.seq


def _slowly(call: SignedCall) -> Iterator[bytes]:
    size = -(-len(call.body) // PIECES)
    for at in range(0, len(call.body), size):
        time.sleep(call.seconds / PIECES)
        yield call.body[at : at + size]


def _read(told: Any) -> ReportedEffects:
    missing = told.get("missing")
    if missing is not None:
        missing = frozenset((e["source"], e["subject"], int(e["seq"])) for e in missing)
    return ReportedEffects(ids=Counter(map(str, told["ids"])), missing=missing)
