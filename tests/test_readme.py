"""README is read by people who type what it says, and by `.ci/run`, which does the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

DEMO_LINE = "python3 -m venv .venv && .venv/bin/python -m pip install -q . && .venv/bin/launch-ready demo"
TEST_LINE = "python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[test]' && .venv/bin/python -m pytest -q"


def blocks() -> list[str]:
    return re.findall(r"^```\w+\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_readme_opens_with_the_lines_that_are_walked() -> None:
    first, second, third = (block.strip() for block in blocks()[:3])
    assert (first, second) == (DEMO_LINE, TEST_LINE)
    assert third == ".venv/bin/launch-ready your-domain.com"


def test_exactly_two_lines_match_what_ci_looks_for() -> None:
    walked = [line for line in README.splitlines() if re.match(r"python3 -m venv \.venv && ", line)]
    assert walked == [DEMO_LINE, TEST_LINE]


def test_the_other_ways_to_install_stand_beside_them() -> None:
    assert "takes about a minute and prints nothing" in README
    assert ".venv\\Scripts\\launch-ready demo" in README
    assert "pipx install . " in README
    assert "uv pip install -q ." in README


def test_readme_never_installs_by_a_name_that_is_not_ours() -> None:
    assert not re.search(r"(pip|pipx|uv tool|uvx|uv pip) (install|run)?\s*(-q )?launch-ready\b", README)


def test_links_point_into_the_tree() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert targets
    assert all((ROOT / target).exists() for target in targets)


def test_every_option_and_command_it_names_exists() -> None:
    run = "import sys; sys.argv[0] = 'launch-ready'; from screens.cli import main; sys.exit(main())"
    helps = ""
    for command in ([], ["demo"], ["check"], ["export"], ["projects"], ["doctor"]):
        ended = subprocess.run(
            [sys.executable, "-c", run, *command, "--help"],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        helps += ended.stdout
    product = README[README.index("## Commands") : README.index("## Working on it")]
    named = set(re.findall(r"--[a-z-]+[a-z]", product))
    assert len(named) > 10
    assert {option for option in named if not re.search(rf"{option}(?![\w-])", helps)} == set()
    assert set(re.findall(r"`launch-ready ([a-z]+) ", product)) <= {
        "check",
        "demo",
        "export",
        "projects",
        "doctor",
    }
