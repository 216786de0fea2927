"""Sittings whose answers are made by hand, and what tests need to read a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from checks.check import all_checks
from checks.discovery import Discovery
from checks.model import CheckResult
from checks.run import CheckFinished, CheckStarted, Listener, RunStarted
from checks.target import Host, HostRole
from screens.tui.app import LaunchReadyApp
from wizard.domain_name import DomainName
from wizard.project import Project, new_project
from wizard.session import Session, SessionState

GUESSED = Discovery(
    hosts=(
        Host("acme.example", HostRole.APEX),
        Host("app.acme.example", HostRole.APP, confirmed=False),
        Host("blog.acme.example", HostRole.BLOG, confirmed=False),
    ),
    endpoints=(),
)


class ScriptedSession(Session):
    """Gives `script` (or the next of several scripts) instead of looking. With a `gate`, it waits there half-way."""

    def __init__(
        self, project: Project, scripts: Sequence[Sequence[CheckResult]], discovery: Discovery | None
    ):
        super().__init__(project)
        self.scripts = list(scripts)
        self.found = discovery
        self.gate: asyncio.Event | None = None
        self.looks: list[tuple[str, ...]] = []
        self.checks = all_checks

    async def look(self, listener: Listener = lambda event: None) -> SessionState:
        self.looks.append(())
        self._set(running=True, discovery=self.found, results=())
        self._retarget()
        return await self._play(listener)

    async def check_again(self, ids: Iterable[str], listener: Listener = lambda event: None) -> SessionState:
        self.looks.append(tuple(ids))
        self._set(running=True)
        return await self._play(listener)

    async def _play(self, listener: Listener) -> SessionState:
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        listener(RunStarted(tuple(r.id for r in script)))
        known = {r.id: r for r in self.state.results}
        try:
            for number, result in enumerate(script, 1):
                listener(CheckStarted(result.id))
                if self.gate is not None and number > len(script) // 2:
                    await self.gate.wait()
                known[result.id] = result
                self._set(results=tuple(known.values()))
                listener(CheckFinished(result, number, len(script)))
        finally:
            self._set(running=False)
        return self.state


class ScriptedSource:
    def __init__(self, *scripts: Sequence[CheckResult], typed: str = "", discovery: Discovery | None = None):
        self.typed = typed
        self.demo = False
        self.mendable = False
        self.scripts = scripts
        self.discovery = discovery
        self.sessions: list[ScriptedSession] = []
        self.gate: asyncio.Event | None = None

    def start(self) -> None:
        return None

    async def session(self, domain: DomainName) -> Session:
        session = ScriptedSession(new_project(domain), self.scripts, self.discovery)
        session.gate = self.gate
        self.sessions.append(session)
        return session

    async def mend(self) -> None:
        return None

    async def close(self) -> None:
        return None


class QuickApp(LaunchReadyApp):
    """Progress need not stay for a second where nobody reads it."""

    least_shown = 0.0
    hasty = 0.0

    def on_load(self) -> None:
        self.animation_level = "none"


def text_of(app: Any) -> str:
    """What stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.text for strip in strips)


async def until(pilot: Pilot[Any], wanted: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition; TimeoutError when it never holds."""
    async with asyncio.timeout(seconds):
        while not wanted():
            await pilot.pause()


async def settled(pilot: Pilot[Any], seconds: float = 20.0) -> None:
    """Wait until nothing is being opened, looked at, saved or laid out any more, three looks in a row."""
    app = pilot.app
    assert isinstance(app, LaunchReadyApp)
    calm = 0
    async with asyncio.timeout(seconds):
        while calm < 3:
            await pilot.pause()
            busy = [w._task for w in app.workers if not w.is_finished and w._task is not None]
            if busy:
                await asyncio.wait(busy, timeout=0.2)
            calm = 0 if busy or app._opening or app.progress is not None else calm + 1


async def running(pilot: Pilot[Any], seconds: float = 20.0) -> None:
    """Wait until checks have begun and their first events were heard."""
    app = pilot.app
    assert isinstance(app, LaunchReadyApp)
    async with asyncio.timeout(seconds):
        while app.progress is None or not app.progress.total:
            await pilot.pause()
    await pilot.pause()
    app.tick_screen()
    await pilot.pause()


async def begin(pilot: Pilot[Any], domain: str = "acme.example") -> None:
    """Answer the first question and wait for the overview."""
    pilot.app.screen.query_one(Input).value = domain
    await pilot.press("enter")
    await settled(pilot)
