"""What the numbered prompts show: one finding, its evidence, the bar with the stages, what was contacted."""

from __future__ import annotations

from checks.network import shown
from screens.prompts import Prompts
from screens.report import (
    OUTCOMES,
    SEVERITIES,
    minutes,
    write_bars,
    write_finding,
    write_notes,
    write_questions,
    write_unchecked,
)
from wizard.assessment import Assessment, Finding
from wizard.roadmap import load_roadmap
from wizard.session import SessionState


def row(finding: Finding) -> str:
    """One finding on one line of a list."""
    mark, _ = SEVERITIES[finding.severity]
    taken = ", accepted" if finding.accepted else ""
    time = f" ({minutes(finding.minutes)})" if finding.minutes else ""
    return f"{mark} {finding.severity.label}{taken}: {finding.title}{time}"


def show_finding(prompts: Prompts, finding: Finding) -> None:
    paper = prompts.paper()
    write_finding(paper, finding)
    prompts.show(paper)


def show_evidence(prompts: Prompts, finding: Finding) -> None:
    """All that was seen, with time and place, and where to read more."""
    paper = prompts.paper()
    for result in finding.results:
        paper.text(
            f"{result.id}, found {result.found_at:%d %b %Y %H:%M:%S} UTC in {result.took_ms:.0f} ms", indent=0
        )
        for seen in result.evidence:
            paper.field("Seen", seen.seen)
            paper.field("At", seen.where)
            paper.field("Want", seen.expected)
    for reference in finding.text.references:
        paper.field("Read", reference, indent=0)
    prompts.show(paper)


def show_unchecked(prompts: Prompts, assessment: Assessment) -> None:
    """What could not be checked, what needs an answer, and the notes."""
    paper = prompts.paper()
    if assessment.unchecked:
        paper.heading("Could not check")
    for unchecked in assessment.unchecked:
        write_unchecked(paper, unchecked)
    write_questions(paper, assessment)
    write_notes(paper, assessment)
    if str(paper).strip():
        prompts.show(paper)


def show_roadmap(prompts: Prompts, state: SessionState) -> None:
    """The minimum bar, then every line of the seven stages with how it stands."""
    assessment = state.assessment
    paper = prompts.paper()
    write_bars(paper, assessment)
    for stage in load_roadmap().stages:
        paper.heading(stage.title)
        for item in stage.items:
            status = assessment.items[item.id]
            mark, style = OUTCOMES[status.outcome] if status.outcome else ("·", "muted")
            paper.marked(f"{mark} {item.id}", item.title, style=style, aside=status.label)
    prompts.show(paper)


def show_contacts(prompts: Prompts, state: SessionState) -> None:
    """Every connection that was tried, in order; the same one is told once, with its number of times."""
    times: dict[str, int] = {}
    for contact in state.contacted:
        at = shown(contact.address, contact.port)
        host = contact.host.rstrip(".")
        where = at if host == contact.address else f"{host} at {at}"
        line = f"{contact.purpose}  {where}  {contact.outcome}"
        times[line] = times.get(line, 0) + 1
    paper = prompts.paper()
    paper.heading("Contacted", f"{len(state.contacted)} times")
    for line, count in times.items():
        paper.text(f"{line} ({count} times)" if count > 1 else line, hang=2)
    prompts.show(paper)
