"""`launch-ready doctor` over real processes, and what the program does to its own process."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screens.commands import doctor
from screens.terminal import Face
from tests.screens.keeping import NO_KEYRING, left, program, under_keyring, under_passphrase
from tests.screens.program import PROGRAM, environment
from tests.screens.test_projects_command import gnome, surroundings
from tests.wizard.vault.gnome import Desktop, prompter_that_nobody_answers

__all__ = ["gnome"]


def test_it_says_what_is_here_and_what_is_missing(tmp_path: Path) -> None:
    ended = program(tmp_path, "doctor")
    assert (ended.code, ended.err) == (0, "")
    headings = re.findall(r"^[A-Z ]{6,}$", ended.out, re.MULTILINE)
    assert headings == ["PROGRAM", "KEYRING", "DATA FOLDER", "TERMINAL", "MISSING ON THIS MACHINE"]
    plain = " ".join(ended.out.split())
    for name in doctor.LIBRARIES:
        assert re.search(rf"{name} \d+\.", plain)
    assert f"Python {sys.version.split()[0]}" in plain
    assert "✖ This computer has no keyring that Launch Ready can use." in plain
    assert "keyring.backends.fail.Keyring" in plain
    assert "nothing was kept yet" in plain
    assert "standard input and standard output are no terminal" in plain
    assert "A keyring that works: see above" in plain
    assert list(tmp_path.iterdir()) == [], "looking makes no folder"


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_files_and_their_modes_are_listed(tmp_path: Path) -> None:
    id = under_passphrase(tmp_path)
    home = tmp_path / "launch-ready"
    for folder in (home, home / "projects"):
        folder.chmod(0o700)
    ended = program(tmp_path, "doctor")
    assert ended.code == 0, "what is under a passphrase can be opened"
    assert "1 project kept" in ended.out
    assert f"-rw-------  projects/{id}/answers.sealed" in ended.out
    assert "Only you may read any of it." in ended.out
    (home / "projects" / id / "answers.sealed").chmod(0o644)
    ended = program(tmp_path, "doctor")
    assert "-rw-r--r--" in ended.out
    assert f"rights here: projects/{id}/answers.sealed." in " ".join(ended.out.split())


def test_no_keyring_for_what_is_kept_is_4(tmp_path: Path) -> None:
    folder = tmp_path / "launch-ready" / "projects" / ("ab" * 16)
    folder.mkdir(parents=True)
    (folder / "answers.sealed").write_bytes(b"LR")
    assert program(tmp_path, "doctor").code == 4


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "launch-ready").write_text("x")
    ended = program(tmp_path, "doctor")
    assert ended.code == 0
    assert "something else is: nothing can be kept" in " ".join(ended.out.split())


def test_many_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "launch-ready").mkdir()
    for number in range(60):
        (tmp_path / "launch-ready" / f"f{number:02}\x1b[31m").write_text("")
    ended = program(tmp_path, "doctor")
    assert "and 21 more" in ended.out
    assert "\x1b" not in ended.out


def test_a_backend_that_seals_nothing_is_refused(tmp_path: Path) -> None:
    ended = program(tmp_path, "doctor", PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    assert "does not keep secrets sealed" in " ".join(ended.out.split())
    assert ended.code == 0


def test_a_keyring_that_never_answers_is_told_after_the_deadline(tmp_path: Path) -> None:
    (tmp_path / "stuck.py").write_text("import threading\nthreading.Event().wait()\n")
    root = environment()["PYTHONPATH"]
    around = {"PYTHONPATH": f"{root}:{tmp_path}", "PYTHON_KEYRING_BACKEND": "stuck.Keyring"}
    begun = time.monotonic()
    ended = program(tmp_path / "data", "doctor", **around)
    assert time.monotonic() - begun < 20
    assert ended.code == 0, "nothing is kept, so nothing is out of reach"
    assert "The keyring of this computer is locked." in ended.out


def test_why_there_is_no_full_screen() -> None:
    assert doctor.why(Face.PROMPTS, {"TERM": "dumb"}) == "TERM is dumb"
    assert doctor.why(Face.PROMPTS, {}) in ("TERM is not set", doctor.why(Face.PROMPTS, {"TERM": "xterm"}))
    assert "standard error" in doctor.why(Face.PROMPTS, {"TERM": "xterm"})
    assert "obeys escape codes" in doctor.why(Face.FULL)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("term", "told"), [("xterm", "Full screen: all three"), ("dumb", "Numbered prompts: TERM is")]
)
def test_at_a_terminal_it_says_which_face_and_why(tmp_path: Path, term: str, told: str) -> None:
    import pexpect

    around = environment(XDG_DATA_HOME=str(tmp_path), TERM=term, NO_COLOR="1", **NO_KEYRING)
    child = pexpect.spawn(PROGRAM[0], [*PROGRAM[1:], "doctor"], env=around, timeout=20, dimensions=(30, 100))
    try:
        child.expect_exact(told)
        child.expect_exact("100 columns, 30 lines.")
        child.expect(pexpect.EOF)
    finally:
        child.close()
    assert child.exitstatus == 0


@pytest.mark.services
def test_a_real_keyring_is_proved_and_a_locked_one_is_4(gnome: Desktop, tmp_path: Path) -> None:
    data, around = tmp_path / "data", surroundings(gnome)
    under_keyring(data, around, "Acme", "acme.example")
    ended = program(data, "doctor", **around)
    assert ended.code == 0
    assert re.search(
        r"✔  the desktop keyring \(Secret Service\): a value was written, read and deleted", ended.out
    )
    assert "1 project kept" in ended.out
    assert all(word not in ended.out for word in ("Acme", "acme.example")), (
        "may be shown to anybody who helps"
    )
    before = left(data)
    gnome.kill()
    gnome.start(unlocked=False)
    begun = time.monotonic()
    with prompter_that_nobody_answers(gnome.address):
        ended = program(data, "doctor", **around)
    assert time.monotonic() - begun < 9, "one deadline, not one a question"
    assert ended.code == 4
    assert "✖  The keyring of this computer is locked." in ended.out
    assert left(data) == before


HARDENED = """
import os, sys
from screens import cli
from screens.commands import doctor
def show(values):
    import resource
    mask = os.umask(0); os.umask(mask)
    print(oct(mask), resource.getrlimit(resource.RLIMIT_CORE)[0], "TEXTUAL_LOG" in os.environ)
    return 0
doctor.run = show
sys.argv = ["launch-ready", "doctor"]
sys.exit(cli.main({arguments}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a umask and core dumps")
@pytest.mark.parametrize(("arguments", "told"), [("", "0o77 0 False"), ("sys.argv[1:]", "0o22")])
def test_the_program_hardens_its_own_process_and_nobody_elses(
    tmp_path: Path, arguments: str, told: str
) -> None:
    done = subprocess.run(
        [
            "sh",
            "-c",
            'umask 022; exec "$@"',
            "sh",
            sys.executable,
            "-c",
            HARDENED.replace("{arguments}", arguments),
        ],
        env=environment(TEXTUAL_LOG=str(tmp_path / "log")),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(told)
    assert not (tmp_path / "log").exists()
