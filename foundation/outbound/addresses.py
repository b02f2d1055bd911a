"""Which addresses we may connect to when somebody else says where: none of a network inside.

Pure. An address is let through only if it is a public one by every reading of it: an IPv6 address
that carries an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64) is judged by that one too.
"""

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Not global in truth, though the library's tables let some of them pass in some versions.
CLOSED: tuple[Network, ...] = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's NAT (RFC 6598); some clouds keep metadata there
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and where clouds keep credentials (169.254.169.254)
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback, and IPv4 written as IPv6
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
MOST_REMEMBERED = 10_000
"""Addresses whose judgement is kept: the same few are called again and again."""
NAT64 = IPv6Network("64:ff9b::/96")


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks parted by commas, as a setting has them: `10.20.0.0/16,fd00:1::/64`.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


@lru_cache(MOST_REMEMBERED)
def is_public(text: str) -> bool:
    """Whether the address is one of the Internet, by every reading of it."""
    address = ip_address(text.partition("%")[0])
    if "%" in text:
        return False  # an address with a zone is one of this link
    return all(_is_open(each) for each in (address, *_carried(address)))


@lru_cache(MOST_REMEMBERED)
def is_listed(text: str, networks: tuple[Network, ...]) -> bool:
    """Whether the address is in one of the networks that the operator allows."""
    if "%" in text:
        return False
    address: Address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address.version == each.version and address in each for each in networks)


def _is_open(address: Address) -> bool:
    closed = any(address.version == each.version and address in each for each in CLOSED)
    return address.is_global and not closed


def _carried(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses inside an IPv6 address."""
    if isinstance(address, IPv4Address):
        return ()
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(each for each in found if each is not None)
