"""The rows of the overview's two lists, from an assessment. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.widgets.option_list import Option

from checks.model import Severity
from screens.tui.choices import row
from screens.tui.words import bar_badge, muted, outcome_symbol, severity_symbol
from wizard.assessment import Assessment, Finding, ItemStatus, Unchecked, worst
from wizard.roadmap import Stage, load_roadmap

_GROUPS = (
    (Severity.BLOCKER, "Launch blockers, fix first"),
    (Severity.HIGH, "High risks, may wait"),
    (Severity.MEDIUM, "Medium risks, may wait"),
)


def _finding(finding: Finding) -> Option:
    result = finding.results[0]
    half = outcome_symbol(result.outcome) if not finding.accepted else Content("✎")
    symbol = severity_symbol(finding.severity) if result.outcome.value == "fail" else half
    time = f"{finding.minutes} min  " if finding.minutes else ""
    return row(Content.assemble(" ", symbol, "  ", muted(time), finding.title), result.id)


def _unchecked(unchecked: Unchecked) -> Option:
    result = unchecked.results[0]
    count = len(unchecked.results)
    times = f"{count} checks  " if count > 1 else ""
    text = Content.assemble(" ", outcome_symbol(result.outcome), "  ", muted(times), unchecked.cause.sentence)
    return row(text, result.id)


def todo_rows(assessment: Assessment) -> list[Option]:
    """The cut list: what must be fixed, what may wait, what nobody could check, what was accepted, notes."""
    rows: list[Option] = []

    def group(title: str, options: list[Option]) -> None:
        if options:
            rows.append(row(f"{title} ({len(options)})"))
            rows.extend(options)

    todo = (*assessment.must_fix, *assessment.may_wait)
    for severity, title in _GROUPS:
        group(title, [_finding(f) for f in todo if f.severity is severity])
    group("Could not be checked", [_unchecked(u) for u in assessment.unchecked])
    if not rows:
        rows.append(row("Nothing to fix in what was looked at"))
    group("Accepted risks", [_finding(f) for f in assessment.accepted])
    notes = [
        row(Content.assemble(" ", outcome_symbol(r.outcome), "  ", r.summary), r.id) for r in assessment.notes
    ]
    group("More, for your notes", notes)
    return rows


def stage_statuses(stage: Stage, items: Mapping[str, ItemStatus]) -> tuple[ItemStatus, ...]:
    return tuple(items[item.id] for item in stage.items)


def _stage(stage: Stage, items: Mapping[str, ItemStatus]) -> Option:
    checks = [status for status in stage_statuses(stage, items) if status.item.is_check]
    seen = [status.outcome for status in checks if status.outcome is not None]
    said = f"{len(seen)} of {len(checks)}" if seen else "not yet"
    text = Content.assemble(
        f" {stage.number} {stage.name[:19].ljust(20)}", outcome_symbol(worst(seen)), f" {said}"
    )
    return row(text, f"stage:{stage.number}")


def told_in_full(assessment: Assessment, row_id: str | None) -> str:
    """What the row with this id has to cut; empty for none."""
    kind, _, name = (row_id or "").partition(":")
    if kind == "stage":
        stage = next(s for s in load_roadmap().stages if s.number == int(name))
        return f"{stage.name}: {stage.question}"
    if kind == "bar":
        status = next(b for b in assessment.bars if b.bar.id == name)
        return f"{status.bar.title}. {status.reason}"
    for finding in assessment.findings:
        if finding.results[0].id == row_id:
            return finding.title
    for unchecked in assessment.unchecked:
        if unchecked.results[0].id == row_id:
            return unchecked.cause.sentence
    return next((r.summary for r in assessment.notes if r.id == row_id), "")


def map_rows(assessment: Assessment, bar_names: Mapping[str, str], titles: bool) -> list[Option]:
    """Minimum bar and stages. `titles`: there is room for what each bar means in full."""
    rows = [row("Minimum bar")]
    for status in assessment.bars:
        bar = status.bar
        name = bar_names.get(bar.id, bar.title)
        parts: list[Content | str] = [f" {bar.id} {name[:9].ljust(11)}", bar_badge(status.state)]
        if titles:
            parts.append(muted(" " * (18 - len(status.state.value)) + bar.title))
        rows.append(row(Content("").join(parts), f"bar:{bar.id}"))
    coverage = assessment.coverage
    rows.append(row(f"Stages ({coverage.items_looked_at} of {coverage.items_total} looked at)"))
    rows.extend(_stage(stage, assessment.items) for stage in load_roadmap().stages)
    return rows
