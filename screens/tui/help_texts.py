"""What F1 says about each screen, and short names of the minimum bar. Read from assets/help."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class HelpText:
    """`keys` are pairs of a key as people call it and what it does here."""

    title: str
    text: str
    keys: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def _read() -> Mapping[str, Any]:
    return tomllib.loads((files("assets") / "help" / "screens.toml").read_text(encoding="utf-8"))


def help_text(name: str) -> HelpText:
    """The section `name`, with the keys that work everywhere behind its own."""
    data = _read()
    section = data["screens"].get(name, data["screens"]["overview"])
    keys = (*section.get("keys", {}).items(), *data["everywhere"]["keys"].items())
    return HelpText(section["title"], section["text"], keys)


def bar_names() -> Mapping[str, str]:
    names: Mapping[str, str] = _read()["bars"]
    return names
