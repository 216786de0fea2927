"""Kill -9 at random moments while answering: whatever was acknowledged is there. (200 times in the bench.)"""

from __future__ import annotations

import random
from pathlib import Path

from tests.wizard.vault.killing import kill_once, new_project


def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    place, moment = str(tmp_path / "keyring"), random.Random(4)
    project = new_project(tmp_path / "home", place)
    last = 0
    for _ in range(10):
        killed = kill_once(tmp_path / "home", project, place, moment)
        assert killed.lost == 0
        assert killed.acknowledged > last, "the writer went on where the last one was killed"
        last = killed.acknowledged
