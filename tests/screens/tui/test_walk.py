"""The whole walk on the real sandbox, by keys alone: broken, looked at, mended, proved, written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from checks.model import Outcome
from screens.tui.checking import CheckingScreen
from screens.tui.export import ExportScreen
from screens.tui.finding import FindingScreen
from screens.tui.overview import OverviewScreen
from screens.tui.source import Demo
from tests.screens.tui.scripted import QuickApp, running, settled, text_of, until


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_from_the_domain_to_the_handover(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = QuickApp(Demo("broken"))
    app.least_shown = 1.0  # type: ignore[misc]
    presses = 0
    async with app.run_test(size=size) as pilot:
        assert app.screen.query_one(Input).value == "plumline.example"
        await pilot.press("enter")
        presses += 1
        await running(pilot)
        assert isinstance(app.screen, CheckingScreen)
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert "✖ NO-GO" in text_of(app)
        await pilot.press("enter")
        presses += 1
        await pilot.pause()
        # The first finding, with what to do about it, after two presses.
        assert isinstance(app.screen, FindingScreen)
        assert presses <= 12
        first = app.screen.result_id
        shown = text_of(app)
        assert "✖ launch blocker" in shown
        for label in ("Have", "Want", "Where"):
            assert label in shown
        await pilot.press("e", "c")
        await pilot.pause()
        assert first in " ".join(text_of(app).split())
        assert app.clipboard
        await pilot.press("r")
        await settled(pilot)
        assert app.state is not None
        again = app.state.result(first)
        assert again is not None and again.outcome is Outcome.FAIL
        assert any(n.message.startswith("Still so") for n in app._notifications)
        await pilot.press("m")
        await settled(pilot)
        await settled(pilot)
        assert not app.source.mendable
        mended = app.state.result(first)
        assert mended is not None and mended.outcome is Outcome.PASS
        assert not app.state.assessment.findings
        app.go("overview")
        await pilot.pause()
        shown = " ".join(text_of(app).split())
        assert "nothing wrong found so far" in shown
        assert "NEXT Write the handover" in shown
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ExportScreen)
        await pilot.press("enter")
        await until(pilot, lambda: "launch-ready your-domain.com" in " ".join(text_of(app).split()))
        assert "# Launch handover" in (tmp_path / "handover.md").read_text()
        await pilot.press("escape")
        await pilot.pause()
        assert "Now yours: launch-ready your-domain.com" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
    assert app.return_value == 0


async def test_the_demo_knows_one_domain_and_says_how_to_see_ones_own() -> None:
    app = QuickApp(Demo("fixed"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(Input).value = "acme.example"
        await pilot.press("enter")
        await settled(pilot)
        shown = " ".join(text_of(app).split())
        assert "The demo only knows plumline.example" in shown
        assert "launch-ready acme.example" in shown
