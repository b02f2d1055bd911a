"""The address of a server that somebody else named, read strictly."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from foundation.errors import Invalid

LONGEST_URL = 1000
MOST_REMEMBERED = 10_000
FIRST_FREE_PORT = 1024
"""Ports below are those of other services (mail, databases …): no web server of others is there."""
SHOWN = re.compile(r"[!-~]+")
HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{0,62}[a-z0-9]")


@dataclass(frozen=True, kw_only=True)
class OutboundTarget:
    """Where to call: `path` has the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the usual one, as `Host` has it."""
        usual = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == usual else f"{host}:{self.port}"

    @cached_property
    def literal(self) -> bool:
        """Whether the host is an IP address and no name."""
        return is_address(self.host)


def is_address(host: str) -> bool:
    """Whether a host is an IP address; `127.1` or `0x7f000001` are none, and no names either."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(MOST_REMEMBERED)
def read_target(url: str, *, inside: bool = False) -> OutboundTarget:
    """The target that a URL means: https, a name of a host, port 443 or a free one.

    With `inside`, where an operator has allowed networks of their own, http and IP addresses, too;
    which addresses those may be is seen when connecting.

    Raises:
        Invalid: it is no such URL.
    """
    trouble = _trouble(url, inside=inside)
    if trouble:
        raise _invalid(*trouble)
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = str(parts.hostname).rstrip(".")
    return OutboundTarget(scheme=parts.scheme, host=host, port=port, path=path)


def _trouble(url: str, *, inside: bool) -> tuple[str, str] | None:
    if len(url) > LONGEST_URL or not SHOWN.fullmatch(url) or "\\" in url:
        return (
            f"cần địa chỉ chỉ gồm ký tự ASCII, không dấu cách, không quá {LONGEST_URL} ký tự",
            f"an address of ASCII characters without blanks, at most {LONGEST_URL}, is needed",
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "không phải là địa chỉ", "this is no address"
    if parts.scheme not in ({"https", "http"} if inside else {"https"}):
        return "phải bắt đầu bằng https://", "it must begin with https://"
    if "@" in parts.netloc or parts.fragment:
        return "không được có tên đăng nhập hay phần #", "no user name and no part behind # please"
    if port is not None and port < FIRST_FREE_PORT and not _usual(parts.scheme, port):
        return "chỉ nhận cổng 443 hoặc từ 1024", "the port must be 443, or 1024 and above"
    return _trouble_with(host.rstrip("."), inside=inside)


def _usual(scheme: str, port: int) -> bool:
    return port == (443 if scheme == "https" else 80)


def _trouble_with(host: str, *, inside: bool) -> tuple[str, str] | None:
    if is_address(host):
        if inside:
            return None
        return "cần tên miền, không phải địa chỉ IP", "a host name is needed, no IP address"
    # A last part of digits only is read as an IPv4 address by some resolvers (127.1, 2130706433).
    last = host.rpartition(".")[2]
    if not HOST.fullmatch(host) or last.isdigit() or last.startswith("0x"):
        return "tên miền chưa đúng", "this is no host name (write other letters as xn--…)"
    return None


def _invalid(vi: str, en: str) -> Invalid:
    return Invalid(
        f"Địa chỉ nhận chưa đúng: {vi}.",
        f"The target is wrong: {en}.",
        fields={"target": [(vi, en)]},
    )
