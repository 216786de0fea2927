"""The wizard as numbered prompts: complete, line by line, without one escape code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from checks.model import Outcome
from checks.network import NetworkOptions
from checks.run import CheckFinished, Event, RunStarted
from screens import plain_decisions, plain_pages
from screens.audit import demo
from screens.exits import Exit
from screens.outcome import SELECTOR_UNKNOWN
from screens.prompts import Left, Prompts
from screens.report import SEVERITIES, about, minutes, write_step, write_verdict
from wizard.assessment import Finding
from wizard.domain_name import DomainName, NotADomain, read_domain
from wizard.next_step import NextStep, StepKind
from wizard.project import new_project
from wizard.session import Session, SessionState

_GOOD = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})


@dataclass(slots=True)
class Sitting:
    """`mend`: for the demo, whose founder mends everything at a word."""

    session: Session
    runner: asyncio.Runner
    prompts: Prompts
    mend: Callable[[], Coroutine[Any, Any, None]] | None = None
    kept: bool = field(default=False, init=False)

    @property
    def state(self) -> SessionState:
        return self.session.state

    def walk(self) -> None:
        """From the first look to leaving. Raises Left."""
        self.look()
        while True:
            self.show_where_we_stand()
            actions = self._actions()
            choice = self.prompts.choose("What now?", {key: label for key, (label, _) in actions.items()})
            actions[choice][1]()

    def _actions(self) -> dict[str, tuple[str, Callable[[], None]]]:
        state = self.state
        assessment = state.assessment
        told = len(assessment.findings) + len(assessment.unchecked) + len(assessment.questions)
        actions: dict[str, tuple[str, Callable[[], None]]] = {
            "1": ("Do the next step", self.do_next_step),
            "2": (f"Everything found ({told})", self.browse),
            "3": (
                "The minimum bar and the seven stages",
                partial(plain_pages.show_roadmap, self.prompts, state),
            ),
            "4": ("Check everything again", self.look),
            "5": ("Write the handover", self.write_handover),
        }
        if assessment.must_fix or assessment.may_wait:
            actions["6"] = ("Accept a risk", self.accept)
        if state.unconfirmed:
            actions["7"] = (f"Say which hosts are yours ({len(state.unconfirmed)})", self.confirm)
        if self.session.can_undo:
            actions["8"] = ("Take the last decision back", self.undo)
        actions["9"] = ("What was contacted", partial(plain_pages.show_contacts, self.prompts, state))
        if self.mend is not None:
            actions["10"] = ("Have the made-up founder mend everything", self.mend_all)
        if self._selector_unknown():
            actions["11"] = ("Name the DKIM selector of your mail service", self.name_selector)
        actions["0"] = ("Leave", self.leave)
        return actions

    def show_where_we_stand(self) -> None:
        paper = self.prompts.paper()
        write_verdict(paper, self.state.assessment, whole=False)
        step = self.state.next_step
        paper.field("Next", step.title + (f" ({minutes(step.minutes)})" if step.minutes else ""))
        self.prompts.show(paper)

    # Checking.

    def look(self) -> None:
        self.prompts.say(f"Looking at {self.session.project.domain.readable} …")
        self._run(self.session.look(self._tell))

    def check_again(self, ids: Iterable[str]) -> None:
        """Check what was mended again, and say of each whether it worked."""
        wanted = sorted(ids)
        self.prompts.say("Checking again …")
        self._run(self.session.check_again(wanted))
        left = [r for id in wanted if (r := self.state.result(id)) is not None and r.outcome not in _GOOD]
        if not left:
            self.prompts.say("✔ Mended.")
        for result in left:
            self.prompts.say(f"{result.outcome.label}: {about(result)}")

    def mend_all(self) -> None:
        if self.mend is not None:
            self.runner.run(self.mend())
            self.prompts.say("The made-up founder has mended everything.")
            self.look()

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        """Ctrl+C stops the checks and keeps what was found; at a prompt it leaves."""
        try:
            self.runner.run(work)
        except KeyboardInterrupt:
            self.prompts.say("Stopped. What was found so far stays; nothing is saved on disk.")

    def _tell(self, event: Event) -> None:
        """What goes wrong as it is found, and how far we are."""
        paper = self.prompts.paper()
        if isinstance(event, RunStarted):
            paper.text(f"{len(event.planned)} checks", indent=0)
            paper.show(self.prompts.sink)
        elif isinstance(event, CheckFinished):
            result = event.result
            if result.counts and result.outcome in (Outcome.FAIL, Outcome.PARTIAL):
                mark, style = SEVERITIES[result.severity]
                paper.marked(f"{mark} {result.severity.label}", about(result), style=style)
            if event.done % max(event.total // 4, 1) == 0 or event.done == event.total:
                paper.text(f"{event.done} of {event.total} done", indent=0)
            if str(paper).strip():
                paper.show(self.prompts.sink)

    # What a person decides.

    def do_next_step(self) -> None:
        step = self.state.next_step
        finding = self._finding_of(step.result_id)
        if step.kind is StepKind.LOOK:
            self.look()
        elif step.kind is StepKind.CONFIRM_HOSTS:
            self.confirm()
        elif step.kind is StepKind.EXPORT:
            self.write_handover()
        elif finding is not None:
            self.open(finding)
        else:
            self._unblock(step)

    def _unblock(self, step: NextStep) -> None:
        """What keeps a check from an answer, and what the person can do about it."""
        paper = self.prompts.paper()
        write_step(paper, step, self.state)
        self.prompts.show(paper)
        choices = {"1": "I did it, check again", "0": "Back"}
        if step.result_id in self._selector_unknown():
            choices = {"1": "Name the selector", "2": "Check again without it", "0": "Back"}
        choice = self.prompts.choose("Then?", choices)
        if choice == "1" and len(choices) > 2:
            self.name_selector()
        elif choice != "0":
            self.check_again([step.result_id])

    def _selector_unknown(self) -> list[str]:
        return [r.id for r in self.state.results if r.cause is not None and r.cause.code == SELECTOR_UNKNOWN]

    def name_selector(self) -> None:
        """Ask for each mail domain whose selector nobody knows, and look there."""
        named = [
            id
            for id in self._selector_unknown()
            if plain_decisions.name_selector(self.prompts, self.session, id)
        ]
        if named:
            self.check_again(named)

    def _finding_of(self, result_id: str) -> Finding | None:
        return next(
            (f for f in self.state.assessment.findings if any(r.id == result_id for r in f.results)), None
        )

    def browse(self) -> None:
        """Everything found, one finding at a time."""
        plain_pages.show_unchecked(self.prompts, self.state.assessment)
        while True:
            assessment = self.state.assessment
            if not assessment.findings:
                self.prompts.say("Nothing wrong was found in what is looked at so far.")
                return
            findings = {str(number): f for number, f in enumerate(assessment.findings, 1)}
            rows = {number: plain_pages.row(finding) for number, finding in findings.items()}
            choice = self.prompts.choose("Which one?", {**rows, "0": "Back"})
            if choice == "0":
                return
            self.open(findings[choice])

    def open(self, finding: Finding) -> None:
        """One finding, until the person goes back or has it mended."""
        plain_pages.show_finding(self.prompts, finding)
        choices = {
            "1": "I did it, check again",
            "2": "Show the evidence",
            "3": "Accept this risk",
            "0": "Back",
        }
        while (choice := self.prompts.choose("Then?", choices)) == "2":
            plain_pages.show_evidence(self.prompts, finding)
        if choice == "1":
            self.check_again(r.id for r in finding.results)
        elif choice == "3":
            plain_decisions.accept(self.prompts, self.session, finding)

    def accept(self) -> None:
        assessment = self.state.assessment
        findings = {str(n): f for n, f in enumerate((*assessment.must_fix, *assessment.may_wait), 1)}
        rows = {number: plain_pages.row(finding) for number, finding in findings.items()}
        choice = self.prompts.choose("Which risk do you take?", {**rows, "0": "None, back"})
        if choice != "0":
            plain_decisions.accept(self.prompts, self.session, findings[choice])

    def confirm(self) -> None:
        plain_decisions.confirm_hosts(self.prompts, self.session)

    def undo(self) -> None:
        self.session.undo()
        self.prompts.say("Taken back.")

    def write_handover(self) -> None:
        self.kept = plain_decisions.write_handover(self.prompts, self.state) or self.kept

    def leave(self) -> None:
        raise Left


def _ask_domain(prompts: Prompts, typed: str | None) -> DomainName:
    """Raises Left when there is nobody to ask."""
    while True:
        try:
            return read_domain(prompts.ask("Your domain, for example acme.ai:") if typed is None else typed)
        except NotADomain as error:
            prompts.say(str(error))
            typed = None


def prompt_domain(typed: str | None, options: NetworkOptions) -> int:
    """The wizard by numbered prompts on standard input and output. Returns the exit code."""
    prompts = Prompts(sys.stdin, sys.stdout)
    with asyncio.Runner() as runner:
        try:
            name = _ask_domain(prompts, typed)
            if name.understood:
                prompts.say(name.understood)
            sitting = Sitting(Session(new_project(name), options), runner, prompts)
        except Left:
            return Exit.OK
        try:
            sitting.walk()
        except Left:
            saved = (
                "" if sitting.kept else f"Nothing was saved. launch-ready export {name.host} writes it down."
            )
            if saved:
                prompts.say(saved)
    return Exit.OK


def prompt_demo(state: str) -> int:
    """The same on the made-up startup."""
    prompts = Prompts(sys.stdin, sys.stdout)
    with asyncio.Runner() as runner:
        running = demo(state)
        sandbox, project = runner.run(running.__aenter__())
        try:
            prompts.say(f"A made-up startup that runs on this computer: {sandbox.startup.product}.")
            mend = partial(sandbox.set_state, "fixed")
            Sitting(Session(project, sandbox.options), runner, prompts, mend).walk()
        except Left:
            prompts.say("That was the demo. Now yours: launch-ready your-domain.com")
        finally:
            runner.run(running.__aexit__(None, None, None))
    return Exit.OK
