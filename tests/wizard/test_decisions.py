"""What a person decided."""

from __future__ import annotations

from datetime import date

import pytest

from wizard.decisions import AcceptedRisk, Decisions

DAY = date(2026, 11, 24)


def names(*given: str) -> frozenset[str]:
    return frozenset(given)


@pytest.mark.parametrize(("by", "reason"), [("", "known"), ("  ", "known"), ("Ana", ""), ("Ana", " ")])
def test_a_risk_without_a_name_or_a_reason_is_not_accepted(by: str, reason: str) -> None:
    with pytest.raises(ValueError, match="needs its"):
        AcceptedRisk("dns.name-exists@acme.ai", by, DAY, reason)


def test_names_and_reasons_are_made_visible() -> None:
    risk = AcceptedRisk("x.y@z", " Ana\u202e ", DAY, "be\x1b[31mcause")
    assert risk.by == "Ana\\u{202e}"
    assert risk.reason == "be\\u{1b}[31mcause"


def test_the_last_word_on_a_host_counts() -> None:
    decisions = Decisions().confirm(names("a", "b"), names("c"))
    assert (decisions.confirmed, decisions.rejected) == (names("a", "b"), names("c"))
    decisions = decisions.confirm(names("c"), names("a"))
    assert (decisions.confirmed, decisions.rejected) == (names("b", "c"), names("a"))


def test_a_host_named_both_ways_is_rejected() -> None:
    decisions = Decisions().confirm(names("a"), names("a"))
    assert "a" not in decisions.confirmed
    assert "a" in decisions.rejected


def test_a_risk_is_accepted_once_and_can_be_withdrawn() -> None:
    first, second = AcceptedRisk("a@b", "Ana", DAY, "known"), AcceptedRisk("a@b", "Ben", DAY, "still known")
    other = AcceptedRisk("c@d", "Ana", DAY, "known")
    decisions = Decisions().accept(first).accept(other).accept(second)
    assert decisions.accepted == (other, second)
    assert decisions.withdraw("a@b").accepted == (other,)
    assert decisions.withdraw("nothing@here") == decisions
