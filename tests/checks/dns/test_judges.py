"""Every verdict on names, from facts made by hand."""

from __future__ import annotations

import pytest

from checks.dns.domain import Ownership, name_exists, own_domain, ownership
from checks.dns.hosts import host_resolves, no_ipv6, public_address
from checks.dns.mail_exchange import HostMail, host_mail, hosts_without_mail, takes_no_mail
from checks.model import Cause, Outcome
from checks.probes.dns_home import dns_provider, dns_settings
from checks.probes.names import HostAddress, HostAddresses, NameStatus, Resolution
from checks.reach import AddressKind, address_kind
from checks.sandbox.state import DnsTrouble
from checks.target import Host, HostRole, MailDomain, Platform, Target
from tests.checks.dns.zone import APEX, APP, DOMAIN, PLAIN, cause_from, zone_world

SERVFAIL = Cause("dns-servfail", "The name servers give no usable answer")


def found(*addresses: str, chain: tuple[str, ...] = (), ipv6_cause: Cause | None = None) -> HostAddresses:
    kinds = tuple(HostAddress(address, address_kind(address)) for address in addresses)
    return HostAddresses(APP.name, Resolution.FOUND, kinds, chain, "192.0.2.53", ipv6_cause=ipv6_cause)


def lost(resolution: Resolution, *chain: str) -> HostAddresses:
    return HostAddresses(
        APP.name, resolution, chain=chain, server="192.0.2.53", name_servers=("ada.ns.cloudflare.com",)
    )


class TestNameExists:
    def test_pass(self) -> None:
        result = name_exists(
            DOMAIN, NameStatus(DOMAIN.name, exists=True, server="1.1.1.1", name_servers=("ns1.x",))
        )
        assert result.outcome is Outcome.PASS

    def test_missing(self) -> None:
        result = name_exists(
            DOMAIN, NameStatus(DOMAIN.name, exists=False, server="1.1.1.1", top_level_exists=True)
        )
        assert result.outcome is Outcome.FAIL
        assert "not registered" in result.summary
        assert result.change is not None
        assert "registrar" in result.change.where

    @pytest.mark.parametrize("top_level_exists", [None, True])
    def test_an_unknown_ending_is_not_called_a_typing_mistake(self, top_level_exists: bool | None) -> None:
        status = NameStatus(DOMAIN.name, exists=False, server="", top_level_exists=top_level_exists)
        assert "no domains that end" not in name_exists(DOMAIN, status).summary

    def test_ending_does_not_exist(self) -> None:
        status = NameStatus(DOMAIN.name, exists=False, server="", top_level_exists=False)
        result = name_exists(DOMAIN, status)
        assert result.outcome is Outcome.FAIL
        assert "no domains that end in .example" in result.summary


class TestOwnDomain:
    def test_pass(self) -> None:
        assert own_domain(DOMAIN, Ownership(None)).outcome is Outcome.PASS

    def test_lent(self) -> None:
        result = own_domain(DOMAIN, Ownership(Platform("lovable.app", "Lovable")))
        assert result.outcome is Outcome.FAIL
        assert "belongs to Lovable: buy a domain before you pay for ads" in result.summary
        assert result.change is not None

    async def test_a_lent_name_is_told_without_any_network(self) -> None:
        platform = Platform("lent.example", "Lender")
        async with zone_world({}, target=Target(DOMAIN, platform=platform)) as world:
            assert (await world.find(ownership, DOMAIN)).platform == platform
            assert not world.reach.log

    async def test_what_does_not_exist_is_not_owned(self) -> None:
        async with zone_world({}) as world:
            assert (await cause_from(world, ownership, DOMAIN)).code == "name-missing"


class TestHostResolves:
    def test_pass_shows_the_way(self) -> None:
        result = host_resolves(APP, found("192.0.2.1", "2001:db8::1", chain=("acme.host.example",)))
        assert result.outcome is Outcome.PASS
        assert result.evidence[0].seen == "app.acme.example → acme.host.example → 192.0.2.1, 2001:db8::1"

    @pytest.mark.parametrize(
        ("fact", "says"),
        [
            (lost(Resolution.NO_NAME), "is not in DNS"),
            (lost(Resolution.NO_ADDRESS), "has no address"),
            (
                lost(Resolution.DANGLING, "gone.builder.example"),
                "alias for gone.builder.example, which leads nowhere",
            ),
            (lost(Resolution.LOOP), "leads back to itself"),
        ],
    )
    def test_fail(self, fact: HostAddresses, says: str) -> None:
        result = host_resolves(APP, fact)
        assert result.outcome is Outcome.FAIL
        assert says in result.summary
        assert result.change is not None
        assert result.change.where == "Cloudflare, the DNS settings of acme.example"


class TestPublicAddress:
    @pytest.mark.parametrize(
        "addresses", [("9.9.9.9",), ("9.9.9.9", "2606:4700::1"), ("9.9.9.9", "64:ff9b::909:909")]
    )
    def test_pass(self, addresses: tuple[str, ...]) -> None:
        assert public_address(APP, found(*addresses)).outcome is Outcome.PASS

    @pytest.mark.parametrize(
        ("address", "says"),
        [
            ("10.0.0.1", "private network"),
            ("192.168.0.1", "private network"),
            ("fd00::1", "private network"),
            ("127.0.0.1", "own computer"),
            ("::1", "own computer"),
            ("169.254.1.1", "one cable"),
            ("100.64.0.1", "provider's network"),
            ("192.0.2.1", "examples"),
            ("224.0.0.1", "broadcasts"),
            ("0.0.0.0", "stands for none"),
            ("::ffff:9.9.9.9", "carries another one"),
        ],
    )
    def test_fail(self, address: str, says: str) -> None:
        result = public_address(APP, found(address))
        assert result.outcome is Outcome.FAIL
        assert says in result.summary
        assert result.change is not None
        assert address in result.change.have

    def test_one_wrong_address_among_good_ones_hits_some_visitors(self) -> None:
        result = public_address(APP, found("9.9.9.9", "10.0.0.1"))
        assert result.outcome is Outcome.FAIL
        assert "for some visitors" in result.summary
        assert [evidence.seen for evidence in result.evidence] == [
            "10.0.0.1: an address inside a private network"
        ]

    def test_every_kind_of_address_has_its_words(self) -> None:
        for kind in AddressKind:
            fact = HostAddresses(APP.name, Resolution.FOUND, (HostAddress("9.9.9.9", kind),))
            expected = Outcome.PASS if kind is AddressKind.PUBLIC else Outcome.FAIL
            assert public_address(APP, fact).outcome is expected


class TestNoIpv6:
    def test_pass(self) -> None:
        assert no_ipv6(APP, found("9.9.9.9", "2606:4700::1")).outcome is Outcome.PASS

    @pytest.mark.parametrize("extra", [(), ("64:ff9b::909:909",), ("fd00::1",)])
    def test_partial(self, extra: tuple[str, ...]) -> None:
        assert no_ipv6(APP, found("9.9.9.9", *extra)).outcome is Outcome.PARTIAL

    def test_unknown_is_not_none(self) -> None:
        result = no_ipv6(APP, found("9.9.9.9", ipv6_cause=SERVFAIL))
        assert result.cause == SERVFAIL

    def test_private_addresses_are_told_once(self) -> None:
        result = no_ipv6(APP, found("10.0.0.1", "fd00::1"))
        assert result.cause is not None
        assert result.cause.code == "private-address"


class TestHostMail:
    def test_no_mail(self) -> None:
        assert takes_no_mail(APP, HostMail((), "", "")).outcome is Outcome.PASS

    def test_alias(self) -> None:
        result = takes_no_mail(APP, HostMail((), "acme.example", ""))
        assert result.outcome is Outcome.PASS
        assert "alias of acme.example" in result.summary

    def test_mail_that_nobody_named(self) -> None:
        result = takes_no_mail(APP, HostMail(("10 mx.acme.example",), "", ""))
        assert result.outcome is Outcome.PARTIAL
        assert result.change is not None

    def test_only_hosts_that_are_no_mail_domain_are_looked_at(self) -> None:
        target = Target(DOMAIN, hosts=(APEX, APP), mail_domains=(MailDomain(APEX.name),))
        assert hosts_without_mail(target) == (APP,)

    @pytest.mark.parametrize(
        ("records", "exchanges", "alias"),
        [
            ({"A": ("192.0.2.1",)}, (), ""),
            ({"A": ("192.0.2.1",), "MX": ("0 .",)}, (), ""),
            ({"A": ("192.0.2.1",), "MX": ("20 b.acme.example.", "10 a.acme.example.")},
             ("10 a.acme.example", "20 b.acme.example"), ""),
            ({"CNAME": ("acme.example.",)}, (), "acme.example"),
        ],
    )  # fmt: skip
    async def test_fact(
        self, records: dict[str, tuple[str, ...]], exchanges: tuple[str, ...], alias: str
    ) -> None:
        async with zone_world({**PLAIN, APP.name: records}) as world:
            fact = await world.find(host_mail, APP)
        assert (fact.exchanges, fact.alias_of) == (exchanges, alias)

    async def test_no_answer_is_unknown(self) -> None:
        zone = {**PLAIN, APP.name: {"A": ("192.0.2.1",)}}
        async with zone_world(zone, troubles={(APP.name, "MX"): DnsTrouble.SERVFAIL}) as world:
            assert (await cause_from(world, host_mail, APP)).code == "dns-servfail"

    async def test_a_host_that_is_missing_has_the_cause_of_its_absence(self) -> None:
        async with zone_world() as world:
            assert (
                await cause_from(world, host_mail, Host("gone.acme.example", HostRole.OTHER))
            ).code == "host-missing"


class TestDnsHome:
    @pytest.mark.parametrize(
        ("servers", "provider"),
        [
            (("ada.ns.cloudflare.com", "bob.ns.cloudflare.com"), "Cloudflare"),
            (("ns-12.awsdns-01.com", "ns-1.awsdns-33.co.uk"), "Amazon Route 53"),
            (("ns1.vercel-dns.com",), "Vercel"),
            (("NS01.DOMAINCONTROL.COM",), "GoDaddy"),
            (("ns1.my-name.com",), ""),
            (("ns1.acme.example",), ""),
            (("ada.ns.cloudflare.com", "ns01.domaincontrol.com"), ""),
            ((), ""),
        ],
    )
    def test_provider(self, servers: tuple[str, ...], provider: str) -> None:
        assert dns_provider(servers) == provider

    def test_where_to_go(self) -> None:
        assert (
            dns_settings("app.acme.co.uk", ("ns1.vercel-dns.com",))
            == "Vercel, the DNS settings of acme.co.uk"
        )
        assert "ns1.acme.example" in dns_settings(APP.name, ("ns1.acme.example",))
        assert "usually where you bought it" in dns_settings(APP.name, ())
