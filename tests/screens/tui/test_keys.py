"""Going back, stopping, leaving: the same keys on every screen, and nothing is lost without a word."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input

from checks.model import Outcome
from screens.tui.checking import CheckingScreen
from screens.tui.chrome import StepBar
from screens.tui.domain import DomainScreen
from screens.tui.finding import FindingScreen
from screens.tui.overview import OverviewScreen
from tests.screens.tui.scripted import QuickApp, ScriptedSource, begin, running, settled, text_of
from tests.wizard.made import made

SIZE = (80, 24)
FAILING = [made("mail.dmarc-present", Outcome.FAIL), made("edge.tls-trusted"), made("mail.spf-present")]


def open_app() -> QuickApp:
    return QuickApp(ScriptedSource(FAILING))


@pytest.mark.parametrize("name", ["domain", "export", "help"])
async def test_ctrl_q_leaves_from_every_screen(name: str) -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        if name != "domain":
            await begin(pilot)
        keys = {"export": "x", "help": "f1"}
        if name in keys:
            await pilot.press(keys[name])
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app.return_value == 0
        assert not app.is_running


async def test_escape_leads_back_to_the_first_screen_and_no_further() -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("escape")
        assert isinstance(app.screen, DomainScreen)
        await begin(pilot)
        await pilot.press("1")
        await pilot.press("n")
        assert isinstance(app.screen, FindingScreen)
        for _ in range(3):
            await pilot.press("escape")
        assert isinstance(app.screen, DomainScreen)


async def test_every_screen_says_the_next_step_and_enter_does_it() -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert isinstance(app.screen, OverviewScreen)
        for keys in ((), ("1",), ("3",)):
            await pilot.press(*keys)
            assert "NEXT  mail.dmarc-present" in text_of(app)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, FindingScreen)
            assert app.screen.result_id == "mail.dmarc-present@acme.example"
            await pilot.press("escape")


async def test_pressing_enter_twice_opens_one_screen_and_checks_once() -> None:
    app = open_app()
    app.hasty = 60.0  # type: ignore[misc]
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        app.screen._came = 0.0  # type: ignore[attr-defined]
        await pilot.press("n", "n")
        await settled(pilot)
        assert [type(s).__name__ for s in app.screen_stack].count("FindingScreen") == 1
        source = app.source
        assert isinstance(source, ScriptedSource)
        source.sessions[0].gate = asyncio.Event()
        await pilot.press("r", "r", "r")
        source.sessions[0].gate.set()
        await settled(pilot)
        assert len(source.sessions[0].looks) == 2


async def test_ctrl_c_stops_first_keeps_what_was_found_and_leaves_second() -> None:
    source = ScriptedSource(FAILING)
    source.gate = asyncio.Event()
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(Input).value = "acme.example"
        await pilot.press("enter")
        await running(pilot)
        assert isinstance(app.screen, CheckingScreen)
        await pilot.press("ctrl+c")
        await settled(pilot)
        assert app.is_running
        assert isinstance(app.screen, OverviewScreen)
        assert app.state is not None
        assert [r.check_id for r in app.state.results] == ["mail.dmarc-present"]
        assert any("Nothing is saved yet" in n.message for n in app._notifications)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.return_value == 130


async def test_ctrl_c_with_nothing_running_asks_once() -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("ctrl+c")
        assert app.is_running
        assert any("Ctrl+C again leaves" in n.message for n in app._notifications)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.return_value == 130


@pytest.mark.parametrize("cover", ["f1", "ctrl+p", "a", "f"])
async def test_ctrl_c_leaves_from_whatever_covers_a_screen(cover: str) -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter", cover)
        await pilot.pause()
        assert not isinstance(app.screen, FindingScreen)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.is_running
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.return_value == 130


async def test_ctrl_c_copies_what_is_selected_in_a_field() -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        field = app.screen.query_one(Input)
        field.value = "acme.ai"
        field.action_select_all()
        await pilot.press("ctrl+c", "ctrl+c")
        assert app.is_running
        assert app.clipboard == "acme.ai"


async def test_escape_while_checks_run_leaves_them_running() -> None:
    source = ScriptedSource(FAILING)
    source.gate = asyncio.Event()
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(Input).value = "acme.example"
        await pilot.press("enter")
        await running(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, DomainScreen)
        assert "Checks are running" in text_of(app)
        await pilot.press("escape")
        assert isinstance(app.screen, CheckingScreen)
        source.gate.set()
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)


async def test_progress_stays_long_enough_to_be_read() -> None:
    source = ScriptedSource(FAILING)
    app = QuickApp(source)
    app.least_shown = 0.4  # type: ignore[misc]
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        before = asyncio.get_running_loop().time()
        app.look()
        await settled(pilot)
        assert asyncio.get_running_loop().time() - before >= 0.4


async def test_letters_never_fire_inside_a_field() -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("n", "a")
        field = app.screen.query_one("#by", Input)
        await pilot.press(*"necrafux")
        assert field.value == "necrafux"


async def test_the_terminal_cursor_follows_the_highlight() -> None:
    app = open_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        bar = app.screen.query_one(StepBar)
        assert bar.has_focus
        await pilot.pause()
        assert app.cursor_position == bar.content_region.offset
        await pilot.press("1", "down")
        rows = text_of(app).splitlines()
        before = app.cursor_position
        assert "S1.1" in rows[before.y]
        await pilot.press("down")
        await pilot.pause()
        assert app.cursor_position.y == before.y + 1
        assert "mail.dmarc-present" in text_of(app).splitlines()[app.cursor_position.y]


async def test_a_worker_that_breaks_is_a_sentence_and_no_crash() -> None:
    source = ScriptedSource(FAILING)
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        source.sessions[0].scripts = [None]  # type: ignore[list-item]
        await pilot.press("r")
        await settled(pilot)
        assert app.is_running
        assert any("mistake in Launch Ready" in n.message for n in app._notifications)
        assert app.progress is None
