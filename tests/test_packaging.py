"""The wheel that `pip install .` builds: all of the product, nothing else, and its data readable from it."""

from __future__ import annotations

import email
import email.message
import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("assets", "checks", "screens", "wizard")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def build(kind: str, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def product_files() -> set[str]:
    return {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def metadata(unpacked: Path) -> email.message.Message:
    (info,) = unpacked.glob("*.dist-info")
    return email.message_from_string((info / "METADATA").read_text(encoding="utf-8"))


def test_the_wheel_holds_the_whole_product_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == product_files()


def test_building_leaves_nothing_at_the_top_level(wheel: Path) -> None:
    assert not [
        entry.name for entry in ROOT.iterdir() if entry.name in ("build", "dist") or "egg-info" in entry.name
    ]


def test_the_wheel_says_who_it_is(unpacked: Path) -> None:
    said = metadata(unpacked)
    assert (said["Name"], said["Requires-Python"]) == ("launch-ready", ">=3.11")
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    required = [line for line in said.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert len(required) == len(PROJECT["dependencies"])
    (info,) = unpacked.glob("*.dist-info")
    assert "launch-ready = screens.cli:main" in (info / "entry_points.txt").read_text(encoding="utf-8")


READ_FROM_THE_WHEEL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from importlib.resources import files
import assets, wizard
from checks.check import all_checks
from wizard.roadmap import load_roadmap
from wizard.texts import load_check_texts
styles = [entry.name for entry in (files("assets") / "styles").iterdir() if entry.name.endswith(".tcss")]
print(json.dumps({
    "from": [assets.__file__, wizard.__file__],
    "items": len(load_roadmap().items),
    "texts": sorted(load_check_texts()),
    "checks": [check.id for check in all_checks()],
    "styles": styles,
}))
"""


def test_the_data_is_readable_from_the_installed_wheel(unpacked: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-B", "-c", READ_FROM_THE_WHEEL, str(unpacked)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    read = json.loads(ended.stdout)
    assert all(str(unpacked) in place for place in read["from"])
    assert read["items"] > 70
    assert read["texts"] == read["checks"] != []
    assert "app.tcss" in read["styles"]


def test_the_source_archive_can_be_tested_too(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert product_files() <= names
    assert {"README.md", "LICENSE", "pyproject.toml", "tests/conftest.py", "tests/test_packaging.py"} <= names
