"""Which addresses and which targets may be called when somebody else says where."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.outbound.addresses import CLOSED, is_listed, is_public, read_networks
from foundation.outbound.resolver import CheckedResolver, ForbiddenAddressError
from foundation.outbound.target import OutboundTarget, read_target

INSIDE = (
    "0.0.0.0",  # noqa: S104 -- nothing is bound to it
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
)
OUTSIDE = ("1.1.1.1", "8.8.8.8", "103.1.236.1", "2606:4700:4700::1111", "::ffff:8.8.8.8")


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_a_network_inside_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is(address: str) -> None:
    assert is_public(address)


@given(number=st.integers(0, 2**32 - 1))
def test_however_an_ipv4_address_is_carried_it_is_judged_alike(number: int) -> None:
    plain = IPv4Address(number)
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    for carried in (f"::ffff:{plain}", f"64:ff9b::{high}:{low}", f"2002:{high}:{low}::1"):
        assert not is_public(carried) or is_public(str(plain))


@given(
    network=st.sampled_from([each for each in CLOSED if isinstance(each, IPv4Network)]),
    data=st.data(),
)
def test_no_address_of_a_closed_network_passes(network: IPv4Network, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, network.num_addresses - 1))
    assert not is_public(str(network[at]))


def test_the_operator_lists_networks_of_their_own() -> None:
    networks = read_networks("10.20.0.0/16, fd00:1::/64")
    assert is_listed("10.20.3.4", networks)
    assert is_listed("::ffff:10.20.3.4", networks)
    assert is_listed("fd00:1::9", networks)
    assert not is_listed("10.21.0.1", networks)
    assert read_networks("") == ()


def resolver(*addresses: str, inside: str = "") -> CheckedResolver:
    return CheckedResolver(read_networks(inside), lambda _: addresses)


def target(scheme: str = "https", host: str = "hook.example.vn") -> OutboundTarget:
    return OutboundTarget(scheme=scheme, host=host, port=443, path="/")


def test_one_address_inside_among_many_closes_the_name() -> None:
    assert resolver("8.8.8.8", "1.1.1.1").address_of(target()) == "8.8.8.8"
    for inside in INSIDE:
        with pytest.raises(ForbiddenAddressError):
            resolver("8.8.8.8", inside).address_of(target())


def test_what_is_looked_up_is_what_is_connected_to() -> None:
    """A name that leads elsewhere the second time (rebinding) gains nothing by it."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    now = [0.0]
    rebinding = CheckedResolver((), lambda _: next(answers), lambda: now[0])
    assert rebinding.address_of(target()) == "8.8.8.8"
    assert rebinding.address_of(target()) == "8.8.8.8"
    now[0] = 60
    with pytest.raises(ForbiddenAddressError):
        rebinding.address_of(target())


def test_http_and_addresses_are_for_the_networks_that_are_listed() -> None:
    with pytest.raises(ForbiddenAddressError):
        resolver("8.8.8.8", inside="10.0.0.0/8").address_of(target("http"))
    with pytest.raises(ForbiddenAddressError):
        resolver(inside="10.0.0.0/8").address_of(target(host="8.8.8.8"))
    assert resolver("10.1.1.1", inside="10.0.0.0/8").address_of(target("http")) == "10.1.1.1"
    assert resolver(inside="10.0.0.0/8").address_of(target("http", "10.2.2.2")) == "10.2.2.2"


def test_a_name_without_an_address_is_no_target() -> None:
    with pytest.raises(OSError, match="no address"):
        resolver().address_of(target())


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://hook.example.vn", "hook.example.vn", "/"),
        ("https://hook.example.vn:443/a?b=c", "hook.example.vn", "/a?b=c"),
        ("https://hook.example.vn:8443/a", "hook.example.vn:8443", "/a"),
        ("https://xn--kba.vn./a", "xn--kba.vn", "/a"),
    ],
)
def test_a_target_is_read(url: str, authority: str, path: str) -> None:
    read = read_target(url)
    assert (read.authority, read.path) == (authority, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook.example.vn",
        "http://hook.example.vn",
        "ftp://hook.example.vn",
        "https://",
        "https://user:password@hook.example.vn/",
        "https://hook.example.vn@127.0.0.1/",
        "https://hook.example.vn:22/",
        "https://hook.example.vn:99999/",
        "https://hook.example.vn/#part",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://hook.example.vn\\@evil/",
        "https://hook.example.vn/\r\nX: y",
        "https://hook .example.vn/",
        "https://hộp.vn/",
        "https://a" * 400,
    ],
)
def test_what_is_no_target_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_target(url)
    assert list(caught.value.fields) == ["target"]


def test_with_networks_inside_http_and_addresses_may_be_named() -> None:
    assert read_target("http://10.1.2.3:8080/x", inside=True).authority == "10.1.2.3:8080"
    assert read_target("http://[fd00::1]:8080/", inside=True).authority == "[fd00::1]:8080"
