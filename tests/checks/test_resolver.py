"""DNS through World: every way in which a question can end is told apart."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping

import dns.message
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest

from checks.failure import FailureKind
from checks.resolver import DnsAnswer, DnsStatus, Resolver, presentation
from checks.world import Dialled, Server, World
from tests.checks.servers import DnsHandler, DnsReply, closed_world, dns_serving, reply

FIRST, SECOND = Server("192.0.2.53"), Server("192.0.2.54")


def world_of(*ports: int) -> World:
    """A World whose DNS servers are 192.0.2.53, .54, … at those ports."""
    servers = tuple(Server(f"192.0.2.{53 + i}") for i in range(len(ports)))
    mapped: Mapping[Dialled, Dialled] = {
        (s.address, 53): ("127.0.0.1", port) for s, port in zip(servers, ports, strict=True)
    }
    return closed_world(mapped, resolvers=servers)


async def ask(handler: DnsHandler, name: str = "www.acme.example", rdtype: str = "A") -> DnsAnswer:
    async with dns_serving(handler) as port, world_of(port) as world:
        return await impatient(world).query(name, rdtype)


def impatient(world: World) -> Resolver:
    """The World's resolver with short patience, so that silence costs a test little."""
    return Resolver(world.network, world.options.resolvers, try_seconds=0.15, lifetime=0.4)


def zone(question: dns.message.Message, transport: str) -> DnsReply:
    name = question.question[0].name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(question.question[0].rdtype)
    answers: dict[tuple[str, str], tuple[str, ...]] = {
        ("www.acme.example", "A"): (
            "www.acme.example. 300 IN CNAME edge.acme.example.",
            "edge.acme.example. 60 IN CNAME pop.cdn.example.",
            "pop.cdn.example. 20 IN A 192.0.2.1",
            "pop.cdn.example. 20 IN A 192.0.2.2",
        ),
        ("acme.example", "MX"): ("acme.example. 60 IN MX 10 Mail.acme.example.",),
        ("null.acme.example", "MX"): ("null.acme.example. 60 IN MX 0 .",),
        ("acme.example", "TXT"): ('acme.example. 60 IN TXT "v=spf1 " "-all"',),
    }
    dangling = "old.acme.example. 60 IN CNAME gone.provider.example."
    loops = (
        "loop.acme.example. 60 IN CNAME pool.acme.example.",
        "pool.acme.example. 60 IN CNAME loop.acme.example.",
    )
    if name == "old.acme.example":
        return reply(question, dangling, rcode=dns.rcode.NXDOMAIN)
    if name == "loop.acme.example":
        return reply(question, *loops)
    if (name, kind) in answers:
        return reply(question, *answers[name, kind])
    if name in {n for n, _ in answers}:
        chain = [r for r in answers.get((name, "A"), ()) if " CNAME " in r]
        return reply(question, *chain)
    return reply(question, rcode=dns.rcode.NXDOMAIN)


async def test_an_answer_comes_with_its_chain_and_without_last_dots() -> None:
    answer = await ask(zone, "WWW.Acme.Example.")
    assert answer.status is DnsStatus.OK
    assert answer.name == "www.acme.example"
    assert set(answer.records) == {"192.0.2.1", "192.0.2.2"}
    assert answer.chain == ("edge.acme.example", "pop.cdn.example")
    assert (answer.ttl, answer.server) == (20, "192.0.2.53")
    assert answer.took_ms > 0


@pytest.mark.parametrize(
    ("name", "rdtype", "status", "records", "chain"),
    [
        ("acme.example", "MX", DnsStatus.OK, ("10 Mail.acme.example",), ()),
        ("null.acme.example", "MX", DnsStatus.OK, ("0 .",), ()),
        ("acme.example", "TXT", DnsStatus.OK, ("v=spf1 -all",), ()),
        ("none.acme.example", "A", DnsStatus.NXDOMAIN, (), ()),
        ("old.acme.example", "A", DnsStatus.NXDOMAIN, (), ("gone.provider.example",)),
        ("acme.example", "AAAA", DnsStatus.NO_DATA, (), ()),
        ("www.acme.example", "AAAA", DnsStatus.NO_DATA, (), ("edge.acme.example", "pop.cdn.example")),
        ("loop.acme.example", "A", DnsStatus.LOOP, (), ()),
    ],
)
async def test_outcomes_of_an_answering_server(
    name: str, rdtype: str, status: DnsStatus, records: tuple[str, ...], chain: tuple[str, ...]
) -> None:
    answer = await ask(zone, name, rdtype)
    assert (answer.status, answer.records, answer.chain) == (status, records, chain)
    assert answer.server == "192.0.2.53"


@pytest.mark.parametrize(
    ("rcode", "status"),
    [
        (dns.rcode.SERVFAIL, DnsStatus.SERVFAIL),
        (dns.rcode.REFUSED, DnsStatus.REFUSED),
        (dns.rcode.NOTAUTH, DnsStatus.REFUSED),
    ],
)
async def test_a_server_that_answers_with_an_error(rcode: int, status: DnsStatus) -> None:
    assert (await ask(lambda question, _: reply(question, rcode=rcode))).status is status


async def test_silence_is_a_time_out_inside_the_deadline() -> None:
    started = time.perf_counter()
    answer = await ask(lambda question, _: None)
    assert (answer.status, answer.failure) == (DnsStatus.TIMEOUT, FailureKind.TIMED_OUT)
    assert time.perf_counter() - started < 1.5


async def test_a_server_that_the_map_calls_silent_times_out_without_a_socket() -> None:
    world = closed_world({}, resolvers=(FIRST,), silent=frozenset({("192.0.2.53", 53)}))
    async with world:
        assert (await impatient(world).query("acme.example", "A")).status is DnsStatus.TIMEOUT


def closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_closed_port_is_told_at_once() -> None:
    started = time.perf_counter()
    async with world_of(closed_port()) as world:
        answer = await world.dns.query("acme.example", "A")
    assert (answer.status, answer.failure) == (DnsStatus.UNREACHABLE, FailureKind.REFUSED)
    assert time.perf_counter() - started < 1


async def test_no_network_is_unreachable() -> None:
    async with closed_world({}, resolvers=(FIRST,)) as world:
        assert (await world.dns.query("acme.example", "A")).status is DnsStatus.UNREACHABLE


async def test_a_server_on_a_private_address_is_not_asked_unless_named() -> None:
    async with World() as world:
        answer = await world.dns.query("acme.example", "A", server=Server("192.168.77.1"))
    assert (answer.status, answer.failure) == (DnsStatus.UNREACHABLE, FailureKind.NOT_PUBLIC)


@pytest.mark.parametrize("cut", [12, 13, 20, 40], ids=lambda n: f"cut at {n}")
async def test_a_malformed_answer(cut: int) -> None:
    def handler(question: dns.message.Message, _: str) -> DnsReply:
        return reply(question, "www.acme.example. 60 IN A 192.0.2.1").to_wire()[:cut] + b"\xff\xff"

    assert (await ask(handler)).status is DnsStatus.MALFORMED


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".example", ".".join(["a" * 60] * 6), "\udcff.example"])
async def test_a_name_that_dns_cannot_ask_for(name: str) -> None:
    async with closed_world({}, resolvers=(FIRST,)) as world:
        assert (await world.dns.query(name, "A")).status is DnsStatus.MALFORMED


async def test_a_truncated_answer_is_fetched_by_tcp() -> None:
    heard: list[str] = []

    def handler(question: dns.message.Message, transport: str) -> DnsReply:
        heard.append(transport)
        if transport == "udp":
            return reply(question, truncated=True)
        return reply(question, *(f"www.acme.example. 60 IN A 192.0.2.{i}" for i in range(200)))

    answer = await ask(handler)
    assert len(answer.records) == 200
    assert heard == ["udp", "tcp"]


async def test_every_question_stands_in_the_log_with_its_outcome() -> None:
    def handler(question: dns.message.Message, transport: str) -> DnsReply:
        name = question.question[0].name.to_text()
        if name.startswith("silent"):
            return None
        return reply(question, truncated=name.startswith("long") and transport == "udp")

    async with dns_serving(handler) as port, world_of(port) as world:
        for name in ("www.acme.example", "long.acme.example"):
            await impatient(world).query(name, "A")
        logged = [(contact.purpose, contact.host, contact.outcome) for contact in world.reach.log]
        assert logged[0] == ("DNS", "www.acme.example", "ok")
        assert ("DNS", "long.acme.example", "ok") in logged
        await impatient(world).query("silent.acme.example", "A")
        assert {c.outcome for c in world.reach.log if c.host.startswith("silent")} == {"timed-out"}
    async with world_of(closed_port()) as world:
        await impatient(world).query("acme.example", "A")
        assert {contact.outcome for contact in world.reach.log} == {"refused"}


async def test_answers_to_other_questions_are_ignored() -> None:
    """A late or forged datagram first, the true answer after it."""
    answers = iter(["noise", "other id", "other name"])

    def forged(question: dns.message.Message, _: str) -> DnsReply:
        what = next(answers, None)
        if what is None:
            return reply(question, "www.acme.example. 60 IN A 192.0.2.1")
        if what == "noise":
            return (question.id ^ 1).to_bytes(2, "big") + b"\xff" * 30
        if what == "other id":
            wrong = reply(question, "www.acme.example. 60 IN A 192.0.2.66")
            wrong.id ^= 1
            return wrong
        other = reply(
            dns.message.make_query("mail.acme.example", "A"), "mail.acme.example. 60 IN A 192.0.2.66"
        )
        other.id = question.id
        return other

    async with dns_serving(forged) as port, world_of(port) as world:
        resolver = Resolver(world.network, world.options.resolvers, try_seconds=0.1, lifetime=2)
        assert (await resolver.query("www.acme.example", "A")).records == ("192.0.2.1",)


async def test_the_second_server_is_asked_when_the_first_fails() -> None:
    for first in (lambda q, _: None, lambda q, _: reply(q, rcode=dns.rcode.SERVFAIL)):
        async with dns_serving(first) as bad, dns_serving(zone) as good, world_of(bad, good) as world:
            answer = await impatient(world).query("www.acme.example", "A")
            assert (answer.status, answer.server) == (DnsStatus.OK, "192.0.2.54")
            alone = await impatient(world).query("www.acme.example", "A", server=FIRST)
            assert alone.status in (DnsStatus.TIMEOUT, DnsStatus.SERVFAIL)
            assert (await impatient(world).query("acme.example", "MX", server=SECOND)).status is DnsStatus.OK


async def test_a_server_without_edns_is_asked_again_plainly() -> None:
    def old(question: dns.message.Message, _: str) -> DnsReply:
        if question.edns >= 0:
            return reply(question, rcode=dns.rcode.FORMERR)
        return zone(question, "udp")

    assert (await ask(old)).status is DnsStatus.OK


async def test_the_same_question_is_asked_once_and_one_impatient_asker_spoils_nothing() -> None:
    heard: list[str] = []

    def handler(question: dns.message.Message, transport: str) -> DnsReply:
        heard.append(question.question[0].to_text())
        return zone(question, transport)

    async with dns_serving(handler) as port, world_of(port) as world:
        impatient_one = asyncio.ensure_future(world.dns.query("www.acme.example", "A"))
        await asyncio.sleep(0)
        impatient_one.cancel()
        names = ["www.acme.example", "WWW.acme.example.", "www.acme.example"]
        answers = await asyncio.gather(*(world.dns.query(name, "A") for name in names))
        assert len({id(answer) for answer in answers}) == 1
        assert answers[0].status is DnsStatus.OK
        await world.dns.query("www.acme.example", "AAAA")
    assert len(heard) == 2


async def test_two_hundred_questions_at_once_all_get_their_own_answer() -> None:
    def handler(question: dns.message.Message, _: str) -> DnsReply:
        name = question.question[0].name.to_text()
        return reply(question, f"{name} 60 IN TXT {name}")

    async with dns_serving(handler) as port, world_of(port) as world:
        names = [f"h{i}.acme.example" for i in range(200)]
        answers = await asyncio.gather(*(world.dns.query(name, "TXT") for name in names))
    assert [answer.records for answer in answers] == [(f"{name}.",) for name in names]


async def test_closing_stops_what_is_on_its_way() -> None:
    async with dns_serving(lambda q, _: None) as port:
        world = world_of(port)
        asking = asyncio.ensure_future(world.dns.query("acme.example", "A"))
        await asyncio.sleep(0.05)
        started = time.perf_counter()
        await world.close()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("rdtype", "text", "shown"),
    [
        ("TXT", '"caf\\195\\169" "\\255"', "cafÃ©ÿ"),
        ("TXT", '"caf\\195\\169"', "café"),
        ("NS", "ns1.acme.example.", "ns1.acme.example"),
        ("CNAME", ".", "."),
        ("SOA", "ns1.a. host.a. 1 2 3 4 5", "ns1.a host.a 1 2 3 4 5"),
        ("SRV", "1 2 443 a.example.", "1 2 443 a.example"),
        ("CAA", '0 issue "letsencrypt.org"', '0 issue "letsencrypt.org"'),
        ("AAAA", "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_records_as_people_write_them(rdtype: str, text: str, shown: str) -> None:
    assert (
        presentation(dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(rdtype), text)) == shown
    )
