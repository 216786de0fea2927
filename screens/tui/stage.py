"""The lines of one stage, or those that decide one line of the minimum bar, each with its results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from checks.model import Outcome
from screens.tui.base import BaseScreen, style
from screens.tui.choices import Choices, row
from screens.tui.words import heading, lines, muted, outcome_symbol
from wizard.assessment import Assessment, ItemStatus
from wizard.roadmap import How, load_roadmap
from wizard.session import SessionState

_HOW = {
    How.LIVE: "found out by looking",
    How.ASKED: "answered by a person",
    How.BOTH: "looked at, and confirmed by a person",
    How.DELIVERABLE: "part of the handover",
    How.SIGNAL: "a warning sign",
}


LABEL_CELLS = 17

_ORDER = (
    Outcome.FAIL,
    Outcome.PARTIAL,
    Outcome.COULD_NOT_CHECK,
    Outcome.NEEDS_ANSWER,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)


def short_label(status: ItemStatus) -> str:
    """The item's outcome in at most LABEL_CELLS cells; the whole label stands below the list."""
    if status.outcome is None:
        return "in the handover" if status.delivered else "not looked at yet"
    return "fine in part" if status.outcome is Outcome.PASS and not status.whole else status.outcome.label


def item_rows(statuses: Iterable[ItemStatus], *, narrow: bool = False) -> list[Option]:
    """One row an item, and below it one row a result, the worst first. `narrow`: the word gives way to the title,
    which the symbol and the lines below the list still tell."""
    rows: list[Option] = []
    for status in statuses:
        item = status.item
        text = Content.assemble(
            f"{item.id} ",
            outcome_symbol(status.outcome),
            muted(f" {short_label(status)}: " if narrow else f" {short_label(status).ljust(LABEL_CELLS)} "),
            (item.title, "bold"),
        )
        rows.append(row(text, f"item:{item.id}"))
        rows.extend(
            row(Content.assemble("     ", outcome_symbol(r.outcome), "  ", r.summary), f"{item.id}:{r.id}")
            for r in sorted(status.results, key=lambda r: (_ORDER.index(r.outcome), r.id))
        )
    return rows


class ItemsScreen(BaseScreen):
    CSS_PATH = style("stage")
    HELP_NAME = "items"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "check_again", "check again"),
        Binding("x", "app.go('export')", "export"),
        *[Binding(str(n), f"app.open_stage({n})", f"stage {n}", show=False) for n in range(1, 8)],
    ]

    def __init__(self, title: str, question: str, place: str, item_ids: tuple[str, ...]) -> None:
        super().__init__()
        self._heading, self._question, self._place = title, question, place
        self._item_ids = item_ids

    @classmethod
    def stage(cls, number: int) -> ItemsScreen:
        stage = next(s for s in load_roadmap().stages if s.number == number)
        ids = tuple(item.id for item in stage.items)
        return cls(f"Stage {stage.title}", stage.question, f"stage {number}", ids)

    @classmethod
    def bar(cls, bar_id: str) -> ItemsScreen:
        bar = next(b for b in load_roadmap().bars if b.id == bar_id)
        return cls(f"{bar.id} {bar.title}", "", f"minimum bar {bar.id}", bar.items)

    def place(self) -> str:
        return self._place

    def body(self) -> Iterable[Widget]:
        yield Static(id="title", markup=False)
        yield Choices(id="items")
        yield Static(id="about", markup=False)

    def show_state(self, state: SessionState) -> None:
        assessment = state.assessment
        question = self._question or _bar_line(assessment, self._item_ids, self._heading)
        self.query_one("#title", Static).update(lines([heading(self._heading), muted(question)]))
        statuses = [assessment.items[id] for id in self._item_ids if id in assessment.items]
        self.query_one("#items", Choices).show_rows(item_rows(statuses, narrow=self.has_class("-narrow")))
        self._describe(self.query_one("#items", Choices).highlighted_id)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._describe(event.option_id)

    def _describe(self, row_id: str | None) -> None:
        """The whole of what the highlighted row says: rows are cut to one line."""
        about = self.query_one("#about", Static)
        state = self.launch.state
        if state is None or row_id is None:
            about.update("")
            return
        kind, _, name = row_id.partition(":")
        if kind == "item":
            status = state.assessment.items[name]
            how = _HOW.get(status.item.how, "")
            about.update(lines([status.item.title, muted(f"{status.label} · {how}"), muted(status.item.why)]))
            return
        result = state.result(name)
        if result is not None:
            about.update(lines([result.summary, muted(f"{result.outcome.label} · {result.id}")]))

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        state = self.launch.state
        kind, _, name = (event.option_id or "").partition(":")
        if state is None:
            return
        if kind != "item":
            self.launch.open_result(name)
            return
        status = state.assessment.items[name]
        worst = next((r for r in status.results if r.outcome is status.outcome), None)
        if worst is not None:
            self.launch.open_result(worst.id)
        else:
            self.launch.say(f"{name}: {status.label}. There is nothing to open.")

    def action_check_again(self) -> None:
        state = self.launch.state
        if state is None:
            return
        ids = [r.id for id in self._item_ids for r in state.assessment.items[id].results]
        if ids:
            self.launch.look(ids)
        else:
            self.launch.say("Nothing here can be looked at yet.")


def _bar_line(assessment: Assessment, item_ids: tuple[str, ...], title: str) -> str:
    bar_id = title.partition(" ")[0]
    status = next(b for b in assessment.bars if b.bar.id == bar_id)
    return f"{status.state.value}: {status.reason}"
