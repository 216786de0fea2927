"""The audit as a text that a person likes to read: the verdict, the one next thing to do, then everything else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from checks.model import CheckResult, Outcome, Severity
from screens.paper import Paper
from wizard.assessment import Assessment, BarState, Finding, Unchecked, Verdict
from wizard.next_step import NextStep, StepKind
from wizard.roadmap import load_roadmap
from wizard.session import SessionState
from wizard.texts import CheckText, text_of

OUTCOMES = {
    Outcome.PASS: ("✔", "good"),
    Outcome.PARTIAL: ("◐", "warn"),
    Outcome.FAIL: ("✖", "bad"),
    Outcome.NOT_APPLICABLE: ("–", "muted"),
    Outcome.COULD_NOT_CHECK: ("?", "warn"),
    Outcome.NEEDS_ANSWER: ("›", "accent"),
}
SEVERITIES = {
    Severity.BLOCKER: ("✖", "bad"),
    Severity.HIGH: ("▲", "warn"),
    Severity.MEDIUM: ("△", "warn"),
    Severity.NOTE: ("·", "muted"),
}
VERDICTS = {
    Verdict.GO: ("✔", "good"),
    Verdict.GO_WITH_RISKS: ("✔", "good"),
    Verdict.NO_GO: ("✖", "bad"),
    Verdict.CANNOT_SAY: ("?", "warn"),
}
BARS = {
    BarState.MET: ("✔", "good"),
    BarState.NOT_MET: ("✖", "bad"),
    BarState.OPEN: ("?", "warn"),
    BarState.NOT_APPLICABLE: ("–", "muted"),
}
SUBJECTS_SHOWN = 3


def minutes(count: int) -> str:
    """`about 10 min`; empty where no time can be said."""
    return f"about {count} min" if count else ""


def named(results: Sequence[CheckResult], limit: int = SUBJECTS_SHOWN) -> str:
    """The first few ids, and how many more there are."""
    more = f" and {len(results) - limit} more" if len(results) > limit else ""
    return ", ".join(r.id for r in results[:limit]) + more


def about(result: CheckResult) -> str:
    """The sentence of a result; with its subject, where the sentence does not name it."""
    return result.summary if result.subject in result.summary else f"{result.subject}: {result.summary}"


def write_verdict(paper: Paper, assessment: Assessment, *, whole: bool = True) -> None:
    """The verdict's word and what was found; when `whole`, also what was not looked at, so that no part misleads."""
    mark, style = VERDICTS[assessment.verdict]
    found, _, rest = assessment.verdict_line.partition(", not looked at yet: ")
    word, _, said = found.partition(": ")
    paper.marked(f"{mark} {word}", said, style=style)
    if rest and whole:
        paper.text(f"Not looked at yet: {rest}", style="muted")


def write_change(paper: Paper, result: CheckResult, indent: int) -> None:
    """Have, want, where and what to paste; what was seen, where the check gives no change."""
    change = result.change
    if change is None:
        for seen in result.evidence:
            paper.field("Seen", seen.seen + (f"  ({seen.where})" if seen.where else ""), indent=indent)
            paper.field("Want", seen.expected, indent=indent)
        return
    paper.field("Where", change.where, indent=indent)
    paper.field("Have", change.have, indent=indent)
    paper.field("Want", change.want, indent=indent)
    if change.paste:
        paper.field("Paste", "this line as it stands:", indent=indent)
        paper.verbatim(change.paste)


def write_steps(paper: Paper, text: CheckText, indent: int) -> None:
    for number, step in enumerate(text.fix, 1):
        paper.field("How" if number == 1 else "", f"{number}. {step}", indent=indent, hang=3)
    paper.field("Then", text.verify, indent=indent)


def write_step(paper: Paper, step: NextStep, state: SessionState, hint: str = "") -> None:
    """The one next thing to do; `hint` is the line to type for it, where it is done by typing one."""
    paper.heading("Next step", minutes(step.minutes))
    paper.text(step.title, style="strong")
    result = state.result(step.result_id)
    if step.kind is StepKind.UNBLOCK:
        paper.field("Do", step.why)
    else:
        paper.field("Why", step.why)
    if result is not None and step.kind in (StepKind.FIX, StepKind.STAGE):
        write_change(paper, result, 2)
        write_steps(paper, text_of(result.check_id), 2)
    if hint:
        choose = step.kind is StepKind.CONFIRM_HOSTS
        paper.field("Type", "this, without the hosts that are not yours:" if choose else "this:")
        paper.verbatim(hint)


def write_finding(paper: Paper, finding: Finding, *, told: bool = False) -> None:
    """One finding with everything its mending takes; `told`: that stands further up already."""
    mark, style = SEVERITIES[finding.severity]
    half = " (in part)" if all(r.outcome is Outcome.PARTIAL for r in finding.results) else ""
    head = f"{mark} {finding.severity.label}{half}"
    paper.marked(head, finding.title, style=style, aside=minutes(finding.minutes))
    paper.text(f"{finding.check_id} on {', '.join(r.subject for r in finding.results)}", style="muted")
    if finding.accepted:
        risk = finding.accepted
        paper.text(f"accepted by {risk.by} on {risk.on:%d %b %Y}: {risk.reason}", style="muted")
    elif told:
        paper.text("The next step, told above.", style="muted")
    else:
        _write_mending(paper, finding)
    paper.blank()


def _write_mending(paper: Paper, finding: Finding) -> None:
    several = len(finding.results) > 1
    paper.field("Why", finding.text.why)
    for result in finding.results:
        if several:
            paper.text(about(result))
        write_change(paper, result, 4 if several else 2)
    write_steps(paper, finding.text, 2)


def write_unchecked(paper: Paper, unchecked: Unchecked, next_id: str = "") -> None:
    mark, style = OUTCOMES[Outcome.COULD_NOT_CHECK]
    paper.marked(f"{mark} {unchecked.severity.label}", unchecked.cause.sentence, style=style)
    if not any(r.id == next_id for r in unchecked.results):
        paper.field("Do", unchecked.cause.remedy)
    paper.field("Hides", named(unchecked.results))
    paper.blank()


def write_bars(paper: Paper, assessment: Assessment) -> None:
    paper.heading("Minimum bar")
    for status in assessment.bars:
        mark, style = BARS[status.state]
        paper.marked(f"{mark} {status.bar.id} {status.state.value}", status.bar.title, style=style)
        if status.state is not BarState.MET:
            paper.text(status.reason, indent=5, style="muted")


def write_not_looked_at(paper: Paper, assessment: Assessment) -> None:
    items = [item for item in assessment.not_looked_at if item.is_check]
    if not items:
        return
    stages = {stage.number: stage for stage in load_roadmap().stages}
    paper.heading("Not looked at yet")
    for number, group in groupby(items, key=lambda item: item.stage):
        rows, stage = list(group), stages[number]
        whole = len(rows) == sum(item.is_check for item in stage.items)
        left = f"all {len(rows)} points" if whole else "; ".join(row.title for row in rows)
        paper.text(f"Stage {stage.title}: {left}", hang=2)


def write_notes(paper: Paper, assessment: Assessment) -> None:
    worth = [n for n in assessment.notes if n.outcome in (Outcome.FAIL, Outcome.PARTIAL)]
    if worth:
        paper.heading("More")
    for note in worth:
        mark, style = SEVERITIES[Severity.NOTE]
        paper.marked(f"{mark} note", about(note), style=style)


def write_findings(paper: Paper, assessment: Assessment, next_id: str = "") -> None:
    for title, findings in (
        ("Fix before launch day", assessment.must_fix),
        ("May wait", assessment.may_wait),
        ("Accepted risks", assessment.accepted),
    ):
        if findings:
            paper.heading(title, f"{len(findings)}")
        for finding in findings:
            told = len(finding.results) == 1 and finding.results[0].id == next_id
            write_finding(paper, finding, told=told)


def write_questions(paper: Paper, assessment: Assessment) -> None:
    if assessment.questions:
        paper.heading("Needs your answer")
    for question in assessment.questions:
        mark, style = OUTCOMES[Outcome.NEEDS_ANSWER]
        paper.marked(mark, question.summary, style=style)


def blind(assessment: Assessment, next_id: str) -> bool:
    """Whether one cause, told as the next step, hid everything: no network, a captive one, a wrong clock."""
    if assessment.findings or assessment.coverage.answered or len(assessment.unchecked) != 1:
        return False
    return any(r.id == next_id for r in assessment.unchecked[0].results)


def write_rest(paper: Paper, assessment: Assessment, next_id: str) -> None:
    """What stands behind the findings."""
    if assessment.unchecked:
        paper.heading("Could not check")
    for unchecked in assessment.unchecked:
        write_unchecked(paper, unchecked, next_id)
    write_questions(paper, assessment)
    write_bars(paper, assessment)
    write_not_looked_at(paper, assessment)
    write_notes(paper, assessment)


def report(state: SessionState, paper: Paper, *, hint: str = "", took: float = 0) -> str:
    """The whole text. `hint` is the line to type for the next step; `took` is the audit's time in seconds."""
    assessment, step = state.assessment, state.next_step
    domain = state.project.domain
    shown = domain.name if domain.readable == domain.name else f"{domain.readable} ({domain.name})"
    paper.text(f"Launch Ready: {shown}", indent=0, style="strong")
    paper.text(domain.understood, indent=0, style="muted") if domain.understood else None
    paper.blank()
    write_verdict(paper, assessment, whole=False)
    write_step(paper, step, state, hint)
    write_findings(paper, assessment, step.result_id)
    if blind(assessment, step.result_id):
        paper.blank()
        paper.text("Nothing could be checked, so there is nothing more to tell.", indent=0)
    else:
        write_rest(paper, assessment, step.result_id)
    paper.blank()
    seconds = f", in {took:.1f} seconds" if took else ""
    paper.text(f"{assessment.coverage}{seconds}. Nothing was changed or kept.", indent=0, style="muted")
    return str(paper)
