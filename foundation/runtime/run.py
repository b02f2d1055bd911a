"""Starts one service in this process, and ends it in time.

`foundation.runtime.patch.patch()` must have run before this module is imported.
"""

import gc
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, TypeAlias

from foundation.concurrency import green
from foundation.injection import ServiceContainer
from foundation.law import load_law, load_terms
from foundation.observability import log_context, metrics, tracing
from foundation.observability.logs import log, set_up_logs
from foundation.runtime.health import Health, Readiness
from foundation.settings import Settings, SettingsError, read_settings, settings_type_of

STOP_WITHIN = 25.0
COLLECT_AFTER = 10_000  # objects made and not dropped yet
SEND_SPANS_WITHIN = 2.0
STOPPED, DIED, BAD_SETTINGS, STOPPED_LATE = 0, 1, 2, 3

# None when it was told to end, or else what it died of.
Endings: TypeAlias = "green.Queue[BaseException | None]"


class StopTimeout(Exception):
    """The container did not stop in time."""


class Container(ServiceContainer):
    """nameko's container; each of its greenlets is bound to its tenant (log context)."""

    def spawn_managed_thread(self, fn: Callable[[], object], identifier: str | None = None) -> Any:
        """As nameko has it."""

        def run() -> None:
            log_context.bind_tenant(self.config["settings"].queue)
            fn()

        return super().spawn_managed_thread(run, identifier=identifier or fn.__name__)

    def _run_worker(self, worker_ctx: Any, handle_result: Any) -> Any:
        log_context.bind_tenant(self.config["settings"].queue)
        return super()._run_worker(worker_ctx, handle_result)


def run(service: type, environ: Mapping[str, str]) -> int:
    """Run the service until it is told to stop; the exit code says how it ended.

    0 it was told to and stopped, 1 it died, 2 settings are missing, 3 it did not stop in time.
    """
    try:
        load_law()
        load_terms()
        settings = read_settings(settings_type_of(service), service.name, environ)  # type: ignore[attr-defined]
    except SettingsError as error:
        sys.stderr.write(f"{error.vi}\n{error.en}\n")
        return BAD_SETTINGS
    begin(settings.queue, environ)
    container = make_container(service, settings)
    endings: Endings = green.Queue()
    listen_for_signals(endings)
    green.spawn_n(_wait_for_death, container, endings)
    readiness = Readiness(container, settings)
    readiness.start()
    Health(
        settings.watch_address,
        lambda desk: {} if desk else {"": readiness.faults()},
        readiness.remarks,
    ).start()
    code = _live(container, endings)
    stop_tracing()
    return code


def begin(name: str, environ: Mapping[str, str]) -> None:
    """Set up a process, once: garbage collector, logs, build info, traces."""
    # What is loaded by now stays: to look through it for garbage held up a request for 40 ms.
    gc.freeze()
    # What a request makes it drops again, with hardly a cycle: at Python's own threshold the
    # collector took 3 % of the CPU time of a busy service, and found next to nothing.
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    set_up_logs(name)
    metrics.set_build_info(name)
    tracing.start(name, environ)


def stop_tracing() -> None:
    """Send the spans that are left, for two seconds at most."""
    with green.deadline(SEND_SPANS_WITHIN, exception=False):
        tracing.stop()


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
    metrics.set_worker_gauges(settings.queue, settings.max_workers)
    return Container(service, config)


def listen_for_signals(endings: Endings) -> None:
    """Put None into `endings` when the process is told to end."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        # A signal may come at any instruction: only leave a note for the loop, which the health
        # server's own tick wakes twice a second.
        green.spawn_n(endings.put, None)

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def _wait_for_death(container: Any, endings: Endings) -> None:
    try:
        container.wait()
    except Exception as error:  # noqa: BLE001 -- whatever killed it is what we must report
        endings.put(error)


def _live(container: Any, endings: Endings) -> int:
    green.spawn_n(_start, container, endings)
    death = endings.get()
    if death is not None:
        log.error("died", exc_info=death)
        return DIED
    if not stop(container):
        return STOPPED_LATE
    log.info("stopped")
    return STOPPED


def stop(container: Any) -> bool:
    """Stop it gracefully; False, and a line in the log, if that took too long."""
    try:
        with green.deadline(STOP_WITHIN, StopTimeout()):
            container.stop()
    except StopTimeout:
        log.error("stopped_late", seconds=STOP_WITHIN)
        return False
    return True


def _start(container: Any, endings: Endings) -> None:
    try:
        container.start()
        log.info("started")
    except Exception as error:  # noqa: BLE001 -- a process that cannot start must say why and end
        endings.put(error)
