"""Two hundred hostile strings through mounted screens: all of them shown, none of them obeyed."""

from __future__ import annotations

import unicodedata
from typing import Any

from textual.content import Content
from textual.events import Paste
from textual.widgets import Input, Static

from checks.model import Change, CheckResult, Evidence, Outcome
from checks.text import visible
from screens.tui.choices import Choices
from tests.hostile import hostile
from tests.screens.tui.scripted import QuickApp, ScriptedSource, begin, settled, text_of
from tests.wizard.made import cause, made

STRINGS = hostile(200)
GROUP = 40


def harmless(text: str) -> bool:
    """No control, bidirectional or otherwise invisible character except the line ends that we put there."""
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def told(app: Any) -> str:
    """The text of every widget before it is laid out: markup that was obeyed would be missing in it."""
    parts = []
    for static in app.screen.query(Static):
        content = static.content
        parts.append(content.plain if isinstance(content, Content) else str(content))
    for choices in app.screen.query(Choices):
        parts += [option.prompt.plain for option in choices.options if isinstance(option.prompt, Content)]
    return "\n".join(parts)


def finding(texts: list[str]) -> CheckResult:
    evidence = [Evidence(seen=t, where=t, expected=t) for t in texts]
    change = Change(have=texts[0], want=texts[1], where=texts[2], paste=texts[3])
    return made("mail.dmarc-present", Outcome.FAIL, summary=texts[0], change=change, evidence=evidence)


async def test_findings_with_hostile_evidence() -> None:
    groups = [STRINGS[n : n + GROUP] for n in range(0, len(STRINGS), GROUP)]
    app = QuickApp(ScriptedSource(*([finding(group)] for group in groups)))
    async with app.run_test(size=(100, 30)) as pilot:
        await begin(pilot)
        await pilot.press("enter", "e")
        for number, group in enumerate(groups):
            if number:
                await pilot.press("r")
                await settled(pilot)
            shown = told(app)
            for text in group:
                assert f"seen: {visible(text)}" in shown
            assert harmless(shown)
            scroll = app.screen.query_one("#detail")
            while True:
                assert harmless(text_of(app))
                before = scroll.scroll_y
                scroll.scroll_page_down(animate=False)
                await pilot.pause()
                if scroll.scroll_y == before:
                    break


async def test_lists_notifications_and_the_bar_with_hostile_summaries() -> None:
    results = [
        made(
            "edge.tls-trusted",
            Outcome.FAIL if number % 2 else Outcome.COULD_NOT_CHECK,
            f"h{number}.acme.example",
            summary=text,
            why_not=cause(visible(text)[:300] or "x"),
            severity=None,
        )
        for number, text in enumerate(STRINGS)
    ]
    app = QuickApp(ScriptedSource(results))
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        assert harmless(text_of(app))
        assert harmless(told(app))
        await pilot.press("2")
        await pilot.pause()
        shown = told(app)
        for number, text in enumerate(STRINGS):
            if number % 2:
                assert visible(text) in shown
        assert harmless(shown)
        for text in STRINGS[:60]:
            app.clear_notifications()
            app.say(text)
            await pilot.pause()
            assert harmless(text_of(app))


async def test_hostile_text_pasted_into_the_field_is_shown_and_refused() -> None:
    source = ScriptedSource([made()])
    app = QuickApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        field = app.screen.query_one(Input)
        for text in STRINGS[:8]:
            field.value = ""
            field.post_message(Paste(text))
            await pilot.press("enter")
            await settled(pilot)
            assert harmless(text_of(app))
            if source.sessions:
                # Some of them are names of hosts.
                break
