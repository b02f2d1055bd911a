"""Reports that come over a connection we hold: the method of the service that stores them.

    @reported
    def heed_report(self, provider, report): …

A provider acknowledges a report when the method returned; if it failed, the other side sends the
report again.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from foundation.concurrency import green
from foundation.injection import Entrypoint, Shared, register_entrypoint
from foundation.observability.logs import log
from services.notifications.domain.receipt import ProviderReport

Method = TypeVar("Method", bound=Callable[..., Any])
LONGEST_STORING = 10.0


class ReportLine(Shared):
    """What joins the providers of a process to the method that stores their reports."""

    listener: "Reported | None" = None

    def handle(self, provider: str, report: ProviderReport) -> bool:
        """Whether the report is stored."""
        return self.listener is not None and self.listener.call(provider, report)


class Reported(Entrypoint):
    """Calls a method for each report."""

    line = ReportLine()

    def setup(self) -> None:
        """Take what comes from now on."""
        self.line.listener = self

    def call(self, provider: str, report: ProviderReport) -> bool:
        """Run the method; false if it failed or took too long."""
        settled = green.Event()

        def handle(_worker: object, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is not None:
                log.error("report_not_stored", provider=provider, exc_info=exc_info)
            settled.send(exc_info is None)
            return result, exc_info

        self.container.spawn_worker(self, (provider, report), {}, handle_result=handle)
        with green.deadline(LONGEST_STORING, exception=False):
            return bool(settled.wait())
        return False


def reported(method: Method) -> Method:
    """The method is called with each report: the provider's name and what it says."""
    register_entrypoint(method, Reported())
    return method
