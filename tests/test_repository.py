"""What holds for the tree as a whole: sizes, the top level, data that belongs together, words that must not stand."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from checks.check import all_checks
from wizard.roadmap import load_roadmap
from wizard.texts import CheckText, load_check_texts

ROOT = Path(__file__).parent.parent
TOP_LEVEL = {"README.md", "LICENSE", "pyproject.toml", "assets", "checks", "screens", "tests", "wizard"}
DOT_FILES = {".ci", ".gitattributes", ".gitignore"}
LONGEST_FILE = 400


@lru_cache(maxsize=1)
def tree() -> tuple[Path, ...]:
    """Every file that git knows or would add, relative to the root."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout here")
    listed = subprocess.run(
        [git, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = (Path(name.decode()) for name in listed.stdout.split(b"\0") if name)
    return tuple(sorted({name for name in names if (ROOT / name).is_file()}))


def text_of(name: Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def test_the_top_level_is_exactly_as_agreed() -> None:
    assert {name.parts[0] for name in tree()} == TOP_LEVEL | DOT_FILES


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {name.as_posix(): text_of(name).count("\n") for name in tree() if name.suffix != ".json"}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_python_file_says_what_it_is_for() -> None:
    silent = [
        name.as_posix()
        for name in tree()
        if name.suffix == ".py"
        and name.name != "conftest.py"
        and text_of(name).strip()
        and not ast.get_docstring(ast.parse(text_of(name)))
    ]
    assert silent == []


# One letter of each in brackets, so that this file does not find itself.
FORBIDDEN = {
    "the host of a package index": r"(?i)[p]ypi|[p]ythonhosted|[n]pmjs\.|[c]rates\.io|[p]roxy\.golang",
    "a path of somebody's machine": r"(?<![\w.$}-])/([w]ork|[r]oot|[U]sers/\w+|[h]ome/\w+)(/|\b)",
    "work that was left undone": r"\b([T]ODO|[F]IXME|[x]fail|[X]XX)\b",
    "a private key": r"-----BEGIN [A-Z ]*[P]RIVATE KEY-----",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_holds_nothing_of(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in tree()
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_check_ids_are_declared_once() -> None:
    declared: Counter[str] = Counter()
    for name in tree():
        if name.parts[0] != "checks" or name.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(text_of(name))):
            match node:
                case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=str(id)), *_]):
                    declared[id] += 1
    assert [id for id, times in declared.items() if times > 1] == []
    assert {check.id for check in all_checks()} >= set(declared)


def test_every_check_has_a_text_and_every_text_a_check() -> None:
    assert set(load_check_texts()) == {check.id for check in all_checks()}


@pytest.mark.parametrize("text", load_check_texts().values(), ids=load_check_texts().keys())
def test_a_text_says_what_why_how_and_how_to_see_that_it_worked(text: CheckText) -> None:
    assert text.title and not text.title.endswith(".")
    assert text.why.endswith((".", "!", "?"))
    assert text.fix and all(step.strip() for step in text.fix)
    assert text.verify
    assert 0 < text.minutes <= 240
    assert text.references, f"{text.id}: no source"


def roadmap_ids() -> set[str]:
    """Every id of the roadmap that the product is built to: stages 1 to 7, automation, advice."""
    per_stage = {
        "S": (7, 6, 5, 5, 5, 5, 5),
        "D": (2, 2, 2, 2, 1, 2, 1),
        "F": (4, 4, 3, 3, 3, 3, 2),
    }
    staged = {
        f"{kind}{stage}.{number}"
        for kind, counts in per_stage.items()
        for stage, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    }
    return staged | {f"A{n}" for n in range(1, 8)} | {f"R{n}" for n in range(1, 8)}


def test_every_roadmap_item_is_there_and_no_other() -> None:
    roadmap = load_roadmap()
    assert set(roadmap.items) == roadmap_ids()
    assert [stage.number for stage in roadmap.stages] == list(range(1, 8))
    for stage in roadmap.stages:
        assert all(item.id[1] == str(stage.number) for item in stage.items)


def test_the_minimum_bar_names_items_that_exist() -> None:
    roadmap = load_roadmap()
    assert [bar.id for bar in roadmap.bars] == [f"M{n}" for n in range(1, 8)]
    known = {check.id for check in all_checks()}
    for bar in roadmap.bars:
        assert set(bar.items) <= set(roadmap.items)
        assert bar.checks <= known


def test_every_check_bears_on_an_item_of_the_roadmap() -> None:
    items = load_roadmap().items
    assert {check.item for check in all_checks()} <= set(items)
