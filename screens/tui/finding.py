"""One result: what is there, what should be, where to change it, what to paste, and whether it is mended now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from checks.model import Outcome
from screens.outcome import SELECTOR_UNKNOWN
from screens.tui.base import BaseScreen, Step, style
from screens.tui.detail import Detail, detail_of
from screens.tui.words import heading, lines
from wizard.session import SessionState

_BAD = (Outcome.FAIL, Outcome.PARTIAL)


def _text(content: Content | str, **names: str) -> Static:
    return Static(Content(content) if isinstance(content, str) else content, markup=False, **names)  # type: ignore[arg-type]


def _line(label: str, said: str, classes: str = "") -> HorizontalGroup:
    return HorizontalGroup(
        _text(Content.styled(label, "$text-accent bold"), classes="label"),
        _text(said, classes=f"said {classes}"),
    )


class FindingScreen(BaseScreen):
    CSS_PATH = style("finding")
    HELP_NAME = "finding"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "evidence", "evidence"),
        Binding("c", "copy", "copy"),
        Binding("f", "full_text", "full text", show=False),
        Binding("r", "check_again", "check again"),
        Binding("a", "accept", "accept the risk", show=False),
        Binding("u", "app.undo", "undo", show=False),
    ]

    def __init__(self, result_id: str) -> None:
        super().__init__()
        self.result_id = result_id
        self._evidence_shown: bool | None = None
        self._before: Outcome | None = None
        self._detail: Detail | None = None

    def place(self) -> str:
        return "finding"

    def body(self) -> Iterable[Widget]:
        scroll = VerticalScroll(id="detail")
        scroll.can_focus = True
        yield scroll

    def show_state(self, state: SessionState) -> None:
        result = state.result(self.result_id)
        detail = detail_of(state, result) if result is not None else None
        if detail is not None and detail == self._detail:
            return
        self._detail = detail
        if self._evidence_shown is None and result is not None:
            # Where nothing needs doing, the evidence is what one came for.
            self._evidence_shown = result.outcome not in _BAD
        self.call_next(self._lay_out, detail)

    async def _lay_out(self, detail: Detail | None) -> None:
        scroll = self.query_one("#detail", VerticalScroll)
        gone = _text("This is no longer part of what is checked. Esc goes back.")
        async with scroll.batch():
            await scroll.remove_children()
            await scroll.mount(*([gone] if detail is None else self._widgets(detail)))

    def _widgets(self, detail: Detail) -> Iterable[Widget]:
        yield _text(detail.badge, classes="badge")
        yield _text(Content.styled(detail.title, "bold"), classes="title")
        if detail.change or detail.paste:
            change = [_line(label, said) for label, said in detail.change]
            if detail.paste:
                change.append(_line("Paste", detail.paste, "paste"))
            yield VerticalGroup(*change, classes="change")
        if detail.acceptable:
            copies = "c copies what to paste" if detail.paste else "c copies this finding"
            yield _text(f"{copies} · e shows the evidence · a accepts the risk", classes="hint")
        evidence = VerticalGroup(
            _text(heading("Evidence")), *(_text(line) for line in detail.evidence), id="evidence"
        )
        evidence.display = bool(self._evidence_shown)
        yield evidence
        for head, body in detail.sections:
            yield _text(lines([heading(head), *body]), classes="section")

    def step(self) -> Step | None:
        progress, state = self.launch.progress, self.launch.state
        if progress is not None:
            counted = f": {progress.done} of {progress.total}" if progress.total else ""
            return Step(f"Checking again{counted}", "Ctrl+C stops it.", lambda: None, label="WAIT")
        if state is None:
            return None
        if self._selector_unknown(state):
            return Step(
                "Name the DKIM selector of your mail service", "asks for it.", self.action_name_selector
            )
        mine = self._detail is not None and state.next_step.result_id in self._detail.ids
        result = state.result(self.result_id)
        if mine and result is not None and result.outcome is not Outcome.PASS:
            title = "Make this change, then check it again" if self._detail_has_change else "Check it again"
            return Step(
                title,
                "checks it again. A DNS change can take some minutes to be seen.",
                self.action_check_again,
            )
        return self.launch.step()

    def _selector_unknown(self, state: SessionState) -> bool:
        result = state.result(self.result_id)
        return result is not None and result.cause is not None and result.cause.code == SELECTOR_UNKNOWN

    def action_name_selector(self) -> None:
        from screens.tui.ask import AskScreen
        from wizard.dkim_selector import read_selector

        def named(selector: str | None) -> None:
            if selector is not None:
                self.launch.name_selector(self.result_id, selector)

        self.launch.push_screen(
            AskScreen(
                "Which DKIM selector does your mail service use?",
                "It is the word after s= in the DKIM-Signature of a mail that your product sent, and stands on the "
                "set-up page of your mail service, before ._domainkey.",
                "pm2026",
                read_selector,
            ),
            named,
        )

    @property
    def _detail_has_change(self) -> bool:
        return self._detail is not None and bool(self._detail.change or self._detail.paste)

    def action_evidence(self) -> None:
        self._evidence_shown = not self._evidence_shown
        for evidence in self.query("#evidence"):
            evidence.display = self._evidence_shown
            if self._evidence_shown:
                evidence.scroll_visible(animate=False)

    def action_copy(self) -> None:
        if self._detail is not None:
            self.launch.copy_to_clipboard(self._detail.copied)
            self.launch.say("Sent to the clipboard. If paste stays empty, press f.")

    def action_full_text(self) -> None:
        from screens.tui.plain_text import PlainTextScreen

        if self._detail is not None:
            self.launch.push_screen(PlainTextScreen(self._detail.copied))

    def action_check_again(self) -> None:
        state = self.launch.state
        result = state.result(self.result_id) if state is not None else None
        if result is None or self._detail is None or self.launch.progress is not None:
            return
        self._before = result.outcome
        self.launch.look(self._detail.ids)

    def run_ended(self, stopped: bool) -> None:
        """Say what the new look has shown."""
        state, before, self._before = self.launch.state, self._before, None
        result = state.result(self.result_id) if state is not None else None
        if before is None or result is None or stopped:
            return
        if result.outcome is Outcome.PASS:
            said = "Mended" if before is not Outcome.PASS else "Still fine"
            self.launch.say(f"{said}: {result.summary}")
        elif result.outcome is before:
            self.launch.say(f"Still so: {result.summary}", severity="warning")
        else:
            self.launch.say(f"Now {result.outcome.label}: {result.summary}", severity="warning")

    def action_accept(self) -> None:
        from screens.tui.accept import AcceptScreen

        detail = self._detail
        if detail is None or not detail.acceptable:
            self.launch.say("There is no open risk here to accept.")
            return

        def accepted(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self.launch.accept(detail.ids, *answer)

        self.launch.push_screen(AcceptScreen(detail.title), accepted)
