"""What may be contacted: kinds of addresses, names, and the list shown to the person."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.reach import LOG_LIMIT, AddressKind, Reach, address_kind, plain
from checks.target import Domain, Endpoint, EndpointKind, Host, MailDomain, Platform, Target

K = AddressKind


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", K.PUBLIC),
        ("1.1.1.1", K.PUBLIC),
        ("172.15.255.255", K.PUBLIC),
        ("172.32.0.0", K.PUBLIC),
        ("100.63.255.255", K.PUBLIC),
        ("100.128.0.0", K.PUBLIC),
        ("198.17.255.255", K.PUBLIC),
        ("198.20.0.0", K.PUBLIC),
        ("223.255.255.255", K.PUBLIC),
        ("0.0.0.0", K.UNSPECIFIED),
        ("0.1.2.3", K.RESERVED),
        ("10.0.0.1", K.PRIVATE),
        ("172.16.0.0", K.PRIVATE),
        ("172.31.255.255", K.PRIVATE),
        ("192.168.1.1", K.PRIVATE),
        ("100.64.0.1", K.SHARED),
        ("127.0.0.1", K.LOOPBACK),
        ("127.255.255.255", K.LOOPBACK),
        ("169.254.169.254", K.LINK_LOCAL),
        ("192.0.0.1", K.RESERVED),
        ("192.0.2.10", K.DOCUMENTATION),
        ("198.51.100.1", K.DOCUMENTATION),
        ("203.0.113.255", K.DOCUMENTATION),
        ("192.88.99.1", K.TRANSLATED),
        ("198.18.0.1", K.BENCHMARKING),
        ("198.19.255.255", K.BENCHMARKING),
        ("224.0.0.1", K.MULTICAST),
        ("239.255.255.255", K.MULTICAST),
        ("240.0.0.1", K.RESERVED),
        ("255.255.255.255", K.RESERVED),
        ("2606:4700::1", K.PUBLIC),
        ("2a00:1450::1", K.PUBLIC),
        ("2001:4860:4860::8888", K.PUBLIC),
        ("::", K.UNSPECIFIED),
        ("::1", K.LOOPBACK),
        ("::127.0.0.1", K.TRANSLATED),
        ("::ffff:8.8.8.8", K.TRANSLATED),
        ("::ffff:127.0.0.1", K.TRANSLATED),
        ("::ffff:0:127.0.0.1", K.TRANSLATED),
        ("64:ff9b::8.8.8.8", K.TRANSLATED),
        ("64:ff9b::7f00:1", K.TRANSLATED),
        ("64:ff9b:1::1", K.TRANSLATED),
        ("64:ff9b:2::1", K.RESERVED),
        ("2002:7f00:1::", K.TRANSLATED),
        ("2001::1", K.TRANSLATED),
        ("2001:2::1", K.BENCHMARKING),
        ("2001:20::1", K.RESERVED),
        ("2001:db8::10", K.DOCUMENTATION),
        ("3fff::1", K.DOCUMENTATION),
        ("100::1", K.RESERVED),
        ("5f00::1", K.RESERVED),
        ("4000::1", K.RESERVED),
        ("fc00::1", K.PRIVATE),
        ("fdff::1", K.PRIVATE),
        ("fe80::1", K.LINK_LOCAL),
        ("fe80::1%eth0", K.LINK_LOCAL),
        ("fec0::1", K.SITE_LOCAL),
        ("ff02::1", K.MULTICAST),
        ("ff0e::1", K.MULTICAST),
    ],
)
def test_kinds_of_addresses(address: str, kind: AddressKind) -> None:
    assert address_kind(address) is kind


@given(st.ip_addresses())
def test_public_never_says_more_than_the_standard_library_knows_to_be_special(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """`ipaddress` passes some that we refuse; what it calls special, we must not call public."""
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
    )
    public = address_kind(str(address)) is K.PUBLIC
    assert not (public and special)
    # For IPv4 both registries agree, but for the relay anycast that nobody should reach any more.
    if isinstance(address, ipaddress.IPv4Address) and not special and str(address)[:9] != "192.88.99":
        shared = address in ipaddress.ip_network("100.64.0.0/10")
        protocol = address in ipaddress.ip_network("192.0.0.0/24")
        assert public or shared or protocol


@given(st.ip_addresses(v=4))
def test_no_writing_of_a_v4_address_inside_a_v6_one_counts_as_public(address: ipaddress.IPv4Address) -> None:
    for prefix in ("::ffff:", "::", "64:ff9b::", "::ffff:0:"):
        assert address_kind(f"{prefix}{address}") is not K.PUBLIC
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80))
    assert address_kind(str(six_to_four)) is K.TRANSLATED


@pytest.mark.parametrize("text", ["", "acme.example", "1.2.3", "0x7f.1", "1.2.3.4:80", "[::1]", "٣.1.1.1"])
def test_what_is_no_address_has_no_kind(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        address_kind(text)


def test_a_public_suffix_opens_no_names_below_it() -> None:
    reach = Reach()
    reach.allow_target(Target(Domain("co.uk")))
    assert reach.may_contact("co.uk")
    assert not reach.may_contact("acme.co.uk")


TARGET = Target(
    Domain("beta.acme.co.uk"),
    hosts=(Host("acme-shop.vercel.app"), Host("guess.elsewhere.example", confirmed=False)),
    mail_domains=(MailDomain("acme-mail.example"),),
    endpoints=(
        Endpoint("https://pay.provider.example/start", EndpointKind.CHECKOUT),
        Endpoint("https://found.stranger.example/", EndpointKind.LOGIN, confirmed=False),
    ),
)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("beta.acme.co.uk", True),
        ("acme.co.uk", True),
        ("WWW.Acme.co.uk.", True),
        ("deep.below.acme.co.uk", True),
        ("acme-shop.vercel.app", True),
        ("acme-mail.example", True),
        ("pay.provider.example", True),
        ("xacme.co.uk", False),
        ("acme.co.uk.evil.example", False),
        ("co.uk", False),
        ("other.vercel.app", False),
        ("sub.acme-shop.vercel.app", False),
        ("guess.elsewhere.example", False),
        ("found.stranger.example", False),
        ("provider.example", False),
        ("127.0.0.1", False),
        ("8.8.8.8", False),
        ("", False),
    ],
)
def test_names_that_may_be_contacted(host: str, allowed: bool) -> None:
    reach = Reach()
    reach.allow_target(TARGET)
    assert reach.may_contact(host) is allowed


def test_below_a_platform_only_the_one_name_is_ours() -> None:
    reach = Reach()
    reach.allow_target(Target(Domain("shop.v0.app"), platform=Platform("v0.app", "v0")))
    assert reach.may_contact("shop.v0.app")
    assert not reach.may_contact("stranger.v0.app")
    assert not reach.may_contact("v0.app")


def test_an_address_somebody_named_may_be_dialled_on_that_port() -> None:
    reach = Reach()
    assert reach.may_dial("8.8.8.8", 443)
    assert not reach.may_dial("192.168.1.1", 53)
    reach.allow_address("192.168.1.1", "a DNS server", 53)
    assert reach.may_dial("192.168.1.1", 53)
    assert not reach.may_dial("192.168.1.1", 80)
    reach.allow_address("FD00:0::1", "typed")
    assert reach.may_dial("fd00::1", 443)
    assert reach.may_contact("[fd00::1]")


def test_the_list_says_what_and_why() -> None:
    reach = Reach()
    reach.allow_target(TARGET)
    reach.allow_address("192.168.1.1", "a DNS server of this computer", 53)
    reach.allow_address("fd00::1", "typed", 53)
    rows = {row.what: row.why for row in reach.describe()}
    assert rows == {
        "acme.co.uk and every name below it": "names below your domain",
        "acme-shop.vercel.app": "a host you named",
        "acme-mail.example": "a mail domain you named",
        "pay.provider.example": "an address of your product you named",
        "192.168.1.1:53": "a DNS server of this computer",
        "[fd00::1]:53": "typed",
    }


def test_the_log_is_bounded_and_shows_hostile_names() -> None:
    reach = Reach()
    for number in range(LOG_LIMIT + 10):
        reach.record("HTTP", f"h{number}\x1b[2J\u202e", "192.0.2.1", 443, "ok")
    assert len(reach.log) == LOG_LIMIT
    assert reach.log[0].host.startswith("h10\\u{1b}")
    assert "\u202e" not in reach.log[-1].host


@pytest.mark.parametrize(
    ("host", "form"),
    [("WWW.Acme.Example.", "www.acme.example"), ("[2001:DB8:0::1]", "2001:db8::1"), ("", "")],
)
def test_one_form_for_comparison(host: str, form: str) -> None:
    assert plain(host) == form
