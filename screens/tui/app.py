"""The app: which screens there are, how one moves between them, and how one leaves."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Input

from screens.tui.base import BaseScreen, Step, size_classes, style
from screens.tui.domain import DomainScreen
from screens.tui.sitting import UNSAVED, SittingApp
from screens.tui.source import Demo, OwnDomain, Source

if TYPE_CHECKING:
    from textual.command import Provider

    from checks.world import NetworkOptions

SECOND_PRESS = 10.0
"""Seconds within which a second Ctrl+C leaves."""

DARK = Theme(
    "launch-dark",
    primary="#7AA2C8",
    secondary="#8FB0A9",
    accent="#E0A458",
    foreground="#D8DEE6",
    background="#12161C",
    surface="#1A2028",
    panel="#1F2630",
    success="#7FB685",
    warning="#E0B458",
    error="#E0796B",
    dark=True,
)
LIGHT = Theme(
    "launch-light",
    primary="#2B5C8A",
    secondary="#3F6F66",
    accent="#B4690E",
    foreground="#1C232B",
    background="#FAFAF7",
    surface="#F0F0EA",
    panel="#E6E7E1",
    success="#2E7D43",
    warning="#9A6700",
    error="#B3382C",
    dark=False,
)


def _overview() -> Screen[Any]:
    from screens.tui.overview import OverviewScreen

    return OverviewScreen()


def _checking() -> Screen[Any]:
    from screens.tui.checking import CheckingScreen

    return CheckingScreen()


def _hosts() -> Screen[Any]:
    from screens.tui.hosts import HostsScreen

    return HostsScreen()


def _contacts() -> Screen[Any]:
    from screens.tui.contacts import ContactsScreen

    return ContactsScreen()


def _export() -> Screen[Any]:
    from screens.tui.export import ExportScreen

    return ExportScreen()


def _commands() -> type[Provider]:
    from screens.tui.palette import Commands

    return Commands


class LaunchReadyApp(SittingApp):
    TITLE = "Launch Ready"
    CSS_PATH = [style("app"), style("domain")]
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_commands}
    SCREENS: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {
        "overview": _overview,
        "checking": _checking,
        "hosts": _hosts,
        "contacts": _contacts,
        "export": _export,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "help"),
        Binding("m", "mend", "mend it (demo)"),
        Binding("ctrl+q", "quit", "leave", show=False, priority=True),
        # With priority, because what covers a screen would keep it for itself.
        Binding("ctrl+c", "stop_or_leave", "stop, then leave", show=False, priority=True),
    ]

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._asked_to_leave = -SECOND_PRESS
        self._typed_ahead: list[Event] | None = []
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        # Not by assignment: that would lay out the first screen twice.
        self.set_reactive(App.theme, DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())

    async def on_event(self, event: Event) -> None:
        """Keep what is typed before the first screen has its focus: Textual would drop it."""
        early = isinstance(event, Key | Paste) and not event.is_forwarded
        if early and self._typed_ahead is not None:
            self._typed_ahead.append(event)
        else:
            await super().on_event(event)

    async def _take_typed_ahead(self) -> None:
        typed, self._typed_ahead = self._typed_ahead or [], None
        for event in typed:
            await super().on_event(event)

    def first_screen_has_focus(self) -> None:
        if self._typed_ahead is not None:
            self.call_next(self._take_typed_ahead)

    def get_default_screen(self) -> Screen[Any]:
        screen = DomainScreen()
        # Known before the first layout, so that it need not be done twice.
        screen.add_class(*size_classes(*self.size))
        return screen

    def on_ready(self) -> None:
        # One breath after the first paint, so that the first key is not held up by imports.
        self.set_timer(0.05, self.warm_up)
        # Should no field take the focus, keys must work nevertheless.
        self.set_timer(1.0, self.first_screen_has_focus)
        if self.source.typed and not self.source.demo:
            self.open(self.source.typed)

    @property
    def domain_shown(self) -> str:
        if self.domain is None:
            return ""
        return f"{self.domain.readable} (made up)" if self.source.demo else self.domain.readable

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "mend":
            return self.source.mendable and self.state is not None and self.progress is None
        return super().check_action(action, parameters)

    # Moving about.

    @property
    def front(self) -> BaseScreen | None:
        """The screen in front, or the one below a help or palette that covers it."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, BaseScreen)), None)

    def go(self, name: str) -> None:
        """Show a named screen: back to it when it is below, on top otherwise. Twice is the same as once."""
        wanted = self.get_screen(name)
        if wanted in self.screen_stack:
            while self.screen is not wanted:
                self.pop_screen()
        else:
            self.push_screen(wanted)

    def action_go(self, name: str) -> None:
        if self.state is None:
            self.say("Type a domain first.")
        elif name not in ("overview", "checking") or self.state.results or self.progress is not None:
            self.go(name)

    def back(self) -> None:
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.state is not None:
            self.go("checking" if self.progress is not None else "overview")
        else:
            self.say("This is the first screen. Ctrl+Q leaves.")

    def to_domain(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def open_result(self, result_id: str) -> None:
        from screens.tui.finding import FindingScreen

        if isinstance(self.screen, FindingScreen):
            if self.screen.result_id != result_id:
                self.switch_screen(FindingScreen(result_id))
        else:
            self.push_screen(FindingScreen(result_id))

    def open_stage(self, number: int) -> None:
        from screens.tui.stage import ItemsScreen

        self._open_items(ItemsScreen.stage(number))

    def open_bar(self, bar_id: str) -> None:
        from screens.tui.stage import ItemsScreen

        self._open_items(ItemsScreen.bar(bar_id))

    def _open_items(self, screen: Screen[Any]) -> None:
        if type(self.screen) is type(screen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def action_open_stage(self, number: int) -> None:
        if self.state is not None:
            self.open_stage(number)

    def action_help(self) -> None:
        from screens.tui.help import HelpScreen

        front = self.front
        if front is not None and not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(front.HELP_NAME))

    # What the sitting tells.

    def step(self) -> Step | None:
        if self.progress is not None:
            from screens.tui.steps import running_step

            return running_step(self)
        if self.state is None:
            return None
        from screens.tui.steps import next_step

        return next_step(self, self.state)

    def refused(self, sentence: str) -> None:
        front = self.front
        if isinstance(front, DomainScreen):
            front.say(sentence, wrong=True)
        else:
            self.say(sentence, severity="error")

    def opened(self, again: bool) -> None:
        first = self.screen_stack[0]
        if isinstance(first, DomainScreen) and self.domain is not None:
            domain = self.domain
            first.opened(domain.readable if domain.host == domain.name else domain.host)
        if again:
            self.go("overview")

    def run_began(self, whole: bool) -> None:
        if whole:
            self.go("checking")
        self.refresh_screen()
        self.refresh_bindings()

    def run_ended(self, stopped: bool) -> None:
        from screens.tui.checking import CheckingScreen

        if stopped:
            self.say(f"Stopped. What was found so far stays here. {UNSAVED}", seconds=8)
        if isinstance(self.screen, CheckingScreen):
            self.show_outcome()
        front = self.front
        if front is not None:
            front.refresh_all()
            front.run_ended(stopped)
        self.refresh_bindings()

    def hosts_settled(self) -> None:
        self.say("Kept. u takes it back.")
        if self.front is self.get_screen("hosts"):
            self.back()

    def show_outcome(self) -> None:
        """From the run to what it found; without any result, back to where it was started."""
        self.pop_screen()
        if self.state is not None and self.state.results:
            self.go("overview")

    def refresh_screen(self) -> None:
        front = self.front
        if front is not None:
            front.refresh_all()

    def tick_screen(self) -> None:
        if isinstance(self.screen, BaseScreen):
            self.screen.tick()

    # Leaving.

    def action_stop_run(self) -> None:
        if self.stop():
            self.say(f"Stopping the checks. {UNSAVED}")

    async def action_quit(self) -> None:
        self.leave(0)

    def action_stop_or_leave(self) -> None:
        """Ctrl+C copies what is selected. Otherwise the first stops what runs, the second leaves."""
        field = self.focused
        selected = field.selected_text if isinstance(field, Input) else self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            return
        again = monotonic() - self._asked_to_leave < SECOND_PRESS
        self._asked_to_leave = monotonic()
        if self.stop():
            self.say(f"Stopping the checks. Ctrl+C again leaves. {UNSAVED}", seconds=SECOND_PRESS)
        elif again:
            self.leave(130)
        else:
            self.say(f"Ctrl+C again leaves. {self._kept()}", seconds=SECOND_PRESS)

    def _kept(self) -> str:
        return UNSAVED if self.unsaved else ""

    def leave(self, code: int) -> None:
        from rich.text import Text

        said = []
        if self._kept() and self.domain is not None and not self.source.demo:
            said.append(f"Nothing was saved. This writes it down: launch-ready export {self.domain.host}")
        if self.source.demo:
            said.append("That was the demo. Now yours: launch-ready your-domain.com")
        self.exit(code, code, Text("\n".join(said)) if said else None)

    def _fatal_error(self) -> None:
        """Textual's own would print the local variables of every frame, credentials among them."""
        import rich
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        traceback = Traceback(show_locals=False, width=None, suppress=[rich])
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()


def _run(app: App[int]) -> int:
    result = app.run()
    return result if result is not None else app.return_code or 0


def run_wizard(domain: str | None, options: NetworkOptions | Callable[[], NetworkOptions]) -> int:
    """The wizard in this terminal until the person leaves. Returns the exit code."""
    return _run(LaunchReadyApp(OwnDomain(options, domain or "")))


def run_demo(state: str = "broken") -> int:
    """The same on the made-up startup; `state` is `broken` or `fixed`."""
    return _run(LaunchReadyApp(Demo(state)))
