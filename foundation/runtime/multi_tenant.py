"""A multi-tenant process: the desks of several agencies that have no machines of their own.

HOSTED names the folder with a file of settings for each (foundation.settings.tenants). Each desk
is a container of its own, with its own connections to broker and database under its own users,
its own address, keys, relay and workers: nothing of one is within reach of another's requests or
messages. What they share is the process: its memory, its one core, its port for metrics and
health, and its end. A desk that cannot start, or dies, is started again after a while, and the
others do not notice. A file that comes, changes or goes is noticed within a few seconds.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foundation.concurrency import green
from foundation.concurrency.backoff import Backoff
from foundation.concurrency.bounded_map import bounded_map
from foundation.law import load_law, load_terms
from foundation.observability import log_context, metrics
from foundation.observability.logs import log
from foundation.runtime.health import Faults, Health, Readiness
from foundation.runtime.run import (
    BAD_SETTINGS,
    STOPPED,
    STOPPED_LATE,
    Endings,
    begin,
    listen_for_signals,
    make_container,
    stop,
    stop_tracing,
)
from foundation.settings import Settings, SettingsError, settings_type_of
from foundation.settings.tenants import conflict, read_folder, read_host, read_tenant

LOOK_EVERY = 1.0
SHOW_EVERY = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


def host(service: type, environ: Mapping[str, str]) -> int:
    """Run the desks of the folder until it is told to stop; the exit code as of `run`."""
    name = service.name  # type: ignore[attr-defined]
    try:
        load_law()
        load_terms()
        settings = read_host(settings_type_of(service), name, environ)
        hosted = MultiTenantHost(service, Path(settings.hosted), environ)
        begin(name, environ)
        hosted.look()
    except SettingsError as error:
        sys.stderr.write(f"{error.vi}\n{error.en}\n")
        return BAD_SETTINGS
    endings: Endings = green.Queue()
    listen_for_signals(endings)
    Health(settings.watch_address, hosted.faults).start()
    while not _told_to_end(endings):
        hosted.look_again()
    log.info("stopping")
    code = hosted.stop()
    stop_tracing()
    return code


def _told_to_end(endings: Endings) -> bool:
    try:
        endings.get(timeout=LOOK_EVERY)
    except green.Empty:
        return False
    return True


class Tenant:
    """One desk: its settings, and its container at the moment."""

    def __init__(self, service: type, settings: Settings, text: str) -> None:
        """Not started yet; `text` is what its file said."""
        self.settings = settings
        self.text = text
        self._service = service
        self._readiness: Readiness | None = None
        self._container: Any = None
        self._ended = green.Event()
        self._runner: Any = None

    def start(self) -> None:
        """Work from now on, again and again if need be."""
        self._runner = green.spawn(self._live)

    def stop(self) -> bool:
        """End gracefully; False if that took too long."""
        log_context.bind_tenant(self.settings.queue)
        self._ended.send(None)
        stopped = self._container is None or stop(self._container)
        self._runner.wait() if stopped else self._runner.kill()
        self._release()
        return stopped

    def faults(self) -> list[str]:
        """The faults that keep the desk from being ready."""
        log_context.bind_tenant(self.settings.queue)
        return ["the desk is starting"] if self._readiness is None else self._readiness.faults()

    def _live(self) -> None:
        log_context.bind_tenant(self.settings.queue)
        backoff = Backoff(SHORTEST_PAUSE, LONGEST_PAUSE)
        while not self._ended.ready():
            began = time.monotonic()
            self._live_once()
            if time.monotonic() - began > LONGEST_PAUSE:
                backoff.reset()
            with green.deadline(backoff.pause(), exception=False):
                self._ended.wait()

    def _live_once(self) -> None:
        container = self._container = make_container(self._service, self.settings)
        try:
            container.start()
            self._readiness = Readiness(container, self.settings)
            self._readiness.start()
            log.info("started")
            container.wait()
        except Exception as death:  # noqa: BLE001 -- whatever it was, the other desks live on
            log.error("desk_died", exc_info=death)
            container.kill()
            self._release()

    def _release(self) -> None:
        """Release what the end of a process would release anyway."""
        if self._readiness is not None:
            self._readiness.stop()
            self._readiness = None
        container, self._container = self._container, None
        for part in container.extensions if container else ():
            if hasattr(part, "close"):
                part.close()


class MultiTenantHost:
    """The tenants of this process: started, stopped and restarted as the folder says."""

    def __init__(self, service: type, folder: Path, environ: Mapping[str, str]) -> None:
        """Nothing runs yet."""
        self._service = service
        self._folder = folder
        self._environ = environ
        self._desks: dict[str, Tenant] = {}
        self._refused: dict[str, str] = {}
        self._shown: set[str] = set()
        self._shown_at = 0.0

    def look(self) -> None:
        """Start the desks that are new in the folder, end those that are gone or say otherwise.

        Raises:
            SettingsError: the folder cannot be read.
        """
        found = read_folder(self._folder)
        self._end(*(code for code, desk in self._desks.items() if found.get(code) != desk.text))
        self._refused = {
            code: fault
            for code, text in found.items()
            if code not in self._desks and (fault := self._begin(code, text))
        }

    def look_again(self) -> None:
        """The same, while the desks work; and show now and then which of them can."""
        try:
            self.look()
        except SettingsError as error:
            log.error("desks_not_seen", reason=str(error))
        if time.monotonic() - self._shown_at > SHOW_EVERY:
            self._show()

    def _show(self) -> None:
        self._shown_at = time.monotonic()
        name = self._service.name  # type: ignore[attr-defined]
        shown = {f"{name}.{code}": int(not faults) for code, faults in self.faults().items()}
        for queue in self._shown - shown.keys():
            metrics.DESK_READY.remove_by_labels({"service": queue})
        for queue, ready in shown.items():
            metrics.DESK_READY.labels(queue).set(ready)
        self._shown = set(shown)

    def faults(self, asked: str = "") -> Faults:
        """The faults of each desk, or of the one that is asked for.

        All are asked at once: an absent database keeps nobody waiting.
        """
        desks = {code: desk for code, desk in self._desks.items() if asked in {"", code}}
        told = bounded_map(Tenant.faults, desks.values(), most=max(1, len(desks)))
        lacking = dict(zip(desks, told, strict=True))
        refused = {code: [why] for code, why in self._refused.items() if asked in {"", code}}
        return dict(sorted({**lacking, **refused}.items()))

    def stop(self) -> int:
        """End all desks; the exit code."""
        return STOPPED if self._end(*self._desks) else STOPPED_LATE

    def _begin(self, code: str, text: str) -> str:
        """Start a desk; what was wrong with its settings, else ""."""
        try:
            settings = read_tenant(
                settings_type_of(self._service),
                self._service.name,  # type: ignore[attr-defined]
                code,
                text,
                self._environ,
            )
        except SettingsError as error:
            return self._refuse(code, str(error))
        for other in self._desks.values():
            if fault := conflict(settings, other.settings):
                return self._refuse(code, fault)
        self._desks[code] = Tenant(self._service, settings, text)
        self._desks[code].start()
        return ""

    def _refuse(self, code: str, fault: str) -> str:
        if self._refused.get(code) != fault:
            log.error("desk_refused", agency=code, reason=fault)
        return fault

    def _end(self, *codes: str) -> bool:
        """End these at the same time; False if one of them took too long."""
        ending = [self._desks.pop(code) for code in codes]
        stopped = list(bounded_map(Tenant.stop, ending, most=max(1, len(ending))))
        for each in (desk.settings for desk in ending):
            metrics.remove_tenant_metrics(each.agency, queue=each.queue, source=each.source)
        return all(stopped)
