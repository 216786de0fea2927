"""The web servers: addresses, certificates, pages, redirects, and what the faults do to them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from urllib.parse import urljoin, urlsplit

import pytest
from cryptography import x509

from checks.sandbox.startup import HOST_ROLES, places
from tests.checks.sandbox.conftest import Child

HOSTS = tuple(HOST_ROLES)
APEX_1, APEX_2 = "192.0.2.10", "192.0.2.11"


class Got:
    """An HTTP answer, taken apart by hand."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }


async def get(
    child: Child, url: str, *, address: str | None = None, method: str = "GET", timeout: float = 5
) -> Got:
    parts = urlsplit(url)
    assert parts.hostname
    port = 443 if parts.scheme == "https" else 80
    place = child.at(address or places(parts.hostname, port)[0][0], port)
    tls = child.trust() if parts.scheme == "https" else None
    async with asyncio.timeout(timeout):
        reader, writer = await asyncio.open_connection(
            *place, ssl=tls, server_hostname=parts.hostname if tls else None
        )
        target = parts._replace(scheme="", netloc="").geturl() or "/"
        writer.write(
            f"{method} {target} HTTP/1.1\r\nHost: {parts.hostname}\r\nConnection: close\r\n\r\n".encode()
        )
        with contextlib.closing(writer):
            return Got(await reader.read())


async def shown(child: Child, host: str, address: str) -> tuple[x509.Certificate, ...]:
    """The certificate that is shown, unverified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection(*child.at(address, 443), ssl=context, server_hostname=host)
    with contextlib.closing(writer):
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return (x509.load_der_x509_certificate(der),)


async def refusal(child: Child, host: str) -> int:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        await get(child, f"https://{host}/")
    return caught.value.verify_code


@pytest.mark.parametrize("host", HOSTS)
async def test_every_address_of_every_host_has_a_good_certificate(child: Child, host: str) -> None:
    for address, _ in places(host, 443):
        answer = await get(child, f"https://{host}/robots.txt", address=address)
        assert answer.status in (200, 301)
        assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize("host", HOSTS)
async def test_http_leads_to_https_on_the_same_host(child: Child, host: str) -> None:
    answer = await get(child, f"http://{host}/deep/path?plan=firm")
    assert (answer.status, answer.headers["location"]) == (301, f"https://{host}/deep/path?plan=firm")


async def test_www_leads_to_the_canonical_host(child: Child) -> None:
    answer = await get(child, "https://www.plumline.example/pricing")
    assert (answer.status, answer.headers["location"]) == (301, "https://plumline.example/pricing")


async def test_no_link_of_the_startup_is_broken(child: Child) -> None:
    waiting = [f"https://{host}/" for host in HOSTS]
    seen: set[str] = set()
    while waiting:
        url = waiting.pop().partition("#")[0]
        if url in seen:
            continue
        seen.add(url)
        answer = await get(child, url)
        assert answer.status in (200, 301, 302), url
        found = re.findall(rb'(?:href|src|action)="([^"]+)"', answer.body)
        links = (
            urljoin(url, link.decode()) for link in [*found, answer.headers.get("location", url).encode()]
        )
        waiting += [link for link in links if urlsplit(link).hostname in HOSTS]
    assert len(seen) > 20


@pytest.mark.parametrize("host", ["plumline.example", "app.plumline.example", "api.plumline.example"])
async def test_a_wrong_path_is_a_real_404(child: Child, host: str) -> None:
    assert (await get(child, f"https://{host}/no-such-page")).status == 404


async def test_staging_stays_out_of_search_engines(child: Child) -> None:
    answer = await get(child, "https://staging.plumline.example/")
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert b'type="password"' in answer.body


async def test_health_names_its_parts(child: Child) -> None:
    answer = await get(child, "https://api.plumline.example/health")
    assert answer.headers["content-type"] == "application/json"
    assert b'"database"' in answer.body and b'"commit"' in answer.body


async def test_head_has_the_headers_and_no_body(child: Child) -> None:
    whole = await get(child, "https://plumline.example/")
    head = await get(child, "https://plumline.example/", method="HEAD")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))


async def test_the_paid_address_takes_post_only(child: Child) -> None:
    answer = await get(child, "https://api.plumline.example/v1/review")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert (await get(child, "https://api.plumline.example/v1/review", method="POST")).status == 401


async def test_one_connection_carries_many_requests_and_rubbish_ends_it(child: Child) -> None:
    reader, writer = await asyncio.open_connection(*child.at(APEX_1, 80))
    with contextlib.closing(writer):
        for _ in range(3):
            writer.write(b"HEAD / HTTP/1.1\r\nHost: plumline.example\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 301")
        writer.write(b"this is no HTTP\r\n\r\n")
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_name_nobody_serves_gets_no_page(child: Child) -> None:
    reader, writer = await asyncio.open_connection(*child.at(APEX_1, 80))
    writer.write(b"GET / HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n")
    with contextlib.closing(writer):
        assert Got(await reader.read()).status == 421


@pytest.mark.parametrize(
    ("fault", "host", "code"),
    [
        ("app-certificate-expired", "app.plumline.example", 10),
        ("staging-certificate-not-yet-valid", "staging.plumline.example", 9),
        ("docs-certificate-wrong-name", "docs.plumline.example", 62),
        ("staging-self-signed", "staging.plumline.example", 18),
        ("docs-untrusted-root", "docs.plumline.example", 19),
        ("api-intermediate-missing", "api.plumline.example", 20),
    ],
)
async def test_bad_certificates_are_refused_for_their_own_reason(
    child: Child, fault: str, host: str, code: int
) -> None:
    """The codes are OpenSSL's X509_V_ERR numbers."""
    child.faults(fault)
    assert await refusal(child, host) == code
    child.faults()
    assert (await get(child, f"https://{host}/robots.txt")).status in (200, 404)


async def test_two_addresses_of_one_name_can_show_different_certificates(child: Child) -> None:
    child.faults("one-address-expired")
    assert (await get(child, "https://plumline.example/", address=APEX_1)).status == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        await get(child, "https://plumline.example/", address=APEX_2)
    first, second = [(await shown(child, "plumline.example", a))[0] for a in (APEX_1, APEX_2)]
    assert first.not_valid_after_utc > second.not_valid_after_utc


async def test_a_certificate_that_ends_soon_is_still_good(child: Child) -> None:
    child.faults("api-certificate-expires-soon")
    assert (await get(child, "https://api.plumline.example/health")).status == 200
    (leaf,) = await shown(child, "api.plumline.example", "198.51.100.30")
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days == 90


async def test_a_closed_door_refuses_and_opens_again_at_the_same_port(child: Child) -> None:
    for _ in range(3):
        child.faults("app-down")
        with pytest.raises(ConnectionRefusedError):
            await get(child, "https://app.plumline.example/login")
        child.faults()
        assert (await get(child, "https://app.plumline.example/login")).status == 200


async def test_switching_hangs_up_on_those_who_came_before(child: Child) -> None:
    reader, writer = await asyncio.open_connection(*child.at(APEX_1, 80))
    writer.write(b"HEAD / HTTP/1.1\r\nHost: plumline.example\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    child.faults("http-stays-http")
    with contextlib.closing(writer), contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(), 5) == b""
    assert (await get(child, "http://plumline.example/")).status == 200


async def test_a_page_that_hangs_keeps_the_connection_and_says_nothing(child: Child) -> None:
    child.faults("signup-hangs")
    with pytest.raises(TimeoutError):
        await get(child, "https://app.plumline.example/signup", timeout=0.4)


async def test_a_slow_page_makes_one_wait_for_its_first_byte(child: Child) -> None:
    child.faults("landing-slow")
    started = asyncio.get_running_loop().time()
    assert (await get(child, "https://plumline.example/")).status == 200
    assert asyncio.get_running_loop().time() - started >= 1.2
