"""What the wizard says about each check: title, why it matters, how to mend it. Read from assets/checks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class CheckText:
    """`minutes` is how long the mending takes a person who does it for the first time, waiting not included."""

    id: str
    title: str
    why: str
    fix: tuple[str, ...]
    verify: str
    minutes: int
    references: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_check_texts() -> Mapping[str, CheckText]:
    texts: dict[str, CheckText] = {}
    for entry in sorted((files("assets") / "checks").iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".toml"):
            continue
        for id, row in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            texts[id] = CheckText(
                id=id,
                title=row["title"],
                why=row["why"],
                fix=tuple(row["fix"]),
                verify=row["verify"],
                minutes=row["minutes"],
                references=tuple(row.get("references", ())),
            )
    return texts


def text_of(check_id: str, texts: Mapping[str, CheckText] | None = None) -> CheckText:
    """The text of a check; a bare one where assets have none, so that a missing text never hides a result."""
    known = load_check_texts() if texts is None else texts
    return known.get(check_id) or CheckText(check_id, check_id, "", (), "", 15)
