"""What each screen shows and what its own keys do."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from checks.model import Change, Outcome
from screens.tui.chrome import MOST_KEYS, KeyLine
from screens.tui.export import ExportScreen
from screens.tui.finding import FindingScreen
from screens.tui.hosts import HostList
from screens.tui.markdown_view import MarkdownView
from screens.tui.overview import OverviewScreen
from tests.screens.tui.scripted import GUESSED, QuickApp, ScriptedSource, begin, settled, text_of, until
from tests.wizard.made import cause, made

SIZE = (80, 24)
CHANGE = Change(
    have="no DMARC record", want="a TXT record", where="DNS of acme.example", paste="v=DMARC1; p=none"
)
BAD = made("mail.dmarc-present", Outcome.FAIL, summary="acme.example has no DMARC record", change=CHANGE)
GOOD = made("mail.dmarc-present", summary="acme.example has a DMARC record")
SLOW = made("performance.baseline", Outcome.PARTIAL, "https://acme.example/", summary="slow now and then")
BLIND = made("edge.host-answers", Outcome.COULD_NOT_CHECK, why_not=cause(removable=True))


def words(app: QuickApp) -> str:
    return " ".join(text_of(app).split())


async def test_the_overview_tells_verdict_step_cut_list_bar_and_stages() -> None:
    app = QuickApp(ScriptedSource([BAD, SLOW, BLIND]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        shown = text_of(app)
        for part in (
            "✖ NO-GO",
            "1 launch blocker so far",
            "NEXT  acme.example has no DMARC record",
            "Launch blockers, fix first (1)",
            "High risks, may wait (1)",
            "Could not be checked (1)",
            *(f"M{n} " for n in range(1, 8)),
            "✖ not met",
            "1 Quick audit",
            "7 Handover",
        ):
            assert part in shown, part


async def test_a_row_of_each_list_opens_what_it_names() -> None:
    app = QuickApp(ScriptedSource([BAD, SLOW, BLIND]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("down", "down", "enter")
        assert isinstance(app.screen, FindingScreen)
        assert app.screen.result_id == SLOW.id
        await pilot.press("escape")
        app.screen.query_one("#map").focus()
        await pilot.pause()
        assert "Pages and core API" in text_of(app)
        await pilot.press("enter")
        assert "minimum bar M1" in text_of(app)
        await pilot.press("escape", "3")
        shown = words(app)
        assert "Stage 3 Deployment" in shown
        assert "S3.5" in shown
        assert "not looked at yet" in shown


async def test_a_finding_says_have_want_where_paste_and_copies_it() -> None:
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        await pilot.pause()
        shown = words(app)
        for part in (
            "Have no DMARC record",
            "Want a TXT record",
            "Where DNS of acme.example",
            CHANGE.paste,
            "min",
        ):
            assert part in shown
        assert "what was seen of acme.example" not in shown
        await pilot.press("e")
        await pilot.pause()
        assert "seen: what was seen of acme.example" in words(app)
        await pilot.press("c")
        assert app.clipboard == CHANGE.paste
        assert any("press f" in n.message for n in app._notifications)
        await pilot.press("f")
        await pilot.pause()
        assert text_of(app).splitlines()[0].strip() == CHANGE.paste


async def test_mending_is_proved_and_the_next_step_moves_on() -> None:
    app = QuickApp(ScriptedSource([BAD, SLOW], [BAD], [GOOD]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        await pilot.press("enter")
        await settled(pilot)
        assert any(n.message.startswith("Still so") for n in app._notifications)
        assert "Make this change, then check it again" in text_of(app)
        await pilot.press("r")
        await settled(pilot)
        assert any(
            n.message.startswith("Mended: acme.example has a DMARC record") for n in app._notifications
        )
        assert "NEXT  slow now and then" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, FindingScreen)
        assert app.screen.result_id == SLOW.id


async def test_what_could_not_be_checked_says_why_and_what_to_do() -> None:
    app = QuickApp(ScriptedSource([BLIND, made("edge.tls-trusted", Outcome.COULD_NOT_CHECK)]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        await pilot.pause()
        shown = words(app)
        assert "Nothing answered (no-answer)" in shown
        assert "Wait a minute and check again." in shown
        assert "Check it again" in shown


async def test_an_unknown_selector_is_asked_for_and_looked_up() -> None:
    unknown = made(
        "mail.dkim-key-seen", Outcome.COULD_NOT_CHECK, why_not=cause("dkim-selector-unknown", removable=True)
    )
    source = ScriptedSource([unknown], [made("mail.dkim-key-seen")])
    app = QuickApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"a b", "enter")
        assert "is no DKIM selector" in words(app)
        app.screen.query_one(Input).value = "pm2026._domainkey.acme.example"
        await pilot.press("enter")
        await settled(pilot)
        assert app.state is not None
        assert app.state.target.mail_domains[0].selectors == ("pm2026",)
        assert source.sessions[0].looks[-1] == (unknown.id,)


async def test_a_risk_is_accepted_by_name_and_reason_and_taken_back() -> None:
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter", "a", "enter")
        await pilot.pause()
        assert "type a name" in words(app)
        await pilot.press(*"Ana", "enter", "enter")
        await pilot.pause()
        assert "why it can wait" in words(app)
        await pilot.press(*"soon", "enter")
        await pilot.pause()
        assert app.state is not None
        assert [(r.by, r.reason) for r in app.state.project.decisions.accepted] == [("Ana", "soon")]
        assert "accepted by Ana" in words(app)
        await pilot.press("u")
        await pilot.pause()
        assert app.state.project.decisions.accepted == ()
        assert "accepted by Ana" not in words(app)


@pytest.mark.parametrize("size", [(40, 12), (30, 8)])
async def test_in_a_small_window_a_refused_acceptance_says_why(size: tuple[int, int]) -> None:
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=size, notifications=True) as pilot:
        await begin(pilot)
        await pilot.press("enter", "a", "enter")
        await until(pilot, lambda: "type a name" in words(app))
        await pilot.press(*"Ana", "enter", *"soon", "enter")
        # A note is wrapped, not cut.
        await until(pilot, lambda: "back." in words(app))


async def test_guessed_hosts_are_ticked_and_the_rest_is_left_alone() -> None:
    found = [
        made(subject=name, confirmed=name == "acme.example")
        for name in ("acme.example", "app.acme.example", "blog.acme.example")
    ]
    app = QuickApp(ScriptedSource(found, discovery=GUESSED))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert "Say which of these are yours" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.query_one(HostList).selected == ["app.acme.example", "blog.acme.example"]
        await pilot.press("down", "space", "enter")
        await settled(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert app.state is not None
        assert app.state.project.decisions.confirmed == {"app.acme.example"}
        assert app.state.project.decisions.rejected == {"blog.acme.example"}
        assert not app.state.unconfirmed
        assert "blog.acme.example" not in {r.subject for r in app.state.results}
        app.action_undo()
        await pilot.pause()
        assert len(app.state.unconfirmed) == 2


async def test_the_handover_is_previewed_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("mine")
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "Launch handover" in text_of(app))
        assert isinstance(app.screen, ExportScreen)
        field = app.screen.query_one("#path", Input)
        field.value = "notes.md"
        await pilot.press("enter")
        await until(pilot, lambda: "not written by Launch Ready" in words(app))
        assert (tmp_path / "notes.md").read_text() == "mine"
        field.value = "handover.md"
        await pilot.press("enter")
        await until(pilot, lambda: "Written to" in words(app))
        assert "# Launch handover" in (tmp_path / "handover.md").read_text()
        await pilot.press("ctrl+o", "end")
        view = app.screen.query_one(MarkdownView)
        await until(pilot, lambda: view.scroll_y > 0)
        assert app.handover_saved


async def test_help_speaks_of_the_screen_in_front_and_closes() -> None:
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("enter", "f1")
        await pilot.pause()
        assert "Have is what is there now" in words(app)
        await pilot.press("escape")
        assert isinstance(app.screen, FindingScreen)


async def test_the_palette_reaches_a_stage_by_name() -> None:
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("ctrl+p")
        await pilot.press(*"monitoring")
        await until(pilot, lambda: "Stage 6: Monitoring" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Stage 6 Monitoring" in text_of(app))


@pytest.mark.parametrize("size", [(120, 40), (40, 12), (20, 6)])
async def test_every_screen_in_every_size(size: tuple[int, int]) -> None:
    app = QuickApp(ScriptedSource([BAD, SLOW, BLIND]))
    async with app.run_test(size=size) as pilot:
        await begin(pilot)
        for key, says in (
            ("", "NO-GO"),
            ("n", "DMARC"),
            ("escape", "NO-GO"),
            ("1", "S1.1"),
            ("x", "handover-acme"),
        ):
            await pilot.press(*([key] if key else []))
            await settled(pilot)
            shown = words(app)
            keys = app.screen.query_one(KeyLine).children
            assert len(keys) <= MOST_KEYS
            assert sum(key.size.width for key in keys) <= size[0]
            if size == (20, 6):
                assert "Make this window larger" in shown
            else:
                assert says in shown
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "Save as" in text_of(app)


async def test_resizing_to_nothing_and_back_keeps_focus_and_text() -> None:
    app = QuickApp(ScriptedSource([BAD]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"acme")
        for width, height in ((20, 6), (200, 60), (2, 2), (80, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
        await pilot.press(*".ai")
        assert app.screen.query_one(Input).value == "acme.ai"
