"""Saving a handover: ours are replaced, others never, and nothing is ever left half written."""

from pathlib import Path

import pytest

from screens.files import NotSaved, save_handover
from wizard.handover.front_matter import MARKER

OURS = f"---\nschema: x\n---\n\n{MARKER}\n\n# Launch handover\n"


def test_a_new_file_holds_exactly_the_text(tmp_path: Path) -> None:
    path = save_handover(tmp_path / "handover.md", OURS + "é\n")
    assert path.read_bytes() == (OURS + "é\n").encode()
    assert [p.name for p in tmp_path.iterdir()] == ["handover.md"]


def test_our_own_file_is_replaced(tmp_path: Path) -> None:
    save_handover(tmp_path / "handover.md", OURS)
    save_handover(tmp_path / "handover.md", OURS + "new\n")
    assert (tmp_path / "handover.md").read_text().endswith("new\n")


def test_somebody_elses_file_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("mine")
    with pytest.raises(NotSaved, match="not written by Launch Ready"):
        save_handover(path, OURS)
    assert path.read_text() == "mine"
    save_handover(path, OURS, force=True)
    assert path.read_text() == OURS


@pytest.mark.parametrize("name", ["", ".", "missing/handover.md", "bad\0name.md", "x" * 400])
def test_impossible_places_are_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotSaved) as refused:
        save_handover(Path(name), OURS)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target.md"
    target.write_text(OURS)
    (tmp_path / "link.md").symlink_to(target)
    with pytest.raises(NotSaved, match="link"):
        save_handover(tmp_path / "link.md", "other")
    assert target.read_text() == OURS


def test_text_that_cannot_be_encoded_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(NotSaved):
        save_handover(tmp_path / "handover.md", "\ud800")
    assert list(tmp_path.iterdir()) == []
