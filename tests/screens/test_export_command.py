"""`launch-ready export`: the handover as a file or on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens import cli
from tests.screens.program import DOMAIN, OFFLINE
from wizard.handover.front_matter import has_marker


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def export(*words: str) -> int:
    return cli.main(["export", DOMAIN, *OFFLINE, *words])


def test_it_writes_a_file_and_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export() == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("CANNOT SAY YET: ")
    assert captured.err.endswith("Written to handover.md.\n")
    assert has_marker((here / "handover.md").read_text(encoding="utf-8"))
    assert export() == 0, "its own file may be replaced"


def test_it_prints_on_request(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("--output", "-") == 0
    assert has_marker(capsys.readouterr().out)
    assert not list(here.iterdir())


def test_a_foreign_file_is_refused_before_the_audit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = here / "notes.md"
    notes.write_text("mine\n", encoding="utf-8")
    assert export("--output", "notes.md") == 2
    assert "notes.md was not written by Launch Ready and stays as it is" in capsys.readouterr().err
    assert notes.read_text(encoding="utf-8") == "mine\n"
    assert export("--output", "notes.md", "--force") == 0
    assert has_marker(notes.read_text(encoding="utf-8"))


def test_reproducible_leaves_the_time_out(here: Path) -> None:
    export()
    assert "\ngenerated: " in (here / "handover.md").read_text(encoding="utf-8")
    export("--reproducible")
    assert "\ngenerated: " not in (here / "handover.md").read_text(encoding="utf-8")


def test_the_demo_can_be_exported(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--demo", "--output", "demo.md"]) == 0
    assert capsys.readouterr().err.startswith("NO-GO: ")
    assert "plumline.example" in (here / "demo.md").read_text(encoding="utf-8")
