"""Every outcome of the judges of certificates, from facts made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checks.edge.certificate import (
    alarm_after,
    tls_addresses_agree,
    tls_expires_soon,
    tls_in_date,
    tls_right_name,
    tls_trusted,
)
from checks.edge.certificate_words import renewal_hint
from checks.failure import Failure, FailureKind
from checks.model import Outcome, Severity
from checks.probes.certificates import Certificates, Shown, not_opened
from checks.probes.chain import Leaf, Problem
from checks.target import Host

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST = Host("app.acme.example")
LEAF = Leaf(
    subject="app.acme.example",
    names=("app.acme.example",),
    issuer="Let's Encrypt R11",
    not_before=NOW - timedelta(days=31),
    not_after=NOW + timedelta(days=59),
    key="ECDSA secp256r1",
    self_signed=False,
    issuer_url="",
    top_issuer="ISRG Root X1",
)
JUDGES = (tls_trusted, tls_right_name, tls_in_date)


def shown(*problems: Problem, address: str = "192.0.2.1", leaf: Leaf | None = LEAF) -> Shown:
    return Shown(address, leaf, frozenset(problems), "refused" if problems else "", "TLSv1.3")


def silent(address: str = "192.0.2.2") -> Shown:
    failure = Failure(FailureKind.TIMED_OUT, f"{address}:443 did not finish the TLS handshake", address, 443)
    return Shown(address, None, frozenset(), failure=failure)


def found(*seen: Shown, closed: tuple[str, ...] = (), untested: tuple[str, ...] = ()) -> Certificates:
    return Certificates(HOST.name, NOW, seen, closed, untested)


def lasting(total: timedelta, left: timedelta) -> Leaf:
    return replace(LEAF, not_before=NOW + left - total, not_after=NOW + left)


def test_a_good_certificate_passes_everywhere_with_evidence() -> None:
    fact = found(shown(), shown(address="2001:db8::1"))
    for judge in (*JUDGES, tls_expires_soon, tls_addresses_agree):
        result = judge(HOST, fact)
        assert result.outcome is Outcome.PASS
        assert "Let's Encrypt" in result.evidence[0].seen


@pytest.mark.parametrize(
    ("problem", "owner"),
    [
        (Problem.SELF_SIGNED, tls_trusted),
        (Problem.UNTRUSTED_ROOT, tls_trusted),
        (Problem.MISSING_INTERMEDIATE, tls_trusted),
        (Problem.NOT_ACCEPTED, tls_trusted),
        (Problem.WEAK_KEY, tls_trusted),
        (Problem.WEAK_SIGNATURE, tls_trusted),
        (Problem.WRONG_NAME, tls_right_name),
        (Problem.NO_NAMES, tls_right_name),
        (Problem.EXPIRED, tls_in_date),
        (Problem.NOT_YET_VALID, tls_in_date),
        (Problem.CHAIN_OUT_OF_DATE, tls_in_date),
    ],
)
def test_each_problem_has_one_owner_who_says_what_to_change(problem: Problem, owner: object) -> None:
    fact = found(shown(problem))
    for judge in JUDGES:
        result = judge(HOST, fact)
        assert result.outcome is (Outcome.FAIL if judge is owner else Outcome.PASS)
        if judge is owner:
            assert HOST.name in result.summary
            assert result.change is not None
            assert result.change.want
            assert result.change.where
            assert problem.value.replace("-", " ") in result.evidence[0].seen


def test_expired_and_for_another_name_are_both_told() -> None:
    fact = found(
        shown(Problem.EXPIRED, Problem.WRONG_NAME, leaf=lasting(timedelta(days=90), -timedelta(days=6)))
    )
    assert tls_trusted(HOST, fact).outcome is Outcome.PASS
    assert tls_right_name(HOST, fact).outcome is Outcome.FAIL
    late = tls_in_date(HOST, fact)
    assert late.outcome is Outcome.FAIL
    assert "expired on 18 Nov 2026, 6 days ago" in late.summary


def test_what_only_strict_clients_refuse_is_no_blocker() -> None:
    assert tls_trusted(HOST, found(shown(Problem.WEAK_KEY))).severity is Severity.HIGH
    assert tls_trusted(HOST, found(shown(Problem.SELF_SIGNED))).severity is None


def test_a_missing_part_of_the_chain_says_where_it_can_be_had() -> None:
    leaf = replace(LEAF, issuer_url="http://r11.ca.example/")
    result = tls_trusted(HOST, found(shown(Problem.MISSING_INTERMEDIATE, leaf=leaf)))
    assert result.change is not None
    assert "http://r11.ca.example/" in result.change.where


def test_without_https_one_check_fails_and_the_others_wait_for_it() -> None:
    fact = found(closed=("192.0.2.1",))
    assert "no https" in tls_trusted(HOST, fact).summary
    assert tls_trusted(HOST, fact).outcome is Outcome.FAIL
    for judge in (tls_right_name, tls_in_date, tls_expires_soon, tls_addresses_agree):
        assert judge(HOST, fact).cause == not_opened(HOST.name)


def test_a_handshake_that_never_ends_is_told_by_trust_alone() -> None:
    fact = found(silent("192.0.2.1"))
    assert tls_trusted(HOST, fact).outcome is Outcome.FAIL
    assert "did not finish" in tls_trusted(HOST, fact).summary
    assert tls_in_date(HOST, fact).cause == not_opened(HOST.name)


def test_the_worst_address_is_judged_and_the_difference_told() -> None:
    fact = found(shown(), shown(Problem.EXPIRED, address="192.0.2.2"))
    late = tls_in_date(HOST, fact)
    assert late.outcome is Outcome.FAIL
    assert [e.where for e in late.evidence] == ["app.acme.example at 192.0.2.2"]
    differ = tls_addresses_agree(HOST, fact)
    assert differ.outcome is Outcome.FAIL
    assert differ.change is not None
    assert differ.change.have.startswith("192.0.2.2 differs from 192.0.2.1")


@pytest.mark.parametrize(
    ("fact", "outcome"),
    [
        (found(shown()), Outcome.PASS),
        (found(shown(), shown(address="192.0.2.2")), Outcome.PASS),
        (found(shown(), shown(address="192.0.2.2", leaf=replace(LEAF, issuer="Another CA"))), Outcome.PASS),
        (found(shown(Problem.EXPIRED), shown(Problem.EXPIRED, address="192.0.2.2")), Outcome.PASS),
        (found(shown(), silent()), Outcome.FAIL),
        (found(shown(), closed=("192.0.2.2",)), Outcome.FAIL),
        (found(shown(Problem.EXPIRED), shown(Problem.WRONG_NAME, address="192.0.2.2")), Outcome.FAIL),
    ],
)
def test_addresses_agree_when_they_fare_alike(fact: Certificates, outcome: Outcome) -> None:
    assert tls_addresses_agree(HOST, fact).outcome is outcome


def test_what_was_not_tested_is_said() -> None:
    fact = found(shown(), untested=("2001:db8::1",))
    assert "not tested from this computer: 2001:db8::1" in tls_trusted(HOST, fact).summary


@pytest.mark.parametrize(
    ("total", "left", "outcome"),
    [
        (90, 59, Outcome.PASS),
        (90, 21, Outcome.PASS),
        (90, 19, Outcome.PARTIAL),
        (90, 9, Outcome.FAIL),
        (398, 40, Outcome.PASS),
        (398, 29, Outcome.PARTIAL),
        (398, 13, Outcome.FAIL),
        (47, 11, Outcome.PASS),
        (47, 10, Outcome.PARTIAL),
        (47, 5, Outcome.FAIL),
        (6, 2, Outcome.PASS),
        (6, 1, Outcome.PARTIAL),
        (6, 0.5, Outcome.FAIL),
    ],
)
def test_how_soon_is_too_soon_depends_on_the_lifetime(total: float, left: float, outcome: Outcome) -> None:
    leaf = lasting(timedelta(days=total), timedelta(days=left))
    result = tls_expires_soon(HOST, found(shown(leaf=leaf)))
    assert result.outcome is outcome
    assert (result.change is None) is (outcome is Outcome.PASS)


def test_the_certificate_that_ends_first_is_the_one_that_counts() -> None:
    soon = lasting(timedelta(days=90), timedelta(days=5))
    assert (
        tls_expires_soon(HOST, found(shown(), shown(leaf=soon, address="192.0.2.2"))).outcome is Outcome.FAIL
    )


def test_one_that_has_expired_belongs_to_another_check() -> None:
    gone = lasting(timedelta(days=90), -timedelta(days=1))
    assert tls_expires_soon(HOST, found(shown(Problem.EXPIRED, leaf=gone))).cause == not_opened(HOST.name)
    both = found(shown(), shown(Problem.EXPIRED, leaf=gone, address="192.0.2.2"))
    assert tls_expires_soon(HOST, both).outcome is Outcome.PASS


def test_alarms_never_come_after_each_other_in_the_wrong_order() -> None:
    for days in (1, 6, 45, 90, 200, 398, 900):
        late, last_moment = alarm_after(lasting(timedelta(days=days), timedelta(days=days)))
        assert timedelta(0) < last_moment < late < timedelta(days=days)


def test_where_to_renew_depends_on_the_issuer() -> None:
    assert "certbot" in renewal_hint("Let's Encrypt R11")
    assert "validation CNAME" in renewal_hint("Amazon RSA 2048 M02")
    assert "hosting platform" in renewal_hint("Nobody we know")
