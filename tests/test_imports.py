"""What stands behind `--help`, and which room may import what. Heavy imports cost every start of the program."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("textual", "rich", "pydantic", "keyring", "httpx", "httpcore", "dns", "cryptography", "markdown_it")
ROOMS = ("assets", "checks", "screens", "wizard")


def loaded(code: str, *arguments: str) -> set[str]:
    """Top-level names of the modules that are loaded after `code` ran in a new interpreter."""
    probe = (
        f"import atexit, sys\n"
        f"atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))\n"
        f"{code}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return {name.partition(".")[0] for name in ended.stderr.splitlines()}


RUN = "from screens.cli import main; sys.argv[0] = 'launch-ready'; sys.exit(main())"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        *([name, "--help"] for name in ("check", "demo", "export", "projects", "doctor")),
    ],
)
def test_help_waits_for_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(RUN, *arguments).isdisjoint(HEAVY)


def test_the_entry_point_imports_nothing_heavy() -> None:
    assert loaded("import screens.cli").isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module", ["wizard.session", "checks.check; checks.check.all_checks()", "wizard.handover"]
)
def test_the_launch_and_the_checks_never_load_textual(module: str) -> None:
    assert loaded(f"import {module}").isdisjoint({"textual", "screens"})


def test_what_is_loaded_is_really_seen() -> None:
    assert "httpx" in loaded("import checks.http")
    assert "textual" in loaded("import textual")


@lru_cache(maxsize=1)
def imports() -> tuple[tuple[str, str], ...]:
    """(file, imported module) for every import statement of the product, wherever it stands in the file."""
    return tuple(_imports())


def _imports() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((name, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield name, node.module


def importers(*packages: str) -> set[str]:
    return {file for file, module in imports() if module.partition(".")[0] in packages}


def test_textual_lives_below_screens_tui_and_nowhere_else() -> None:
    users = importers("textual", "rich")
    assert users
    assert {file for file in users if not file.startswith("screens/tui/")} == set()


def test_http_goes_out_through_one_file() -> None:
    assert {file for file, module in imports() if module.partition(".")[0] == "httpx"} == {"checks/http.py"}


def test_nobody_opens_a_way_out_of_their_own() -> None:
    assert importers("requests", "urllib3", "aiohttp", "websockets", "ftplib", "smtplib", "imaplib") == set()
    assert {file for file, module in imports() if module in ("urllib.request", "http.client")} <= {
        "checks/http.py"
    }


def test_pydantic_stands_only_where_documents_come_in() -> None:
    assert importers("pydantic") <= {"wizard/documents.py", "wizard/kept.py", "wizard/kept_models.py"}


def test_nobody_imports_the_sandbox() -> None:
    outside = {
        file
        for file, module in imports()
        if module.startswith("checks.sandbox") and not file.startswith("checks/sandbox/")
    }
    assert outside == set()


def test_arrows_run_one_way() -> None:
    allowed = {
        "assets": {"assets"},
        "checks": {"checks", "assets"},
        "wizard": {"wizard", "checks", "assets"},
        "screens": {"screens", "wizard", "checks", "assets"},
    }
    for file, module in imports():
        room, imported = file.partition("/")[0], module.partition(".")[0]
        if imported in ROOMS:
            assert imported in allowed[room], f"{file} imports {module}"
