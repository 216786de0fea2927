"""The first screen starts light, and nothing that is typed or held can leak from a log or a crash."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from textual.color import Color

from screens.tui.app import DARK, LIGHT
from tests.screens.tui.scripted import QuickApp, ScriptedSource
from tests.wizard.made import made

HEAVY = (
    "checks.check",
    "checks.model",
    "checks.world",
    "cryptography",
    "dns",
    "httpcore",
    "httpx",
    "keyring",
    "markdown_it",
    "publicsuffixlist",
    "pydantic",
    "tomllib",
    "wizard",
)
ROOT = Path(__file__).parents[3]


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_first_screen_imports_nothing_heavy() -> None:
    code = f"""
import sys, screens.tui.app
heavy = {HEAVY!r}
print(sorted(m for m in sys.modules if m in heavy or m.partition(".")[0] in heavy))
print([m for m in sys.modules if m.startswith("textual.widgets._")])
"""
    done = python(code)
    assert done.returncode == 0, done.stderr
    heavy, widgets = done.stdout.splitlines()
    assert heavy == "[]"
    for name in ("_markdown", "_data_table", "_text_area"):
        assert f"textual.widgets.{name}'" not in widgets


def test_no_log_of_keys_is_written_whatever_the_environment_says(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    code = """
import asyncio
from screens.tui.app import LaunchReadyApp
from screens.tui.source import OwnDomain
async def main():
    app = LaunchReadyApp(OwnDomain(lambda: None))
    async with app.run_test() as pilot:
        await pilot.press(*"hunter2")
asyncio.run(main())
"""
    done = python(code, TEXTUAL_LOG=str(log), TEXTUAL="devtools,debug")
    assert done.returncode == 0, done.stderr
    assert not log.exists()


def test_a_crash_shows_no_values() -> None:
    code = """
import asyncio
from screens.tui.app import LaunchReadyApp
from screens.tui.source import OwnDomain
class Crashing(LaunchReadyApp):
    def on_ready(self):
        held = "".join(["hun", "ter", "2"])
        raise RuntimeError("it broke")
app = Crashing(OwnDomain(lambda: None))
app.run(headless=True)
raise SystemExit(app.return_code)
"""
    done = python(code)
    assert done.returncode == 1
    assert "it broke" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


async def test_the_first_screen_has_our_own_colours_and_those_of_another_theme_on_demand() -> None:
    app = QuickApp(ScriptedSource([made()]))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.screen.styles.background == Color.parse(DARK.background or "")
        app.theme = LIGHT.name
        await pilot.pause()
        assert app.screen.styles.background == Color.parse(LIGHT.background or "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize("ahead", ["zzz\n", "zzz\r"])
def test_what_is_typed_before_the_terminal_is_ready_counts(ahead: str) -> None:
    import pexpect

    code = "from screens.tui.app import run_wizard; raise SystemExit(run_wizard(None, lambda: None))"
    child = pexpect.spawn(
        sys.executable,
        ["-c", code],
        cwd=str(ROOT),
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=20,
        echo=False,
    )
    child.send(ahead)
    child.expect(re.compile("no ending such as"))
    child.send("\x11")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
