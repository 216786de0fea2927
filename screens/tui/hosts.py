"""Which of the guessed hosts are the person's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from checks.target import Host
from screens.tui.base import BaseScreen, Step, style
from screens.tui.words import heading, lines, muted
from wizard.session import SessionState


class HostList(SelectionList[str]):
    """Space ticks, Enter means "that is it"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "screen.settle", "that is it", show=False),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        self.call_after_refresh(self._place_cursor)

    def on_focus(self) -> None:
        self.call_after_refresh(self._place_cursor)

    def _place_cursor(self) -> None:
        if self.highlighted is not None and self.has_focus:
            y = self.highlighted - round(self.scroll_y)
            self.app.cursor_position = self.content_region.offset + Offset(1, y)


def guessed_hosts(state: SessionState) -> tuple[Host, ...]:
    """Hosts that nobody named: the discovered ones, those that the person confirmed or rejected among them."""
    named = {host.name for host in state.project.hosts}
    found = state.discovery.hosts if state.discovery is not None else state.unconfirmed
    return tuple(host for host in found if host.name not in named and not host.confirmed)


class HostsScreen(BaseScreen):
    CSS_PATH = style("hosts")
    PLACE = "your hosts"
    HELP_NAME = "hosts"
    AUTO_FOCUS = "HostList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "app.undo", "undo", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Host, ...] | None = None

    def body(self) -> Iterable[Widget]:
        yield Static(id="title", markup=False)
        yield HostList(compact=True)
        yield VerticalScroll(Static(id="known", markup=False), can_focus=False)

    def on_screen_resume(self) -> None:
        self._shown = None
        super().on_screen_resume()

    def show_state(self, state: SessionState) -> None:
        guessed = guessed_hosts(state)
        hosts = self.query_one(HostList)
        hosts.display = bool(guessed)
        title = "Are these hosts yours?" if guessed else "These are your hosts"
        told = (
            "They were found by guessing. Space ticks, Enter goes on."
            if guessed
            else "None was guessed; there is nothing to confirm."
        )
        self.query_one("#title", Static).update(lines([heading(title), muted(told)]))
        rejected = state.project.decisions.rejected
        if guessed != self._shown:
            self._shown = guessed
            hosts.clear_options()
            hosts.add_options(
                Selection(
                    Content.assemble(host.name, (f"  {host.role.value}", "$foreground 62%")),
                    host.name,
                    host.name not in rejected,
                )
                for host in guessed
            )
            hosts.highlighted = 0 if guessed else None
        names = [host.name for host in state.target.hosts if host.confirmed]
        self.query_one("#known", Static).update(
            lines([heading("Known to be yours"), *(f"  {name}" for name in names)]) if names else Content("")
        )

    def step(self) -> Step | None:
        if self.launch.progress is None and self._shown:
            return Step("Tick the hosts that are yours", "says that is it.", self.action_settle)
        return self.launch.step()

    @on(SelectionList.SelectionToggled)
    def _toggled(self, event: SelectionList.SelectionToggled[str]) -> None:
        event.stop()

    def action_settle(self) -> None:
        state = self.launch.state
        if state is None or self.launch.progress is not None or not self._shown:
            return
        yes = frozenset(self.query_one(HostList).selected)
        no = frozenset(host.name for host in self._shown) - yes
        self.launch.confirm_hosts(yes, no)
