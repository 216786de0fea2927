"""The same checks against servers that we did not write: NSD for names, nginx for pages and certificates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.check import all_checks
from checks.failure import ExchangeFailed, FailureKind
from checks.model import CheckResult, Outcome
from checks.resolver import DnsStatus
from checks.run import run
from checks.target import Domain, Endpoint, EndpointKind, Host, HostRole, MailDomain, Target
from checks.world import Dialled, NetworkOptions, Server, World
from tests.checks.debian import free_port, nginx, nsd
from tests.checks.servers import Authority

pytestmark = pytest.mark.services

DNS = Server("192.0.2.53")
MAIN, OTHER = "192.0.2.10", "198.51.100.20"
LONG_SPF = "v=spf1 " + " ".join(f"ip4:203.0.113.{n}" for n in range(20)) + " -all"
PIECES = f'"{LONG_SPF[:200]}" "{LONG_SPF[200:]}"'

ZONE = f"""\
$ORIGIN acme.example.
$TTL 300
@       IN SOA ns1 hostmaster 1 7200 3600 1209600 300
@       IN NS ns1
ns1     IN A 192.0.2.53
@       IN A {MAIN}
@       IN AAAA 2001:db8::10
@       IN MX 10 mail
@       IN TXT {PIECES}
www     IN CNAME @
app     IN A {OTHER}
mail    IN A 203.0.113.25
_dmarc  IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@acme.example"
many    IN TXT {" ".join(f'"{n:03d} {"x" * 240}"' for n in range(12))}
gone    IN CNAME nowhere.acme.example.
circle  IN CNAME circle2
circle2 IN CNAME circle
*.wild  IN A {OTHER}
"""

PAGES = """
  server {{
    listen 127.0.0.1:{http};
    server_name acme.example www.acme.example app.acme.example;
    return 301 https://$host$request_uri;
  }}
  server {{
    listen 127.0.0.1:{https} ssl;
    server_name acme.example www.acme.example;
    ssl_certificate {main};
    ssl_certificate_key {main};
    gzip on;
    gzip_min_length 1;
    if ($host = www.acme.example) {{ return 301 https://acme.example$request_uri; }}
    location = / {{ default_type text/html; return 200 "<html><title>Acme</title>{filler}</html>"; }}
    location = /health {{ default_type application/json; return 200 '{health}'; }}
    location / {{ return 404; }}
  }}
  server {{
    listen 127.0.0.1:{https} ssl;
    server_name app.acme.example;
    ssl_certificate {app};
    ssl_certificate_key {app};
    location = /login {{ default_type text/html; return 200 "<html><title>Log in</title></html>"; }}
    location / {{ return 404; }}
  }}
"""

TARGET = Target(
    Domain("acme.example"),
    hosts=(
        Host("acme.example", HostRole.APEX),
        Host("www.acme.example", HostRole.WWW),
        Host("app.acme.example", HostRole.APP),
    ),
    mail_domains=(MailDomain("acme.example"),),
    endpoints=(
        Endpoint("https://acme.example/", EndpointKind.LANDING),
        Endpoint("https://app.acme.example/login", EndpointKind.LOGIN),
        Endpoint("https://acme.example/health", EndpointKind.HEALTH),
    ),
)


@dataclass(frozen=True, slots=True)
class Servers:
    dns_port: int
    http_port: int
    https_port: int
    ca_file: Path

    def options(self, https_port: int | None = None) -> NetworkOptions:
        web: dict[Dialled, Dialled] = {}
        for address in (MAIN, OTHER, "2001:db8::10"):
            web[address, 80] = ("127.0.0.1", self.http_port)
            web[address, 443] = ("127.0.0.1", https_port or self.https_port)
        return NetworkOptions(
            resolvers=(DNS,),
            connect_to={(DNS.address, 53): ("127.0.0.1", self.dns_port), **web},
            only_mapped=True,
            ca_file=self.ca_file,
        )


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    root = Authority(tmp_path_factory.mktemp("authority"))
    http, https = free_port(), free_port()
    pages = PAGES.format(
        http=http,
        https=https,
        main=root.file("acme.example", "www.acme.example", days=(-1, 80)),
        app=root.file("app.acme.example", days=(-1, 80)),
        filler="<p>x</p>" * 200,
        health='{"status": "ok", "checks": {"database": "ok"}}',
    )
    with (
        nsd(tmp_path_factory.mktemp("nsd"), {"acme.example": ZONE}) as dns_port,
        nginx(tmp_path_factory.mktemp("nginx"), pages, https, http),
    ):
        yield Servers(dns_port, http, https, root.ca_file)


@pytest.fixture
async def world(servers: Servers) -> AsyncIterator[World]:
    async with World(servers.options(), target=TARGET) as world:
        yield world


@pytest.mark.parametrize(
    ("name", "rdtype", "status", "records"),
    [
        ("acme.example", "A", DnsStatus.OK, (MAIN,)),
        ("www.acme.example", "AAAA", DnsStatus.OK, ("2001:db8::10",)),
        ("acme.example", "MX", DnsStatus.OK, ("10 mail.acme.example",)),
        ("acme.example", "TXT", DnsStatus.OK, (LONG_SPF,)),
        ("any.wild.acme.example", "A", DnsStatus.OK, (OTHER,)),
        ("app.acme.example", "AAAA", DnsStatus.NO_DATA, ()),
        ("nothing.acme.example", "A", DnsStatus.NXDOMAIN, ()),
        ("gone.acme.example", "A", DnsStatus.NXDOMAIN, ()),
        ("circle.acme.example", "A", DnsStatus.LOOP, ()),
        ("stranger.example", "A", DnsStatus.REFUSED, ()),
    ],
)
async def test_nsd_is_understood(
    world: World, name: str, rdtype: str, status: DnsStatus, records: tuple[str, ...]
) -> None:
    answer = await world.dns.query(name, rdtype)
    assert (answer.status, answer.records) == (status, records)


async def test_a_dangling_alias_is_seen(world: World) -> None:
    assert (await world.dns.query("gone.acme.example", "A")).chain == ("nowhere.acme.example",)


async def test_an_answer_too_long_for_one_datagram_comes_whole(world: World) -> None:
    answer = await world.dns.query("many.acme.example", "TXT")
    assert answer.status is DnsStatus.OK
    assert len(answer.records[0]) == 12 * 244


async def test_nginx_shows_each_name_its_own_certificate_and_page(world: World) -> None:
    landing = await world.http.fetch("https://acme.example/")
    login = await world.http.fetch("https://app.acme.example/login")
    assert "<title>Acme</title>" in landing.text
    assert "<title>Log in</title>" in login.text
    assert landing.headers.get("content-encoding", "") == "gzip"
    assert landing.timings.tls_ms is not None
    first = await world.handshake(MAIN, 443, "acme.example")
    second = await world.handshake(MAIN, 443, "app.acme.example")
    assert (first.verify_code, second.verify_code) == (0, 0)
    assert first.chain[0] != second.chain[0]


async def test_nginx_asked_in_the_wrong_protocol_is_told_apart(servers: Servers) -> None:
    async with World(servers.options(https_port=servers.http_port), target=TARGET) as world:
        with pytest.raises(ExchangeFailed) as caught:
            await world.http.fetch("https://acme.example/")
    assert caught.value.failure.kind is FailureKind.TLS


async def audit(options: NetworkOptions) -> Mapping[str, CheckResult]:
    async with World(options, target=TARGET) as world:
        return {result.id: result for result in await run(TARGET, world, all_checks())}


async def test_nothing_is_wrong_where_nothing_is(servers: Servers) -> None:
    results = await audit(servers.options())
    wrong = {id: r.summary for id, r in results.items() if r.outcome is not Outcome.PASS and r.counts}
    # Without a selector nobody can say that a DKIM key is missing.
    assert set(wrong) <= {"mail.dkim-key-seen@acme.example"}, wrong
    assert {id.partition(".")[0] for id in results} >= {"dns", "mail", "edge", "performance", "deployment"}
    assert results["dns.no-ipv6@app.acme.example"].outcome is Outcome.PARTIAL


async def test_a_certificate_of_a_stranger_is_found(servers: Servers, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "Another Root")
    options = servers.options()
    results = await audit(
        NetworkOptions(options.resolvers, options.connect_to, only_mapped=True, ca_file=stranger.ca_file)
    )
    for host in TARGET.hosts:
        assert results[f"edge.tls-trusted@{host}"].outcome is Outcome.FAIL
    assert results["dns.host-resolves@app.acme.example"].outcome is Outcome.PASS
