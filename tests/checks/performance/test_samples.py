"""What is asked of an endpoint, over real sockets."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model import Cause, CouldNotCheck, Outcome
from checks.performance.endpoints import endpoint_answers
from checks.performance.samples import Samples, samples
from checks.probes.certificates import not_opened
from checks.target import Endpoint, EndpointKind, Target, safe_endpoints
from tests.checks.edge.places import APEX, APP, DOMAIN, ONE, TWO, Served, acme, response, to
from tests.checks.servers import Authority

SIGNUP = Endpoint(f"https://{APP.name}/signup", EndpointKind.SIGNUP)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls(authority: Authority) -> ssl.SSLContext:
    return authority.context(APP.name)


class Counting:
    """Serves paths by table and keeps what was asked."""

    def __init__(self, **paths: bytes | Callable[[], bytes]) -> None:
        self.paths = paths
        self.asked: list[str] = []

    def __call__(self, host: str, path: str) -> bytes:
        self.asked.append(path)
        found = self.paths.get(path.strip("/") or "root", response(404))
        return found if isinstance(found, bytes) else found()


async def look(served: Served, tls: ssl.SSLContext, ca_file: Path, endpoint: Endpoint = SIGNUP) -> Samples:
    doors = {(ONE, 443): (served, tls)}
    async with acme({APP.name: (ONE,), APEX.name: (TWO,)}, doors, hosts=(APP,), ca_file=ca_file) as world:
        return await world.find(samples, endpoint)


async def cause_of_look(served: Served, tls: ssl.SSLContext, ca_file: Path) -> Cause:
    with pytest.raises(CouldNotCheck) as caught:
        await look(served, tls, ca_file)
    return caught.value.cause


async def test_three_requests_and_no_more(authority: Authority, tls: ssl.SSLContext) -> None:
    served = Counting(signup=response())
    found = await look(served, tls, authority.ca_file)
    assert served.asked == ["/signup"] * 3
    assert [sample.status for sample in found.samples] == [200] * 3
    assert found.samples[0].connection_ms > 0
    assert all(sample.first_byte_ms > 0 for sample in found.samples)


async def test_redirects_are_followed_and_their_end_is_measured(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    served = Counting(signup=to("/join", 302), join=response())
    found = await look(served, tls, authority.ca_file)
    assert found.measured == f"https://{APP.name}/join"
    assert len(found.good) == 3
    assert served.asked == ["/signup", "/signup", "/join", "/join", "/join", "/join"]


async def test_a_circle_is_the_endpoints_own_fault(authority: Authority, tls: ssl.SSLContext) -> None:
    found = await look(Counting(signup=to("/join"), join=to("/signup")), tls, authority.ca_file)
    assert found.broken == "redirects in a circle"
    assert "circle" in endpoint_answers(SIGNUP, found).summary


async def test_a_way_to_somebody_else_is_not_gone(authority: Authority, tls: ssl.SSLContext) -> None:
    cause = await cause_of_look(Counting(signup=to("https://login.test/acme")), tls, authority.ca_file)
    assert cause.code == "leads-elsewhere"
    assert "login.test" in cause.sentence


async def test_a_rate_limit_stops_us_at_once(authority: Authority, tls: ssl.SSLContext) -> None:
    served = Counting(signup=response(429, b"", Retry_After="30"))
    cause = await cause_of_look(served, tls, authority.ca_file)
    assert (cause.code, cause.removable) == ("rate-limited", True)
    assert served.asked == ["/signup"]


async def test_a_limit_reached_on_the_way_is_no_failure_either(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    answers = iter([response(), response(429)])
    served = Counting(signup=lambda: next(answers))
    assert (await cause_of_look(served, tls, authority.ca_file)).code == "rate-limited"


async def test_a_bot_wall_is_no_verdict(authority: Authority, tls: ssl.SSLContext) -> None:
    wall = Counting(signup=response(403, b"", cf_mitigated="challenge"))
    assert (await cause_of_look(wall, tls, authority.ca_file)).code == "bot-wall"


async def test_a_refused_certificate_is_told_by_the_host(authority: Authority) -> None:
    wrong = authority.context("other.example")
    assert await cause_of_look(Counting(), wrong, authority.ca_file) == not_opened(APP.name)


async def test_a_host_without_checks_of_its_own_is_told_by_the_endpoint(authority: Authority) -> None:
    doors = {(ONE, 443): (Counting(signup=response()), authority.context("other.example"))}
    async with acme(
        {APP.name: (ONE,), APEX.name: (TWO,)}, doors, hosts=(), ca_file=authority.ca_file
    ) as world:
        found = await world.find(samples, SIGNUP)
    result = endpoint_answers(SIGNUP, found)
    assert result.outcome is Outcome.FAIL
    assert "not accepted" in result.summary


async def test_errors_are_counted(authority: Authority, tls: ssl.SSLContext) -> None:
    answers = iter([response(), response(503), response()])
    found = await look(Counting(signup=lambda: next(answers)), tls, authority.ca_file)
    assert [sample.answered for sample in found.samples] == [True, False, True]


@pytest.mark.parametrize(
    ("answer", "asked"), [(response(500), 2), (response(401), 2), (to("javascript:x"), 3)]
)
async def test_a_front_door_that_ends_at_no_page_is_told_by_the_doors_alone(
    authority: Authority, answer: bytes, asked: int
) -> None:
    landing = Endpoint(f"https://{APEX.name}/", EndpointKind.LANDING)
    served = Counting(root=answer)
    doors = {(ONE, 443): (served, authority.context(APEX.name))}
    async with acme({APEX.name: (ONE,)}, doors, hosts=(APEX,), ca_file=authority.ca_file) as world:
        with pytest.raises(CouldNotCheck) as caught:
            await world.find(samples, landing)
    assert caught.value.cause.code == "front-door-broken"
    assert len(served.asked) == asked


async def test_a_name_that_is_not_ours_is_not_asked(authority: Authority, tls: ssl.SSLContext) -> None:
    stranger = Endpoint("https://pay.test/checkout", EndpointKind.CHECKOUT, confirmed=False)
    with pytest.raises(CouldNotCheck) as caught:
        await look(Counting(), tls, authority.ca_file, stranger)
    assert caught.value.cause.code == "out-of-reach"


@pytest.mark.parametrize("url", ["ftp://acme.example/", "https://[", "https://acme.example:99999/"])
async def test_no_web_address_is_a_cause(authority: Authority, tls: ssl.SSLContext, url: str) -> None:
    with pytest.raises(CouldNotCheck) as caught:
        await look(Counting(), tls, authority.ca_file, Endpoint(url, EndpointKind.LANDING))
    assert caught.value.cause.code == "no-web-address"


def test_what_has_side_effects_is_never_among_the_subjects() -> None:
    paying = Endpoint(f"https://{APP.name}/pay", EndpointKind.CHECKOUT, "POST", side_effects=True)
    assert safe_endpoints(Target(DOMAIN, endpoints=(SIGNUP, paying))) == (SIGNUP,)
