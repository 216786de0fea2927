"""Text from outside never reaches a screen or a file as something a terminal would obey."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks.text import LINE_LIMIT, visible

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

HOSTILE = st.sampled_from(
    [
        "\x1b[2J\x1b[31m",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\u202e\u2066",
        "\u200b\u200d\ufeff",
        "\ud800",
        "\udfff\ud800",
        "\U000e0041",
        "\ue000",
        "\U0010ffff",
        "\u2028\u2029",
        "\u3164\u115f\ufe0f",
        "\\u{202e}",
        "\\u{",
        "::set-output::",
        "```",
        "[link](javascript:x)",
    ]
)
ANY_TEXT = st.lists(st.one_of(st.text(), st.characters(categories=["Cs"]), HOSTILE), max_size=12).map("".join)
LONG_TEXT = st.builds(lambda piece, times: (piece or "x") * times, ANY_TEXT, st.integers(1, 800))


def test_plain_text_stays_as_it_is() -> None:
    assert visible("v=spf1 include:_spf.example -all") == "v=spf1 include:_spf.example -all"
    assert visible("Grüße, 東京, 🚀") == "Grüße, 東京, 🚀"


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("a\nb\tc\rd", "a\\u{a}b\\u{9}c\\u{d}d"),
        ("moc\u202eexe", "moc\\u{202e}exe"),
        ("pay\u200bpal", "pay\\u{200b}pal"),
        ("lone \ud83d half", "lone \\u{d83d} half"),
        ("no\u00a0break", "no\\u{a0}break"),
        ("blank\u3164letter", "blank\\u{3164}letter"),
        ("tag\U000e0041", "tag\\u{e0041}"),
    ],
)
def test_what_hides_becomes_visible(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@settings(max_examples=1500, deadline=None)
@given(ANY_TEXT)
@example("\ud800\udc00")
def test_nothing_hidden_is_left(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown} & HIDDEN
    assert all(c == " " or not c.isspace() for c in shown)
    shown.encode("utf-8")


@settings(max_examples=1500, deadline=None)
@given(st.one_of(ANY_TEXT, LONG_TEXT), st.sampled_from([1, 40, 60, 100, LINE_LIMIT]))
@example("\u202e" * LINE_LIMIT, LINE_LIMIT)
@example("x" * (LINE_LIMIT + 1), LINE_LIMIT)
def test_made_visible_twice_is_made_visible_once_and_bounded(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert visible(shown, limit) == shown
    assert len(shown) <= max(limit, 40)


@given(st.integers(0, 30))
def test_a_cut_leaves_no_half_escape_and_says_how_much_there_was(lead: int) -> None:
    text = "x" * lead + "\u202e" * 1000
    shown = visible(text, 100)
    kept, told = shown.split("… ")
    assert told == f"({len(text):,} characters in all)"
    assert re.fullmatch(r"x*(\\u\{202e\})*", kept)


def test_nothing_is_cut_at_the_limit() -> None:
    assert visible("x" * LINE_LIMIT) == "x" * LINE_LIMIT
    assert visible("x" * (LINE_LIMIT + 1)).endswith("… (601 characters in all)")


def test_a_huge_text_costs_no_more_than_its_beginning() -> None:
    shown = visible("\u202e" * 5_000_000)
    assert len(shown) <= LINE_LIMIT
    assert shown.endswith("(5,000,000 characters in all)")
