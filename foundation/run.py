"""Starts one service in this process, and ends it in time.

`foundation.patch.patch()` must have run before this module is imported.
"""

import signal
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any

import eventlet
from eventlet.queue import Queue
from nameko.containers import ServiceContainer

from foundation import tracing, watch
from foundation.config import Settings, SettingsError, read_settings
from foundation.health import Health

STOP_WITHIN = 25.0
STOPPED, DIED, BAD_SETTINGS, STOPPED_LATE = 0, 1, 2, 3


class StopTimeout(Exception):
    """The container did not stop in time."""


def run(service: type, environ: Mapping[str, str]) -> int:
    """Run the service until it is told to stop; the exit code says how it ended.

    0 it was told to and stopped, 1 it died, 2 settings are missing, 3 it did not stop in time.
    """
    try:
        settings = read_settings(service.name, environ)  # type: ignore[attr-defined]
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_SETTINGS
    watch.set_up_logs(settings.source.removeprefix("motcua:"))
    watch.introduce(settings.queue, workers=settings.max_workers)
    tracing.start(settings.queue, environ)
    container = make_container(service, settings)
    endings: Queue[BaseException | None] = Queue()
    _listen_for_signals(endings)
    eventlet.spawn_n(_wait_for_death, container, endings)
    Health(container, settings).start()
    code = _live(container, endings)
    tracing.stop()
    return code


def make_container(service: type, settings: Settings) -> Any:
    """The nameko container of a service, not started yet.

    Requests and messages have as many workers each, so that neither starves the other.
    """
    config = {
        "settings": settings,
        "AMQP_URI": settings.amqp_url,
        "WEB_SERVER_ADDRESS": settings.http_address,
        "max_workers": 2 * settings.max_workers,
    }
    return ServiceContainer(service, config)


def _listen_for_signals(endings: "Queue[BaseException | None]") -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        # A signal may come at any instruction: only leave a note for the loop, which the health
        # server's own tick wakes twice a second.
        eventlet.spawn_n(endings.put, None)

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def _wait_for_death(container: Any, endings: "Queue[BaseException | None]") -> None:
    try:
        container.wait()
    except Exception as error:  # noqa: BLE001 -- whatever killed it is what we must report
        endings.put(error)


def _live(container: Any, endings: "Queue[BaseException | None]") -> int:
    eventlet.spawn_n(_start, container, endings)
    death = endings.get()
    if death is not None:
        watch.log.error("died", exc_info=death)
        return DIED
    try:
        with eventlet.Timeout(STOP_WITHIN, StopTimeout()):
            container.stop()
    except StopTimeout:
        watch.log.error("stopped_late", seconds=STOP_WITHIN)
        return STOPPED_LATE
    watch.log.info("stopped")
    return STOPPED


def _start(container: Any, endings: "Queue[BaseException | None]") -> None:
    try:
        container.start()
        watch.log.info("started")
    except Exception as error:  # noqa: BLE001 -- a process that cannot start must say why and end
        endings.put(error)
