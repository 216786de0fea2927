"""The demo by keys in a real pseudo-terminal of 80 by 24, from the first key to the handover."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

from tests.screens.program import PROGRAM, environment
from wizard.handover.write import has_marker

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals need pexpect, which Windows has not")

DEADLINE = 20.0


class Terminal:
    """The program in a terminal, and what the person sees there."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.child = pexpect.spawn(
            sys.executable,
            [*PROGRAM[1:], *words],
            cwd=folder,
            env=environment(),
            dimensions=(24, 80),
            timeout=5,
        )

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def shows(self, words: str, within: float) -> bool:
        """Read what is drawn until `words` can be seen, or `within` seconds are over."""
        deadline = time.monotonic() + within
        while words not in self.text and time.monotonic() < deadline:
            with suppress(pexpect.TIMEOUT):
                self._stream.feed(self.child.read_nonblocking(65536, timeout=0.1))
        return words in self.text

    def until(self, words: str) -> None:
        assert self.shows(words, DEADLINE), f"{words!r} did not appear:\n{self.text}"

    def press(self, keys: str, until: str) -> None:
        """As a person does: press, and press again when nothing happens (a screen that has just come up takes an
        Enter for the second half of a double press)."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            self.child.send(keys)
            if self.shows(until, 2.0):
                return
        self.until(until)

    def leave(self, keys: str) -> int:
        """The exit code after `keys`."""
        self.child.send(keys)
        self.child.expect(pexpect.EOF, timeout=DEADLINE)
        self.child.close()
        code: int = self.child.exitstatus
        return code


def test_the_demo_by_keys_from_the_first_key_to_the_handover(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "demo")
    try:
        terminal.until("Which domain do you launch on?")
        terminal.press("\r", "NO-GO")
        terminal.press("\r", "Have")
        terminal.until("Want")
        terminal.until("Where")
        terminal.press("\x1b", "Minimum bar")
        terminal.press("m", "CANNOT SAY YET")
        terminal.until("nothing wrong found")
        terminal.press("x", "handover.md")
        terminal.press("\r", "Written to")
        assert has_marker((tmp_path / "handover.md").read_text(encoding="utf-8"))
        assert terminal.leave("\x11") == 0
    finally:
        terminal.child.close(force=True)
