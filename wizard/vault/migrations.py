"""From an older schema of the kept answers to the present one: pure functions, each from v to v + 1."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Final

from wizard.vault.sealed import JsonObject

Step = Callable[[JsonObject], JsonObject]

SCHEMA: Final = 1
STEPS: Final[Mapping[int, Step]] = {}
"""Key v holds the function from v to v + 1. There has been one schema so far."""


class NewerSchema(Exception):
    """Written by a newer Launch Ready: may be shown, must not be written."""

    def __init__(self, schema: int) -> None:
        super().__init__(
            "This project was last saved by a newer Launch Ready; it can be read here. Update to change it."
        )
        self.schema = schema


def upgrade(
    content: JsonObject, schema: int, *, newest: int = SCHEMA, steps: Mapping[int, Step] = STEPS
) -> JsonObject:
    """The content under `newest`; `content` itself is not changed. Raises NewerSchema."""
    if schema > newest:
        raise NewerSchema(schema)
    upgraded = copy.deepcopy(content)
    for version in range(schema, newest):
        upgraded = steps[version](upgraded)
        if "schema" in upgraded:
            upgraded["schema"] = version + 1  # kept.py reads it there
    return upgraded
