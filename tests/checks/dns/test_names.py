"""What names lead to, asked of a real name server on loopback."""

from __future__ import annotations

import pytest
from dns import rcode
from dns.message import Message

from checks.probes.names import (
    Resolution,
    dialable_addresses,
    domain_name,
    existing_domain,
    host_addresses,
    resolved_addresses,
)
from checks.probes.network import network, no_network
from checks.reach import AddressKind
from checks.resolver import DnsAnswer, DnsStatus
from checks.sandbox.state import ANY, DnsTrouble
from checks.target import Domain, Host, Target
from checks.world import NetworkOptions, Server, World
from tests.checks.dns.zone import APEX, APP, DOMAIN, PLAIN, RESOLVER, cause_from, zone_world
from tests.checks.servers import DnsReply, dns_serving, reply

IN_TROUBLE = (DnsTrouble.SERVFAIL, DnsTrouble.REFUSED)


async def test_a_domain_with_records_exists_and_names_its_servers() -> None:
    async with zone_world() as world:
        status = await world.find(domain_name, DOMAIN)
    assert status.exists
    assert status.name_servers == ("ns1.acme.example",)
    assert status.top_level == "example"


async def test_a_domain_that_is_nowhere_tells_that_its_ending_exists() -> None:
    async with zone_world({}) as world:
        status = await world.find(domain_name, DOMAIN)
        cause = await cause_from(world, existing_domain, DOMAIN)
    assert not status.exists
    assert status.top_level_exists is True
    assert cause.code == "name-missing"


async def test_an_ending_that_does_not_exist_is_told_apart() -> None:
    domain = Domain("acme.exampel")
    async with zone_world(target=Target(domain)) as world:
        status = await world.find(domain_name, domain)
    assert not status.exists
    assert status.top_level_exists is False


async def test_a_domain_of_which_only_an_alias_to_nowhere_is_left_exists() -> None:
    async with zone_world({DOMAIN.name: {"CNAME": ("gone.builder.example.",)}}) as world:
        assert (await world.find(domain_name, DOMAIN)).exists


async def test_a_domain_without_an_address_exists() -> None:
    async with zone_world({DOMAIN.name: {"MX": ("10 mx.acme.example.",)}}) as world:
        assert (await world.find(domain_name, DOMAIN)).exists


@pytest.mark.parametrize("trouble", IN_TROUBLE)
async def test_a_name_server_in_trouble_never_means_missing(trouble: DnsTrouble) -> None:
    async with zone_world(troubles={(DOMAIN.name, ANY): trouble, (APP.name, ANY): trouble}) as world:
        domain = await cause_from(world, domain_name, DOMAIN)
        app = await cause_from(world, dialable_addresses, APP)
    assert domain.code == app.code == f"dns-{trouble.value}"
    assert domain == app, "everything below a domain that cannot be asked for has one cause"


async def test_everything_below_a_missing_domain_has_one_cause() -> None:
    async with zone_world({}) as world:
        causes = {
            await cause_from(world, existing_domain, DOMAIN),
            await cause_from(world, host_addresses, APP),
            await cause_from(world, host_addresses, APEX),
            await cause_from(world, dialable_addresses, APP),
        }
    assert len(causes) == 1


async def test_addresses_of_both_families_come_in_one_order_with_their_kinds() -> None:
    zone = {
        **PLAIN,
        APP.name: {"A": ("198.51.100.20", "10.0.0.5", "9.9.9.9"), "AAAA": ("2001:db8::2", "fd00::1")},
    }
    connect_to = {("198.51.100.20", 443): ("127.0.0.1", 1)}
    async with zone_world(zone, connect_to=connect_to, only_mapped=False) as world:
        fact = await world.find(host_addresses, APP)
        dialable = await world.find(dialable_addresses, APP)
    assert [(item.address, item.kind) for item in fact.addresses] == [
        ("9.9.9.9", AddressKind.PUBLIC),
        ("10.0.0.5", AddressKind.PRIVATE),
        ("198.51.100.20", AddressKind.PUBLIC),
        ("2001:db8::2", AddressKind.DOCUMENTATION),
        ("fd00::1", AddressKind.PRIVATE),
    ]
    assert dialable == ("9.9.9.9", "198.51.100.20")


async def test_a_host_that_leads_to_private_addresses_only_has_nothing_to_dial() -> None:
    async with zone_world({**PLAIN, APP.name: {"A": ("192.168.1.7",)}}) as world:
        fact = await world.find(resolved_addresses, APP)
        cause = await cause_from(world, dialable_addresses, APP)
    assert fact.resolution is Resolution.FOUND
    assert cause.code == "private-address"
    assert "192.168.1.7" in cause.sentence


@pytest.mark.parametrize(
    ("records", "resolution", "code"),
    [
        ({}, Resolution.NO_NAME, "host-missing"),
        ({APP.name: {"TXT": ('"x"',)}}, Resolution.NO_ADDRESS, "host-missing"),
        ({APP.name: {"CNAME": ("gone.builder.example.",)}}, Resolution.DANGLING, "host-missing"),
        (
            {APP.name: {"CNAME": ("acme.example.",)}, DOMAIN.name: {"MX": ("0 .",)}},
            Resolution.DANGLING,
            "host-missing",
        ),
        (
            {APP.name: {"CNAME": ("b.acme.example.",)}, "b.acme.example": {"CNAME": ("app.acme.example.",)}},
            Resolution.LOOP,
            "host-loop",
        ),
    ],
)
async def test_the_ways_in_which_a_host_leads_nowhere(
    records: dict[str, dict[str, tuple[str, ...]]], resolution: Resolution, code: str
) -> None:
    async with zone_world({**PLAIN, **records}, target=Target(DOMAIN, hosts=(APP,))) as world:
        fact = await world.find(host_addresses, APP)
        causes = {
            await cause_from(world, resolved_addresses, APP),
            await cause_from(world, dialable_addresses, APP),
        }
    assert fact.resolution is resolution
    assert [cause.code for cause in causes] == [code]


async def test_an_alias_of_a_listed_host_that_leads_nowhere_shares_its_cause() -> None:
    zone = {APP.name: {"CNAME": ("acme.example.",)}, DOMAIN.name: {"MX": ("0 .",)}}
    async with zone_world(zone) as world:
        assert await cause_from(world, resolved_addresses, APP) == await cause_from(
            world, resolved_addresses, APEX
        )


async def test_half_an_answer_proves_no_absence() -> None:
    zone = {**PLAIN, APP.name: {"TXT": ('"x"',)}}
    async with zone_world(zone, troubles={(APP.name, "AAAA"): DnsTrouble.SERVFAIL}) as world:
        assert (await cause_from(world, host_addresses, APP)).code == "dns-servfail"


async def test_half_an_answer_is_enough_to_dial_and_the_other_half_stays_unknown() -> None:
    zone = {**PLAIN, APP.name: {"A": ("192.0.2.20",)}}
    async with zone_world(zone, troubles={(APP.name, "AAAA"): DnsTrouble.SERVFAIL}) as world:
        fact = await world.find(host_addresses, APP)
        assert await world.find(dialable_addresses, APP) == ("192.0.2.20",)
    assert fact.ipv4_cause is None
    assert fact.ipv6_cause is not None
    assert fact.ipv6_cause.code == "dns-servfail"


async def test_a_name_that_the_person_mapped_needs_no_dns() -> None:
    host = Host("new.acme.example")
    async with zone_world(connect_to={(host.name, 443): ("127.0.0.1", 1)}) as world:
        assert await world.find(dialable_addresses, host) == (host.name,)
        assert (await world.find(host_addresses, host)).mapped


async def test_a_host_outside_the_domain_does_not_wait_for_the_domain() -> None:
    host = Host("status.other.example")
    async with zone_world({host.name: {"A": ("192.0.2.77",)}}) as world:
        assert await world.find(dialable_addresses, host) == ("192.0.2.77",)


async def test_a_network_that_invents_names_is_one_cause_for_everything() -> None:
    async with zone_world(captive_address="192.0.2.99") as world:
        causes = {
            await cause_from(world, network, DOMAIN),
            await cause_from(world, existing_domain, DOMAIN),
            await cause_from(world, dialable_addresses, APP),
        }
    (cause,) = causes
    assert cause.code == "captive-network"
    assert cause.removable


async def test_a_closed_resolver_means_no_network() -> None:
    async with zone_world(connect_to={(RESOLVER, 53): ("127.0.0.1", 1)}) as world:
        causes = {await cause_from(world, network, DOMAIN), await cause_from(world, host_addresses, APP)}
    (cause,) = causes
    assert cause.code == "no-network"
    assert "offline" in cause.sentence


async def test_a_resolver_that_refuses_everything_is_told_as_such() -> None:
    async with zone_world(troubles={(ANY, ANY): DnsTrouble.REFUSED}) as world:
        cause = await cause_from(world, network, DOMAIN)
    assert cause.code == "no-network"
    assert "refuses" in cause.sentence


async def test_a_resolver_that_only_chokes_on_special_names_is_no_reason_to_give_up() -> None:
    def handler(question: Message, transport: str) -> DnsReply:
        refused = str(question.question[0].name).endswith((".invalid.", "example.")) and "acme" not in str(
            question
        )
        return reply(question, rcode=rcode.REFUSED if refused else rcode.NOERROR)

    async with dns_serving(handler) as port:
        options = NetworkOptions((Server(RESOLVER),), {(RESOLVER, 53): ("127.0.0.1", port)}, only_mapped=True)
        async with World(options, target=Target(DOMAIN)) as world:
            assert (await world.find(network, DOMAIN)).resolver


def test_a_proxy_is_named_as_the_way_out() -> None:
    answers = (DnsAnswer("acme.example", "A", DnsStatus.TIMEOUT),)
    assert "proxy" in no_network(answers, proxy=True).remedy
    assert "proxy" not in no_network(answers, proxy=False).remedy
