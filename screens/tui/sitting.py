"""The app's sitting: it opens a session, runs its checks in a worker and keeps the state that screens show.

Workers only post messages; the handlers in here are the only place where the app's state changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from checks.text import visible
from screens.tui.source import NotOffered, Source, load_core

if TYPE_CHECKING:
    from checks.run import Event
    from screens.tui.progress import RunProgress
    from wizard.domain_name import DomainName
    from wizard.session import Session, SessionState

UNSAVED = "Nothing is saved yet: export the handover to keep it."


class Refused(Message):
    """What was typed cannot be checked; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Opened(Message):
    def __init__(self, session: Session, domain: DomainName) -> None:
        super().__init__()
        self.session = session
        self.domain = domain


class Told(Message):
    """Something happened in a run."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Changed(Message):
    """The session has a new state."""

    def __init__(self, state: SessionState) -> None:
        super().__init__()
        self.state = state


class Mended(Message):
    """The demo's faults are switched off."""


class SittingApp(App[int]):
    least_shown: ClassVar[float] = 1.0
    """Seconds for which progress stays on the screen once it was shown."""

    hasty: ClassVar[float] = 0.25
    """Seconds for which a screen that just came takes no Enter for its next step."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.session: Session | None = None
        self.state: SessionState | None = None
        self.progress: RunProgress | None = None
        self.domain: DomainName | None = None
        self._opening = False
        self._stopping = False
        self.handover_saved = False
        """Whether what is known now was written to a file."""
        self._leaving_behind = ""
        self._ticker: Timer | None = None
        self._decided: list[int] = []
        """How many steps of the session's undo each decision of the person took."""

    # What the faces of a sitting must provide.

    def refused(self, sentence: str) -> None: ...

    def opened(self, again: bool) -> None: ...

    def run_began(self, whole: bool) -> None: ...

    def run_ended(self, stopped: bool) -> None: ...

    def hosts_settled(self) -> None: ...

    def refresh_screen(self) -> None: ...

    def tick_screen(self) -> None: ...

    def say(self, sentence: str, *, severity: SeverityLevel = "information", seconds: float = 5.0) -> None:
        self.notify(visible(sentence), severity=severity, timeout=seconds, markup=False)

    def on_mount(self) -> None:
        self._ticker = self.set_interval(0.1, self.tick_screen, pause=True)

    async def on_unmount(self) -> None:
        await self.source.close()

    def warm_up(self) -> None:
        """Load the heavy parts in a thread and start what the source needs; call it after the first paint."""
        self.run_worker(load_core, thread=True, group="warm", exit_on_error=False)
        self.source.start()

    def open(self, typed: str) -> None:
        """Begin a sitting for what was typed. A second press while the first is being understood does nothing."""
        if not self._opening:
            self._opening = True
            self.run_worker(self._open(typed), group="open", exit_on_error=False)

    async def _open(self, typed: str) -> None:
        try:
            await asyncio.to_thread(load_core)
            from wizard.domain_name import NotADomain, read_domain

            try:
                domain = await asyncio.to_thread(read_domain, typed)
                session = await self.source.session(domain)
            except (NotADomain, NotOffered) as error:
                self.post_message(Refused(str(error)))
                return
        except Exception as error:
            self.post_message(Refused(f"This is a mistake in Launch Ready, not in your domain: {error!r}"))
            return
        self.post_message(Opened(session, domain))

    @on(Refused)
    def _on_refused(self, message: Refused) -> None:
        self._opening = False
        self.refused(message.sentence)

    @on(Opened)
    def _on_opened(self, message: Opened) -> None:
        self._opening = False
        if self.progress is not None:
            self.refused("Checks are still running. Ctrl+C stops them.")
            return
        same = self.domain is not None and self.domain.host == message.domain.host
        if same and self.state is not None and self.state.results:
            self.opened(again=True)
            return
        if self.unsaved and self.domain is not None and self._leaving_behind != message.domain.host:
            self._leaving_behind = message.domain.host
            self.refused(
                f"What was found on {self.domain.readable} is not saved. Enter again leaves it behind."
            )
            return
        self.domain = message.domain
        self._decided.clear()
        self.session = message.session
        self.session.on_change = lambda state: (self.post_message(Changed(state)), None)[1]
        self.state = self.session.state
        self.opened(again=False)
        self.look()

    def look(self, ids: Iterable[str] = ()) -> None:
        """Check everything, or only `ids` again. While checks run, nothing happens."""
        if self.session is None or self.progress is not None:
            return
        from screens.tui.progress import RunProgress

        wanted = tuple(ids)
        self.progress = RunProgress("Checking again" if wanted else "Checking")
        self._stopping = False
        self.handover_saved = False
        self.run_worker(
            self._look(self.session, wanted), name="look", group="look", exclusive=True, exit_on_error=False
        )
        if self._ticker is not None:
            self._ticker.resume()
        self.run_began(whole=not wanted)

    async def _look(self, session: Session, ids: tuple[str, ...]) -> None:
        def tell(event: Event) -> None:
            self.post_message(Told(event))

        if ids:
            await session.check_again(ids, tell)
        else:
            await session.look(tell)

    @on(Told)
    def _on_told(self, message: Told) -> None:
        if self.progress is not None:
            self.progress.hear(message.event)

    @on(Changed)
    def _on_changed(self, message: Changed) -> None:
        self.state = message.state
        if self.progress is None:
            self.refresh_screen()

    @property
    def unsaved(self) -> bool:
        return self.state is not None and bool(self.state.results) and not self.handover_saved

    def stop(self) -> bool:
        """Stop what runs; False when nothing does."""
        if self.progress is None or self._stopping:
            return False
        self._stopping = True
        self.workers.cancel_group(self, "look")
        return True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        ended = (WorkerState.SUCCESS, WorkerState.CANCELLED, WorkerState.ERROR)
        if event.state is WorkerState.ERROR and event.worker.group != "look":
            self.say(f"Something in the background broke off: {event.worker.error}", severity="error")
        if event.worker.group != "look" or event.state not in ended or self.progress is None:
            return
        if event.state is WorkerState.ERROR:
            self.say(
                f"The checks broke off: {event.worker.error!r}. This is a mistake in Launch Ready.",
                severity="error",
                seconds=12,
            )
        # What vanishes before it can be read only flickers.
        rest = 0.0 if self._stopping else self.least_shown - self.progress.seconds
        stopped = event.state is not WorkerState.SUCCESS
        if rest > 0:
            self.set_timer(rest, lambda: self._finish(stopped))
        else:
            self._finish(stopped)

    def _finish(self, stopped: bool) -> None:
        if self.progress is None:
            return
        self.progress = None
        if self._ticker is not None:
            self._ticker.pause()
        self.run_ended(stopped)

    # What a person decides. These change the session at once; nothing else does.

    def accept(self, ids: Iterable[str], by: str, reason: str) -> None:
        """Take on every open result among `ids`."""
        from datetime import date

        from wizard.decisions import AcceptedRisk

        taken = 0
        for id in ids:
            if self.session is not None:
                try:
                    self.session.accept_risk(AcceptedRisk(id, by, date.today(), reason))
                except (KeyError, ValueError):
                    continue
                taken += 1
        if taken:
            self._decided.append(taken)
            self.say("Accepted, under this name. u takes it back.")
        else:
            self.say("There was no open risk to accept.", severity="warning")

    def confirm_hosts(self, yes: frozenset[str], no: frozenset[str]) -> None:
        """Keep the answer; it counts at once. A host taken back in is looked at."""
        if self.session is None or self.progress is not None:
            return
        self.session.confirm_hosts(yes, no)
        self._decided.append(1)
        self.state = self.session.state
        self.hosts_settled()
        known = {r.subject for r in self.state.results}
        if self.state.results and any(host.name not in known for host in self.state.target.hosts):
            self.look([self.state.results[0].id])

    def name_selector(self, result_id: str, selector: str) -> None:
        """Look for the DKIM key where the person says it stands."""
        if self.session is None or self.progress is not None:
            return
        self.session.name_selector(result_id.partition("@")[2], selector)
        self.look([result_id])

    def action_undo(self) -> None:
        """Take the last decision back, whatever screen it was made on."""
        if self.session is None or self.progress is not None:
            return
        steps = self._decided.pop() if self._decided else 0
        undone = [self.session.undo() for _ in range(steps)]
        # "Accepted. u takes it back." beside it would no longer be true.
        self.clear_notifications()
        self.say("The last decision is taken back." if any(undone) else "There is nothing to take back.")

    def action_mend(self) -> None:
        """Switch the demo's faults off and check again."""
        if self.source.mendable and self.session is not None and self.progress is None:
            self.run_worker(self._mend(), group="mend", exclusive=True, exit_on_error=False)

    async def _mend(self) -> None:
        await self.source.mend()
        self.post_message(Mended())

    @on(Mended)
    def _on_mended(self) -> None:
        self.say("The demo's founder has mended everything. Checking again.")
        self.look()
