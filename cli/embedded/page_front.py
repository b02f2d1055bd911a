"""What stands before the pages of a local platform: one address, where to sign in and to pay."""

import signal
from collections.abc import Iterable
from functools import cached_property

from cli.embedded import identity_provider, payment_standin, reverse_proxy
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import Ports
from cli.embedded.supervisor import ProcessSupervisor, Program
from cli.page_proxy import Address


class PageFront:
    """The identity provider, the payment stand-in and, if there is an nginx, the reverse proxy."""

    def __init__(self, folder: DataFolder, ports: Ports) -> None:
        """Nothing is started yet."""
        self._folder = folder
        self._ports = ports

    @cached_property
    def url(self) -> str:
        """The address of all pages; "" without nginx."""
        return reverse_proxy.url(self._ports) if reverse_proxy.installed() else ""

    def programs(self, intake: str) -> list[Program]:
        """How to start them; `intake` is the address of that service's API."""
        proxy = [reverse_proxy.program(self._folder, self._ports)] if self.url else []
        payment = payment_standin.program(self._folder, self._ports, intake)
        return [identity_provider.program(self._ports), payment, *proxy]

    def environment(self, intake: str) -> dict[str, str]:
        """What services with pages are told; without nginx most are at the address of `intake`."""
        pages = self.url or intake
        return {
            "PUBLIC_URL": pages,
            "TRACKING_URL": f"{pages}/tracking/",
            "LATE_URL": f"{pages}/late",
            **identity_provider.settings(self._folder),
            **payment_standin.settings(self._folder, self._ports),
        }

    def prepare(
        self, agencies: Iterable[str], address: Address, supervisor: ProcessSupervisor
    ) -> None:
        """Write what both read; a proxy that runs reads it anew, as desks may have come or gone."""
        identity_provider.prepare(self._folder, self._ports)
        payment_standin.prepare(self._folder)
        reverse_proxy.prepare(self._folder, self._ports, agencies, address)
        running = supervisor.running().get(reverse_proxy.NAME)
        if running:
            running.signal(signal.SIGHUP)
