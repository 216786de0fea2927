"""Where each host leads: somewhere at all, and somewhere that visitors can reach."""

from __future__ import annotations

from checks.check import check
from checks.model import Change, Evidence, Result, Severity, could_not_check, failed, partial, passed
from checks.probes.dns_home import dns_settings
from checks.probes.names import (
    HostAddress,
    HostAddresses,
    Resolution,
    host_addresses,
    private_address,
    resolved_addresses,
)
from checks.reach import AddressKind
from checks.target import Host, all_hosts

RIGHT = "an A or AAAA record, or a CNAME that leads to one"

_KINDS = {
    AddressKind.PRIVATE: "an address inside a private network",
    AddressKind.SITE_LOCAL: "an address inside a private network",
    AddressKind.LOOPBACK: "each visitor's own computer",
    AddressKind.LINK_LOCAL: "an address that only works on one cable or Wi-Fi",
    AddressKind.SHARED: "an address inside an internet provider's network",
    AddressKind.DOCUMENTATION: "an address reserved for examples in manuals",
    AddressKind.BENCHMARKING: "an address reserved for measurements in laboratories",
    AddressKind.MULTICAST: "an address for broadcasts, not for a server",
    AddressKind.UNSPECIFIED: "the address that stands for none",
    AddressKind.RESERVED: "an address that nobody may use",
    AddressKind.TRANSLATED: "an address that only carries another one inside",
}


def _where(fact: HostAddresses) -> str:
    return dns_settings(fact.name, fact.name_servers)


def _asked(fact: HostAddresses) -> str:
    return f"DNS, asked at {fact.server}" if fact.server else "DNS"


def _new_record(fact: HostAddresses, have: str) -> Change:
    return Change(have, f"the record that your hosting names for {fact.name}: {RIGHT}", _where(fact))


@check("dns.host-resolves", item="S1.1", severity=Severity.BLOCKER, each=all_hosts, needs=host_addresses)
def host_resolves(host: Host, fact: HostAddresses) -> Result:
    asked = _asked(fact)
    match fact.resolution:
        case Resolution.FOUND:
            return passed(f"{host} resolves", Evidence(fact.path, asked))
        case Resolution.NO_NAME:
            return failed(
                f"{host} is not in DNS: whoever opens it gets an error",
                Evidence("NXDOMAIN for A and AAAA", asked, RIGHT),
                change=_new_record(fact, "no record at all"),
            )
        case Resolution.NO_ADDRESS:
            return failed(
                f"{host} has no address in DNS: whoever opens it gets an error",
                Evidence("The name exists; it has neither an A nor an AAAA record", asked, RIGHT),
                change=_new_record(fact, "other records, but no A, AAAA or CNAME"),
            )
        case Resolution.DANGLING:
            target = fact.chain[-1]
            return failed(
                f"{host} is an alias for {target}, which leads nowhere",
                Evidence(f"{fact.path} → nothing", asked, RIGHT),
                change=_new_record(fact, f"CNAME {fact.chain[0]}"),
            )
        case Resolution.LOOP:
            return failed(
                f"{host} is an alias that leads back to itself: nobody can open it",
                Evidence("A loop of CNAME records", asked, RIGHT),
                change=_new_record(fact, "a CNAME that ends at itself"),
            )


def _unreachable_from_outside(fact: HostAddresses) -> list[HostAddress]:
    """The addresses that are wrong. One that a network translated on the way is nobody's mistake, beside others."""
    kinds = {item.kind for item in fact.addresses}
    fine = {AddressKind.PUBLIC} | ({AddressKind.TRANSLATED} if kinds != {AddressKind.TRANSLATED} else set())
    return [item for item in fact.addresses if item.kind not in fine]


@check("dns.public-address", item="S1.1", severity=Severity.BLOCKER, each=all_hosts, needs=resolved_addresses)
def public_address(host: Host, fact: HostAddresses) -> Result:
    wrong = _unreachable_from_outside(fact)
    if not wrong:
        return passed(f"{host} leads to public addresses", Evidence(fact.path, _asked(fact)))
    first = wrong[0]
    some = "" if len(wrong) == len(fact.addresses) else " for some visitors"
    seen = [
        Evidence(f"{item.address}: {_KINDS[item.kind]}", f"{fact.path} ({_asked(fact)})", "a public address")
        for item in wrong
    ]
    have = ", ".join(f"{'AAAA' if item.is_ipv6 else 'A'} {item.address}" for item in wrong)
    return failed(
        f"{host} leads to {first.address}{some}, {_KINDS[first.kind]}",
        *seen,
        change=Change(have, f"the public address that your hosting names for {host}", _where(fact)),
    )


@check("dns.no-ipv6", item="S1.1", severity=Severity.NOTE, each=all_hosts, needs=resolved_addresses)
def no_ipv6(host: Host, fact: HostAddresses) -> Result:
    if all(item.kind is not AddressKind.PUBLIC for item in fact.addresses):
        return could_not_check(private_address(fact))
    own = [item for item in fact.addresses if item.is_ipv6 and item.kind is AddressKind.PUBLIC]
    if own:
        return passed(f"{host} has an IPv6 address", Evidence(own[0].address, _asked(fact)))
    if fact.ipv6_cause is not None:
        return could_not_check(fact.ipv6_cause)
    shown = ", ".join(item.address for item in fact.addresses)
    return partial(
        f"{host} has no IPv6 address; it works without, a little slower on some mobile networks",
        Evidence(
            f"No public AAAA record; addresses: {shown}", _asked(fact), "an AAAA record beside the A record"
        ),
        change=Change(
            have="A records only",
            want=f"the AAAA record of {host}, if your hosting gives you an IPv6 address",
            where=_where(fact),
        ),
    )
