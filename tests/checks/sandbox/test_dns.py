"""The name servers: what a resolver sees, asked over UDP and TCP."""

from __future__ import annotations

import asyncio

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from checks.sandbox.changes import set_record
from checks.sandbox.dns_answers import answer, to_wire
from checks.sandbox.startup import fixed_state
from checks.sandbox.state import State
from tests.checks.sandbox.conftest import Child

NS1, NS2 = ("192.0.2.53", 53), ("192.0.2.54", 53)


async def ask(
    child: Child, name: str, rdtype: str, *, tcp: bool = False, server: tuple[str, int] = NS1
) -> dns.message.Message:
    address, port = child.at(*server)
    query = dns.message.make_query(name, rdtype, use_edns=0, payload=1232)
    send = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await send(query, address, port=port, timeout=2)


def texts(message: dns.message.Message, rdtype: str) -> set[str]:
    wanted = dns.rdatatype.from_text(rdtype)
    return {item.to_text() for rrset in message.answer if rrset.rdtype == wanted for item in rrset}


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
@pytest.mark.parametrize("server", [NS1, NS2], ids=["ns1", "ns2"])
async def test_both_servers_know_the_addresses(child: Child, tcp: bool, server: tuple[str, int]) -> None:
    message = await ask(child, "PLUMLINE.example", "A", tcp=tcp, server=server)
    assert texts(message, "A") == {"192.0.2.10", "192.0.2.11"}


@pytest.mark.parametrize(
    ("rdtype", "expected"),
    [
        ("SOA", "ns1.plumline.example. hostmaster.plumline.example. 2026111901 7200 3600 1209600 300"),
        ("NS", "ns2.plumline.example."),
        ("AAAA", "2001:db8::10"),
        ("MX", "10 mx.plumline.example."),
        ("TXT", '"v=spf1 mx include:_spf.postlane.example -all"'),
        ("CAA", '0 issue "quarry-ca.example"'),
    ],
)
async def test_the_domain_has_records_of_every_kind(child: Child, rdtype: str, expected: str) -> None:
    assert expected in texts(await ask(child, "plumline.example", rdtype), rdtype)


async def test_aliases_are_followed(child: Child) -> None:
    message = await ask(child, "docs.plumline.example", "AAAA")
    assert texts(message, "CNAME") == {"docs-host.plumline.example."}
    assert texts(message, "AAAA") == {"2001:db8:40::1"}


@pytest.mark.parametrize(
    "name", ["nothing.plumline.example", "captive-check.invalid", "invalid", "other.example"]
)
async def test_a_name_that_does_not_exist_is_told_with_the_zone(child: Child, name: str) -> None:
    message = await ask(child, name, "A")
    assert message.rcode() == dns.rcode.NXDOMAIN
    assert message.authority[0].rdtype == dns.rdatatype.SOA


@pytest.mark.parametrize(
    ("name", "rdtype"), [("_domainkey.plumline.example", "TXT"), ("api.plumline.example", "MX")]
)
async def test_a_name_without_such_a_record_exists(child: Child, name: str, rdtype: str) -> None:
    message = await ask(child, name, rdtype)
    assert message.rcode() == dns.rcode.NOERROR
    assert not message.answer
    assert message.authority[0].name == dns.name.from_text("plumline.example.")


async def test_the_authority_says_so_when_nobody_wants_recursion(child: Child) -> None:
    address, port = child.at(*NS1)
    query = dns.message.make_query("plumline.example", "A")
    query.flags &= ~dns.flags.RD
    message = await dns.asyncquery.udp(query, address, port=port, timeout=2)
    assert message.flags & dns.flags.AA
    assert not (await ask(child, "plumline.example", "A")).flags & dns.flags.AA


def _large_txt(state: State) -> State:
    return set_record("plumline.example", "TXT", *(f'"{number:03} {"x" * 240}"' for number in range(20)))(
        state
    )


def test_what_is_too_large_for_udp_is_cut_and_whole_over_tcp() -> None:
    query = dns.message.make_query("plumline.example", "TXT", use_edns=0, payload=4096)
    response = answer(_large_txt(fixed_state()), query)
    assert response is not None
    whole = dns.message.from_wire(to_wire(response, query, udp=False))
    assert len(whole.answer[0]) == 20
    cut = to_wire(response, query, udp=True)
    assert len(cut) <= 1232
    assert dns.message.from_wire(cut).flags & dns.flags.TC


@pytest.mark.parametrize(("edns", "is_cut"), [(-1, True), (0, False)])
def test_without_edns_the_limit_is_512_octets(edns: int, is_cut: bool) -> None:
    state = set_record("plumline.example", "TXT", f'"{"x" * 250}"', f'"{"y" * 250}"')(fixed_state())
    query = dns.message.make_query("plumline.example", "TXT", use_edns=edns, payload=1232)
    response = answer(state, query)
    assert response is not None
    wire = to_wire(response, query, udp=True)
    assert bool(dns.message.from_wire(wire).flags & dns.flags.TC) is is_cut


@pytest.mark.parametrize(
    ("name", "exists"),
    [
        ("blog.plumline.example", True),
        ("a.b.plumline.example", True),
        ("x.app.plumline.example", False),
        ("_domainkey.plumline.example", False),
    ],
)
def test_a_wildcard_answers_only_below_the_closest_name(name: str, exists: bool) -> None:
    state = set_record("*.plumline.example", "A", "192.0.2.10")(fixed_state())
    response = answer(state, dns.message.make_query(name, "A"))
    assert response is not None
    assert bool(response.answer) is exists


async def test_an_alias_to_nowhere_shows_its_target(child: Child) -> None:
    child.faults("www-alias-dangling")
    message = await ask(child, "www.plumline.example", "A")
    assert message.rcode() == dns.rcode.NXDOMAIN
    assert texts(message, "CNAME") == {"plumline-web.builder.example."}


async def test_a_loop_of_aliases_ends(child: Child) -> None:
    child.faults("docs-alias-loop")
    message = await ask(child, "docs.plumline.example", "A")
    assert texts(message, "CNAME") == {"docs.plumline.example.", "docs-host.plumline.example."}
    assert not texts(message, "A")


@pytest.mark.parametrize(
    ("fault", "rcode"), [("api-dns-servfail", dns.rcode.SERVFAIL), ("api-dns-refused", dns.rcode.REFUSED)]
)
async def test_trouble_with_one_name_leaves_the_others_alone(
    child: Child, fault: str, rcode: dns.rcode.Rcode
) -> None:
    child.faults(fault)
    assert (await ask(child, "api.plumline.example", "A")).rcode() == rcode
    assert (await ask(child, "app.plumline.example", "A")).rcode() == dns.rcode.NOERROR


async def test_silence_is_silence(child: Child) -> None:
    child.faults("app-dns-silent")
    address, port = child.at(*NS1)
    query = dns.message.make_query("app.plumline.example", "A")
    with pytest.raises(dns.exception.Timeout):
        await dns.asyncquery.udp(query, address, port=port, timeout=0.3)


async def test_a_captive_network_answers_everything(child: Child) -> None:
    child.faults("captive-network")
    for name in ("plumline.example", "whatever.invalid"):
        assert texts(await ask(child, name, "A"), "A") == {"192.0.2.99"}


async def test_rubbish_gets_no_answer_and_does_no_harm(child: Child) -> None:
    address, port = child.at(*NS1)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(address, port))
    for rubbish in (b"", b"\0", b"\xff" * 40, dns.message.make_query("a.example", "A").to_wire()[:-3]):
        transport.sendto(rubbish)
    transport.close()
    assert texts(await ask(child, "plumline.example", "A"), "A")
