"""What is read from a chain, alone and together with OpenSSL's own verdict over real handshakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checks.probes.certificates import certificates
from checks.probes.chain import Problem, matches, read_chain
from tests.checks.edge.chains import Authorities, Made, make
from tests.checks.edge.places import APEX, ONE, acme, always, response

NOW = datetime.now(UTC)
HOST = APEX.name


def both(*made: Made) -> tuple[bytes, ...]:
    return tuple(one.der for one in made)


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("acme.example", "acme.example", True),
        ("ACME.example.", "acme.example", True),
        ("*.acme.example", "app.acme.example", True),
        ("*.acme.example", "acme.example", False),
        ("*.acme.example", "a.b.acme.example", False),
        ("*.example", "acme.example", True),
        ("a*.acme.example", "app.acme.example", False),
        ("other.example", "acme.example", False),
    ],
)
def test_a_star_stands_for_one_whole_label(pattern: str, host: str, expected: bool) -> None:
    assert matches(pattern, host) is expected


def served(authorities: Authorities, kind: str) -> tuple[Made, ...]:
    good = authorities.intermediate
    chains: dict[str, tuple[Made, ...]] = {
        "good": (make("leaf", good, names=(HOST,)), good),
        "wildcard": (make("leaf", good, names=("*.example",)), good),
        "expired": (make("leaf", good, names=(HOST,), days=(-96, -6)), good),
        "early": (make("leaf", good, names=(HOST,), days=(7, 97)), good),
        "other": (make("leaf", good, names=("other.example",)), good),
        "no-names": (make(HOST, good), good),
        "expired-other": (make("leaf", good, names=("other.example",), days=(-96, -6)), good),
        "self": (make(HOST, names=(HOST,)),),
        "self-expired-other": (make("x", names=("other.example",), days=(-96, -6)),),
        "stranger": (make("leaf", authorities.stranger, names=(HOST,)), authorities.stranger),
        "stranger-without-root": (make("leaf", authorities.stranger, names=(HOST,)),),
        "incomplete": (make("leaf", good, names=(HOST,), issuer_url="http://ca.example/r1.der"),),
    }
    old = make("Old R1", authorities.root, days=(-400, -3), ca=True)
    chains["old-chain"] = (make("leaf", old, names=(HOST,)), old)
    return chains[kind]


@pytest.mark.parametrize(
    ("kind", "problems"),
    [
        ("good", set()),
        ("expired", {Problem.EXPIRED}),
        ("early", {Problem.NOT_YET_VALID}),
        ("old-chain", {Problem.CHAIN_OUT_OF_DATE}),
        ("other", {Problem.WRONG_NAME}),
        ("no-names", {Problem.NO_NAMES}),
        ("expired-other", {Problem.EXPIRED, Problem.WRONG_NAME}),
        ("self", {Problem.SELF_SIGNED}),
        ("self-expired-other", {Problem.SELF_SIGNED, Problem.EXPIRED, Problem.WRONG_NAME}),
        ("stranger", {Problem.UNTRUSTED_ROOT}),
        ("stranger-without-root", {Problem.MISSING_INTERMEDIATE}),
        ("incomplete", {Problem.MISSING_INTERMEDIATE}),
    ],
)
async def test_every_problem_of_a_served_chain_is_named(
    authorities: Authorities, kind: str, problems: set[Problem]
) -> None:
    chain = served(authorities, kind)
    door = {(ONE, 443): (always(response()), authorities.context(*chain))}
    async with acme({HOST: (ONE,)}, door, ca_file=authorities.ca_file) as world:
        found = await world.find(certificates, APEX)
    assert [shown.problems for shown in found.shown] == [problems]
    assert found.shown[0].accepted is (not problems)


def test_what_a_leaf_says(authorities: Authorities) -> None:
    leaf = make(
        "leaf", authorities.intermediate, names=(HOST, "b.example"), issuer_url="http://ca.example/i.der"
    )
    read = read_chain(both(leaf, authorities.intermediate), 0, HOST, NOW).leaf
    assert read is not None
    assert (read.names, read.issuer, read.issuer_url) == (
        (HOST, "b.example"),
        "Good R1",
        "http://ca.example/i.der",
    )
    assert read.key == "ECDSA secp256r1"
    assert read.top_issuer == "Good Root"
    assert read.lifetime_days == pytest.approx(90)
    assert not read.self_signed
    assert read.valid_at(NOW)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (66, Problem.WEAK_KEY),
        (67, Problem.WEAK_KEY),
        (68, Problem.WEAK_SIGNATURE),
        (85, Problem.NOT_ACCEPTED),
    ],
)
def test_what_only_openssl_sees_is_named_after_its_code(
    authorities: Authorities, code: int, problem: Problem
) -> None:
    leaf = make("leaf", authorities.intermediate, names=(HOST,))
    assert read_chain(both(leaf, authorities.intermediate), code, HOST, NOW).problems == {problem}


def test_our_clock_decides_even_where_openssl_was_content(authorities: Authorities) -> None:
    leaf = make("leaf", authorities.intermediate, names=(HOST,))
    late = NOW + timedelta(days=4000)
    assert read_chain(both(leaf, authorities.intermediate), 0, HOST, late).problems == {Problem.EXPIRED}


def test_an_unreadable_chain_is_no_certificate() -> None:
    assert read_chain((b"no certificate",), 20, HOST, NOW).problems == {Problem.NOT_ACCEPTED}
    assert read_chain((), 0, HOST, NOW).leaf is None
