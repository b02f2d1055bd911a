"""From a host's name to the addresses that may be connected to: all of them are looked at."""

import socket
import time
from collections.abc import Callable, Sequence

from foundation.concurrency import green
from foundation.outbound.addresses import Network, is_listed, is_public
from foundation.outbound.target import OutboundTarget

Lookup = Callable[[str], Sequence[str]]

FRESH_SECONDS = 15.0
MOST_KNOWN = 10_000


class ForbiddenAddressError(OSError):
    """The name leads, or may lead, to a network inside."""


def look_up(host: str) -> list[str]:
    """The addresses of a host by the resolver of the system, which would hold up all green threads.

    Raises:
        OSError: there are none, or nobody answered.
    """
    found = green.in_thread(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class CheckedResolver:
    """Resolves names and refuses those with any address that is not to be connected to."""

    def __init__(
        self,
        inside: Sequence[Network] = (),
        lookup: Lookup = look_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`inside` are the private networks that the operator allows."""
        self.inside = tuple(inside)
        self._lookup = lookup
        self._clock = clock
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    def address_of(self, target: OutboundTarget) -> str:
        """The address to connect to.

        Raises:
            ForbiddenAddressError: one of the name's addresses is not public and not allowed; or
                http or an address instead of a name is used outside the networks allowed.
            OSError: the name has no address, or nobody answered.
        """
        addresses = [target.host] if target.literal else self._resolved(target.host)
        for each in addresses:
            listed = is_listed(each, self.inside)
            free = is_public(each) and target.scheme == "https" and not target.literal
            if not listed and not free:
                raise ForbiddenAddressError(f"{target.host} leads to an address that is closed")
        return addresses[0]

    def _resolved(self, host: str) -> Sequence[str]:
        at, found = self._known.get(host, (float("-inf"), ()))
        if self._clock() - at > FRESH_SECONDS:
            found = self._lookup(host)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[host] = self._clock(), found
        if not found:
            raise OSError(f"{host} has no address")
        return found
