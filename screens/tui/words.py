"""How outcomes, severities and bars look: a symbol and a word each, and a colour that repeats what they say.

Everything here is Content, never markup: text from outside can hold brackets.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from checks.model import Outcome, Severity
from wizard.assessment import BarState, Verdict

BAD, WARN, GOOD, MUTED, ACCENT = (
    "$text-error",
    "$text-warning",
    "$text-success",
    "$foreground 62%",
    "$text-accent",
)

_OUTCOMES: dict[Outcome | None, tuple[str, str]] = {
    Outcome.PASS: ("✔", GOOD),
    Outcome.PARTIAL: ("◐", WARN),
    Outcome.FAIL: ("✖", BAD),
    Outcome.NOT_APPLICABLE: ("–", MUTED),
    Outcome.COULD_NOT_CHECK: ("?", WARN),
    Outcome.NEEDS_ANSWER: ("›", ACCENT),
    None: ("·", MUTED),
}
_SEVERITIES = {
    Severity.BLOCKER: ("✖", BAD),
    Severity.HIGH: ("▲", WARN),
    Severity.MEDIUM: ("△", WARN),
    Severity.NOTE: ("·", MUTED),
}
_BARS = {
    BarState.MET: ("✔", GOOD),
    BarState.NOT_MET: ("✖", BAD),
    BarState.OPEN: ("?", WARN),
    BarState.NOT_APPLICABLE: ("–", MUTED),
}
_VERDICTS = {
    Verdict.GO: ("✔", GOOD),
    Verdict.GO_WITH_RISKS: ("✔", GOOD),
    Verdict.NO_GO: ("✖", BAD),
    Verdict.CANNOT_SAY: ("?", WARN),
}


def outcome_symbol(outcome: Outcome | None) -> Content:
    symbol, style = _OUTCOMES[outcome]
    return Content.styled(symbol, f"{style} bold")


def outcome_badge(outcome: Outcome) -> Content:
    symbol, style = _OUTCOMES[outcome]
    return Content.styled(f"{symbol} {outcome.label}", f"{style} bold")


def severity_symbol(severity: Severity) -> Content:
    symbol, style = _SEVERITIES[severity]
    return Content.styled(symbol, f"{style} bold")


def severity_badge(severity: Severity) -> Content:
    symbol, style = _SEVERITIES[severity]
    return Content.styled(f"{symbol} {severity.label}", f"{style} bold")


def bar_badge(state: BarState) -> Content:
    symbol, style = _BARS[state]
    return Content.styled(f"{symbol} {state.value}", f"{style} bold")


def verdict_badge(verdict: Verdict) -> Content:
    symbol, style = _VERDICTS[verdict]
    return Content.styled(f"{symbol} {verdict.value}", f"{style} bold")


def verdict_lines(verdict: Verdict, line: str) -> tuple[Content, str]:
    """The verdict's word with what was found, and behind it what was not looked at; cut out of the one line."""
    found, _, rest = line.replace(" in what is looked at", "").partition(", not looked at yet: ")
    word, colon, said = found.partition(": ")
    symbol, style = _VERDICTS[verdict]
    big = Content.assemble(
        (f" {symbol} {word} ", f"{style} bold reverse"), "  " if colon else "", (said, "bold")
    )
    return big, f"Not looked at yet: {rest}" if rest else ""


def heading(text: str) -> Content:
    return Content.styled(text, "$text-primary bold")


def muted(text: str) -> Content:
    return Content.styled(text, MUTED)


def key_cap(key: str) -> Content:
    return Content.styled(key, "$text-accent bold")


def lines(parts: Iterable[Content | str]) -> Content:
    return Content("\n").join(parts)


def minutes_words(minutes: int) -> str:
    """`about 10 min`; empty where no time can be said."""
    return f"about {minutes} min" if minutes else ""
