"""Adding a check is one Python file and its text: those of README, put into a copy, show up on every face."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ID = "edge.noindex-production"
TITLE = "Search engines may list the site"
PASSED = "Search engines may list plumline.example"
APEX = f"{ID}@plumline.example"

USE_THE_COPY = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import checks, wizard, screens, assets
"""

COMMAND = f"""{USE_THE_COPY}
from screens.cli import main
sys.exit(main())
"""

STAGE_SCREEN = f"""{USE_THE_COPY}
import asyncio
from screens.tui.app import LaunchReadyApp
from screens.tui.source import Demo
from textual.widgets import OptionList

async def walk():
    app = LaunchReadyApp(Demo("fixed"))
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.press("enter")
        for _ in range(600):
            await pilot.pause(0.05)
            if app.progress is None and app.state is not None and app.state.looked_at is not None:
                break
        app.open_stage(2)
        await pilot.pause()
        for option in app.screen.query_one("#items", OptionList).options:
            print(option.id, option.prompt)

asyncio.run(walk())
"""


def block(language: str) -> tuple[Path, str]:
    """The first block of README in this language, with the path that its first line names."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n# (\S+)\n(.*?)^```$", readme, flags=re.DOTALL | re.MULTILINE)
    assert found is not None
    return Path(found[1]), found[2]


@dataclass(frozen=True, slots=True)
class Copy:
    packages: Path
    folder: Path

    def run(self, script: str, *arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-I", "-B", "-c", script, str(self.packages), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr or ended.stdout
        return ended.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    packages = tmp_path_factory.mktemp("packages")
    for name in ("assets", "checks", "screens", "wizard"):
        shutil.copytree(ROOT / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    file, code = block("python")
    assert not (packages / file).exists()
    (packages / file).write_text(code, encoding="utf-8")
    texts, text = block("toml")
    with (packages / texts).open("a", encoding="utf-8") as out:
        out.write(f"\n{text}")
    return Copy(packages, tmp_path_factory.mktemp("folder"))


def test_the_copy_is_what_runs(copy: Copy) -> None:
    script = f"{USE_THE_COPY}\nprint(*(m.__file__ for m in (assets, checks, screens, wizard)), sep='\\n')"
    assert all(line.startswith(str(copy.packages)) for line in copy.run(script).splitlines())


def test_it_is_in_the_json_document(copy: Copy) -> None:
    said = json.loads(copy.run(COMMAND, "demo", "--check", "--state", "fixed", "--format", "json"))
    found = {result["id"]: result for result in said["results"]}
    mine = found[APEX]
    assert (mine["title"], mine["outcome"], mine["item"], mine["summary"]) == (TITLE, "pass", "S2.5", PASSED)
    assert mine["evidence"][0]["seen"] == "X-Robots-Tag: (none)"
    assert f"{ID}@app.plumline.example" in found
    assert f"{ID}@staging.plumline.example" not in found


def test_it_is_on_the_stage_screen(copy: Copy) -> None:
    rows = copy.run(STAGE_SCREEN).splitlines()
    (mine,) = (row for row in rows if row.startswith(f"S2.5:{APEX} "))
    assert PASSED in mine


def test_it_is_in_the_handover(copy: Copy) -> None:
    copy.run(COMMAND, "demo")
    handover = (copy.folder / "handover.md").read_text(encoding="utf-8")
    (mine,) = (line for line in handover.splitlines() if f"<!--lr:result.{APEX}-->" in line)
    assert "Pass: Search engines may list `plumline.example`" in mine


def test_mypy_has_nothing_against_it(copy: Copy, tmp_path: Path) -> None:
    file, _ = block("python")
    options = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={tmp_path}"]
    ended = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(file)],
        cwd=copy.packages,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout
