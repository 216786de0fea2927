"""`launch-ready demo` where nobody sits at a terminal."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from screens.commands import demo
from screens.exits import UsageError
from tests.screens.program import run
from wizard.handover.front_matter import has_marker


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_unattended_it_goes_from_broken_to_mended(tmp_path: Path) -> None:
    started = time.monotonic()
    ended = run("demo", cwd=tmp_path)
    assert time.monotonic() - started < 20
    assert (ended.code, ended.err) == (0, "")
    assert "\x1b" not in ended.out
    before, _, after = ended.out.partition("AFTER ITS FOUNDER HAS MENDED")
    assert "✖ NO-GO" in before
    assert "NO-GO" not in after
    assert "nothing wrong found in what is looked at so far" in after
    assert "Not looked at yet: " in after
    assert "launch-ready your-domain.com" in after
    assert "Written: ./handover.md" in after
    assert [path.name for path in tmp_path.iterdir()] == ["handover.md"]
    assert has_marker((tmp_path / "handover.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("state", "code"), [("broken", 1), ("fixed", 0)])
def test_checked_once_in_either_state(state: str, code: int, tmp_path: Path) -> None:
    ended = run("demo", "--check", "--state", state, "--format", "json", cwd=tmp_path)
    assert (ended.code, ended.err) == (code, "")
    outcomes = [row["outcome"] for row in json.loads(ended.out)["results"]]
    bad = [outcome for outcome in outcomes if outcome in ("fail", "could_not_check")]
    assert bool(bad) is bool(code)
    assert not list(tmp_path.iterdir())


def test_a_handover_of_ours_is_replaced(here: Path) -> None:
    assert demo.save("<!--lr:handover-1-->\nfirst\n") == demo.HANDOVER
    assert demo.save("<!--lr:handover-1-->\nsecond\n") == demo.HANDOVER
    assert "second" in (here / "handover.md").read_text(encoding="utf-8")


def test_somebody_elses_file_is_left_alone(here: Path) -> None:
    (here / "handover.md").write_text("my own notes\n", encoding="utf-8")
    assert demo.save("<!--lr:handover-1-->\n") == demo.SECOND_CHOICE
    assert (here / "handover.md").read_text(encoding="utf-8") == "my own notes\n"
    (here / demo.SECOND_CHOICE).write_text("mine too\n", encoding="utf-8")
    with pytest.raises(UsageError, match="stays as it is"):
        demo.save("<!--lr:handover-1-->\n")


@pytest.mark.skipif(os.name != "posix", reason="links need rights that Windows gives to few")
def test_a_link_is_not_followed(here: Path) -> None:
    precious = here / "precious.txt"
    precious.write_text("<!--lr:handover-1-->\n", encoding="utf-8")
    (here / "handover.md").symlink_to(precious)
    assert demo.save("<!--lr:handover-1-->\nnew\n") == demo.SECOND_CHOICE
    assert precious.read_text(encoding="utf-8") == "<!--lr:handover-1-->\n"
    assert (here / "handover.md").is_symlink()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a folder in which nobody can write")
def test_a_folder_that_cannot_be_written_to_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/proc/self/fd")
    with pytest.raises(
        UsageError, match=r"handover\.md could not be written: .+\. Everything else is told above\."
    ):
        demo.save("text")


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        (".venv/bin/launch-ready", ".venv/bin/launch-ready"),
        ("/nowhere/launch-ready", "/nowhere/launch-ready"),
        ("/x/screens/cli.py", "launch-ready"),
        ("-c", "launch-ready"),
    ],
)
def test_the_line_offered_can_be_typed(called: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [called])
    assert demo.invoked() == shown
