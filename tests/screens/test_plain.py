"""The numbered prompts, walked from the first question to the handover."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from screens.plain import Sitting
from screens.prompts import Left, Prompts
from tests.screens.program import DOMAIN, Startup, run, running_startup
from wizard.demo_project import demo_project
from wizard.domain_name import read_domain
from wizard.handover.front_matter import has_marker
from wizard.project import new_project
from wizard.session import Session

Walk = Callable[..., str]


class Script(io.StringIO):
    """Answers typed one after another; a callable is somebody who does something before answering."""

    def __init__(self, answers: Sequence[str | Callable[[], str]]) -> None:
        super().__init__()
        self._left = list(answers)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        if not self._left:
            return ""
        answer = self._left.pop(0)
        return f"{answer if isinstance(answer, str) else answer()}\n"


@pytest.fixture(scope="module")
def startup() -> Iterator[Startup]:
    with running_startup() as startup:
        yield startup


@pytest.fixture
def walk(startup: Startup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Answers the prompts one after another and gives back everything that was shown."""
    monkeypatch.chdir(tmp_path)

    def answer(*answers: str | Callable[[], str], known: bool = True) -> str:
        project = demo_project(startup.sandbox.startup) if known else new_project(read_domain(DOMAIN))
        sink = io.StringIO()
        prompts = Prompts(Script(answers), sink)
        mend = partial(startup.sandbox.set_state, "fixed")
        sitting = Sitting(Session(project, startup.sandbox.options), startup.runner, prompts, mend)
        with pytest.raises(Left):
            sitting.walk()
        return sink.getvalue()

    return answer


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_checks_run_at_once_and_the_next_step_is_named(startup: Startup, walk: Walk) -> None:
    startup.become("broken")
    text = walk()
    assert (
        text.index("checks\n")
        < text.index("✖ launch blocker")
        < text.index("✖ NO-GO")
        < text.index("What now?")
    )
    assert "\n  Next   " in text
    assert "\x1b" not in text


def test_enter_alone_does_the_next_step_to_the_end(startup: Startup, walk: Walk) -> None:
    startup.become("broken")
    text = one_line(walk("", "2", "1", "0"))
    finding = text.partition("Number [1]:")[2]
    for part in ("Where ", "Have ", "Want ", "about ", "I did it, check again"):
        assert part in finding
    assert "found " in finding, "the evidence, with its time"
    assert "Checking again …" in finding
    assert "fail: " in finding, "nothing was mended, and it says so"


def test_mending_is_proved(startup: Startup, walk: Walk) -> None:
    startup.become("broken")
    text = one_line(walk("10", "0"))
    assert "has mended everything" in text
    assert text.rpartition("CANNOT SAY YET")[2].startswith(" nothing wrong found")


def test_one_mended_finding_is_proved(startup: Startup, walk: Walk) -> None:
    startup.become("broken")

    def mends() -> str:
        startup.become("fixed")
        return "1"

    assert "Checking again … ✔ Mended." in one_line(walk("1", mends, "0"))


def test_everything_found_and_the_whole_roadmap_can_be_read(startup: Startup, walk: Walk) -> None:
    startup.become("broken")
    text = walk("2", "0", "3", "9", "0")
    assert "COULD NOT CHECK" in text
    assert "Which one?" in text
    assert "MINIMUM BAR" in text
    assert "7 HANDOVER" in text
    assert "CONTACTED" in text
    assert f"TLS  {DOMAIN} at 192.0.2.10:443  ok" in text


def test_a_risk_is_accepted_by_name_and_taken_back(startup: Startup, walk: Walk) -> None:
    startup.become("broken")
    text = one_line(walk("6", "1", "Ana", "It is only a test", "6", "0", "8", "0"))
    assert "Accepted by Ana." in text
    assert "Taken back." in text
    assert "Nothing was accepted." in one_line(walk("6", "1", "", "0"))


def test_guessed_hosts_are_confirmed(startup: Startup, walk: Walk) -> None:
    startup.become("fixed")
    text = one_line(walk("", "99", "1 2", "0", known=False))
    assert "These were found by guessing." in text
    assert "“99” is not in the list." in text
    assert "Yours: " in text
    assert "Say which of these are yours" not in text.rpartition("Yours: ")[2]


def test_a_selector_that_nobody_knew_is_named_and_looked_up(startup: Startup, walk: Walk) -> None:
    startup.become("fixed")
    text = one_line(walk("", "", "", "", "not one!", "pm2026", "0", known=False))
    assert "is no DKIM selector" in text
    assert text.partition("The selector:")[2].count("✔ Mended.") == 1


def test_the_handover_is_read_and_written(startup: Startup, walk: Walk) -> None:
    startup.become("fixed")
    text = walk("5", "3", "1", "5", "2", "other.md", "0")
    assert "# Launch handover" in text
    assert one_line(text).count("Written to /") == 2
    assert has_marker(Path("handover.md").read_text(encoding="utf-8"))
    assert has_marker(Path("other.md").read_text(encoding="utf-8"))


def test_a_foreign_file_is_told_and_left(startup: Startup, walk: Walk) -> None:
    startup.become("fixed")
    Path("handover.md").write_text("mine", encoding="utf-8")
    assert "stays as it is" in one_line(walk("5", "1", "0"))
    assert Path("handover.md").read_text(encoding="utf-8") == "mine"


def test_nonsense_is_asked_again(startup: Startup, walk: Walk) -> None:
    startup.become("fixed")
    text = walk("77", "\x1b[2J", "0")
    assert "“77” is not in the list" in text
    assert "\\u{1b}" in text
    assert "\x1b" not in text


def test_the_end_of_the_input_leaves() -> None:
    ended = run("--plain", stdin="")
    assert (ended.code, ended.err) == (0, "")


def test_the_demo_by_a_pipe_tells_the_third_line(tmp_path: Path) -> None:
    ended = run("demo", "--plain", "--state", "fixed", stdin="5\n1\n0\n", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("That was the demo. Now yours: launch-ready your-domain.com\n")
    assert has_marker((tmp_path / "handover.md").read_text(encoding="utf-8"))


def test_ctrl_c_stops_the_checks_and_keeps_the_menu(
    startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = io.StringIO()
    session = Session(demo_project(startup.sandbox.startup), startup.sandbox.options)
    sitting = Sitting(session, startup.runner, Prompts(io.StringIO("0\n"), sink))

    async def interrupted(listener: object = None) -> None:
        await asyncio.sleep(0)
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "look", lambda self, listener: interrupted())
    with pytest.raises(Left):
        sitting.walk()
    assert "Stopped. What was found so far stays" in sink.getvalue()
    assert "What now?" in sink.getvalue()
