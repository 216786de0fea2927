"""What a terminal can do, and what the program does in one that can little."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from screens.paper import Paper
from screens.terminal import Face, face, has_colour, has_symbols, is_dumb, text_width
from tests.screens.program import DOMAIN, OFFLINE, PROGRAM, environment

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals need pexpect, which Windows has not")

ESC = "\x1b"


class Stream(io.StringIO):
    def __init__(self, *, tty: bool = False, encoding: str = "utf-8") -> None:
        super().__init__()
        self._tty, self._encoding = tty, encoding

    def isatty(self) -> bool:
        return self._tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


@pytest.mark.parametrize(
    ("reads", "shows", "draws", "term", "plain", "expected"),
    [
        (True, True, True, "xterm-256color", False, Face.FULL),
        (True, True, True, "linux", False, Face.FULL),
        (True, True, True, "dumb", False, Face.PROMPTS),
        (True, True, True, "unknown", False, Face.PROMPTS),
        (True, True, True, "xterm", True, Face.PROMPTS),
        (True, True, False, "xterm", False, Face.PROMPTS),
        (False, True, True, "xterm", False, Face.NOBODY),
        (True, False, True, "xterm", False, Face.NOBODY),
        (False, False, False, "dumb", False, Face.NOBODY),
        (False, False, False, "dumb", True, Face.PROMPTS),
    ],
)
def test_the_face_fits_the_terminal(
    reads: bool, shows: bool, draws: bool, term: str, plain: bool, expected: Face
) -> None:
    streams = {"stdin": Stream(tty=reads), "stdout": Stream(tty=shows), "stderr": Stream(tty=draws)}
    assert face(plain=plain, environ={"TERM": term}, **streams) is expected


def test_no_term_is_dumb_where_terms_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert is_dumb({})
    monkeypatch.setattr(sys, "platform", "win32")
    assert not is_dumb({})


def test_colour_is_for_terminals_whose_owner_wants_it() -> None:
    term = {"TERM": "xterm"}
    assert has_colour(Stream(tty=True), term)
    assert has_colour(Stream(tty=True), {**term, "NO_COLOR": ""})
    assert not has_colour(Stream(tty=True), {**term, "NO_COLOR": "1"})
    assert not has_colour(Stream(tty=True), {"TERM": "dumb"})
    assert not has_colour(Stream(), term)


def test_a_pipe_is_80_wide_and_encodings_decide_symbols() -> None:
    assert text_width(Stream()) == 80
    assert has_symbols(Stream())
    assert has_symbols(io.StringIO()), "it has no encoding, so it holds any character"
    assert not has_symbols(Stream(encoding="latin-1"))
    assert not has_symbols(Stream(encoding="no-such-encoding"))


@pytest.mark.parametrize("width", [20, 33, 40, 80, 100])
def test_paper_wraps_everything_but_what_is_to_be_pasted(width: int) -> None:
    paper = Paper(width)
    words = "every word of this sentence is short enough to be set " * 4
    paper.heading("A title", "and an aside that is rather long")
    paper.text(words, indent=6, hang=4, aside="about 10 min")
    paper.marked("✖ launch blocker", words, style="bad", indent=2, aside="about 10 min")
    paper.field("Where", words, indent=4)
    paper.field("A long label", words)
    assert max(map(len, str(paper).splitlines())) <= width
    paper.verbatim("x" * 300)
    assert "x" * 300 in str(paper)


def test_paper_in_colour_says_the_same_words() -> None:
    texts = []
    for colour in (True, False):
        paper = Paper(50, colour=colour)
        paper.heading("Title", "4")
        paper.marked(
            "✖ launch blocker", "The certificate has expired and nobody has seen it", style="bad", aside="now"
        )
        paper.field("Have", "nothing")
        texts.append(str(paper))
    coloured, plain = texts
    assert ESC in coloured
    assert ESC not in plain
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def in_terminal(
    words: list[str], size: tuple[int, int] = (80, 24), cwd: Path | None = None, **changes: str
) -> Any:
    """The program in a pseudo-terminal of `size` columns and lines."""
    columns, lines = size
    return pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], *words],
        env=environment(**changes),
        dimensions=(lines, columns),
        encoding="utf-8",
        timeout=20,
        cwd=cwd,
    )


def everything(child: Any) -> tuple[str, int]:
    child.expect(pexpect.EOF)
    child.close()
    return child.before, child.exitstatus


def test_check_in_a_terminal_has_colour_and_a_line_of_progress() -> None:
    told, code = everything(in_terminal(["check", DOMAIN, *OFFLINE]))
    assert code == 3
    assert "\x1b[1;33m? CANNOT SAY YET\x1b[0m" in told
    assert "\rChecking: 0 of " in told


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_check_without_colour_has_no_escape_code(name: str, value: str) -> None:
    told, code = everything(in_terminal(["check", DOMAIN, *OFFLINE], (80, 24), None, **{name: value}))
    assert code == 3
    assert "? CANNOT SAY YET" in told
    assert ESC not in told


@pytest.mark.parametrize("size", [(20, 6), (40, 12)])
def test_check_fits_into_small_terminals(size: tuple[int, int]) -> None:
    told, code = everything(in_terminal(["check", DOMAIN, *OFFLINE], size, NO_COLOR="1"))
    assert code == 3
    lines = told.rpartition("\r")[0].splitlines()
    long_words = [line for line in lines if len(line.split("\r")[-1].rstrip()) > size[0]]
    assert all(" " not in line.strip() for line in long_words)


@pytest.mark.parametrize("words", [["demo"], [], [DOMAIN]])
def test_a_terminal_too_small_for_the_wizard_is_one_sentence(words: list[str]) -> None:
    told, code = everything(in_terminal(words, (10, 4)))
    assert code == 2
    assert "".join(told.split()).startswith("launch-ready:Thisterminalis10x4")
    assert ESC not in told


def test_a_dumb_terminal_is_asked_by_numbered_prompts() -> None:
    child = in_terminal(["--resolver", "127.0.0.1:1"], TERM="dumb")
    child.expect("Your domain, for example acme.ai: ")
    child.sendline("10.0.0.1")
    child.expect("is an IP address")
    child.expect("Your domain, for example acme.ai: ")
    child.sendline("https://www.acme.example/pricing")
    child.expect("Understood as acme.example, without")
    child.expect(r"Number \[1\]: ")
    seen = child.before
    assert "seems to be offline" in " ".join(seen.split())
    assert ESC not in seen
    child.sendline("0")
    told, code = everything(child)
    assert code == 0
    assert "launch-ready export www.acme.example writes it" in " ".join(told.split())


def test_ctrl_c_at_a_prompt_leaves_with_130() -> None:
    child = in_terminal(["--plain"])
    child.expect("Your domain")
    child.sendintr()
    told, code = everything(child)
    assert code == 130
    assert "Stopped." in told
    assert "Traceback" not in told
