"""The first screen: what is understood, what is refused in one sentence, and what a hasty hand may do."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Paste
from textual.widgets import Input

from screens.tui.domain import DomainScreen
from screens.tui.overview import OverviewScreen
from tests.screens.tui.scripted import QuickApp, ScriptedSource, begin, running, settled, text_of
from tests.wizard.made import made

SIZE = (80, 24)
PASS = [made()]


async def test_a_key_pressed_at_once_lands_in_the_field() -> None:
    app = QuickApp(ScriptedSource(PASS))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"acme.ai")
        assert app.screen.query_one(Input).value == "acme.ai"
        shown = text_of(app)
        assert "Which domain do you launch on?" in shown
        assert "What will be contacted" in shown


@pytest.mark.parametrize("key", ["enter", "ctrl+j"])
async def test_enter_in_either_form_begins(key: str) -> None:
    source = ScriptedSource(PASS)
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(Input).value = "acme.example"
        await pilot.press(key)
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert len(source.sessions) == 1


async def test_pressing_twice_begins_once() -> None:
    source = ScriptedSource(PASS)
    app = QuickApp(source)
    app.hasty = 60.0  # type: ignore[misc]
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(Input).value = "acme.example"
        await pilot.press("enter", "enter", "enter")
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert len(source.sessions) == 1
        assert source.sessions[0].looks == [()]


async def test_what_is_no_domain_is_refused_in_a_sentence_and_stays() -> None:
    refusals = {
        "": "for example acme.ai",
        "acme": "no ending",
        "192.0.2.7": "IP address",
        "-acme.ai": "dash",
        "a" * 300 + ".ai": "too long",
        "acme,ai": "comma",
        "two words.ai": "space",
        "[red]x[/red].ai": "[red]x[/red]",
    }
    source = ScriptedSource(PASS)
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        field = app.screen.query_one(Input)
        for typed, said in refusals.items():
            field.value = typed
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(app.screen, DomainScreen)
            assert field.value == typed
            assert said in " ".join(text_of(app).split())
        assert source.sessions == []
        await pilot.press("a")
        assert "✖" not in text_of(app)


async def test_what_was_dropped_is_told() -> None:
    source = ScriptedSource(PASS)
    source.gate = asyncio.Event()
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(Input).value = "https://user:pw@www.acme.example:8443/a"
        await pilot.press("enter")
        await running(pilot)
        shown = " ".join(text_of(app).split())
        assert "Understood as acme.example" in shown
        assert "pw" not in shown
        source.gate.set()
        await settled(pilot)


async def test_a_domain_given_at_the_start_begins_by_itself() -> None:
    source = ScriptedSource(PASS, typed="acme.example")
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)


async def test_the_same_domain_again_goes_back_to_what_was_found() -> None:
    source = ScriptedSource(PASS)
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, DomainScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert source.sessions[0].looks == [()]


async def test_another_domain_leaves_nothing_behind_without_a_word() -> None:
    source = ScriptedSource(PASS)
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("escape")
        field = app.screen.query_one(Input)
        field.value = "other.example"
        await pilot.press("enter")
        await settled(pilot)
        assert "What was found on acme.example is not saved" in text_of(app)
        assert app.domain is not None
        assert app.domain.name == "acme.example"
        await pilot.press("enter")
        await settled(pilot)
        assert app.domain.name == "other.example"
        assert isinstance(app.screen, OverviewScreen)
        app.go("export")
        await pilot.pause()
        assert "handover-other.example.md" in text_of(app)


async def test_a_login_is_on_the_screen_no_longer_once_it_was_understood() -> None:
    app = QuickApp(ScriptedSource(PASS))
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one(Input).value = "https://ana:secret@app.acme.example/x"
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, DomainScreen)
        shown = text_of(app)
        assert "secret" not in shown and "app.acme.example" in shown
        # n would only be typed here: the bar names the keys that reach it.
        assert "Tab Enter" in shown
        await pilot.press("tab")
        await pilot.pause()
        assert "Tab Enter" not in text_of(app)


@pytest.mark.parametrize("copied", ["acme.ai\n", "\nacme.ai\nmore", " \r\n\tacme.ai"])
async def test_a_pasted_line_break_before_the_name_loses_nothing(copied: str) -> None:
    app = QuickApp(ScriptedSource(PASS))
    async with app.run_test(size=SIZE) as pilot:
        app.post_message(Paste(copied))
        await pilot.pause()
        assert app.screen.query_one(Input).value == "acme.ai"
