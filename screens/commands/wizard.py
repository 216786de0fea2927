"""`launch-ready [DOMAIN]`: the full screen where there is one, numbered prompts where there is not."""

from __future__ import annotations

import argparse

from screens import outside
from screens.exits import UsageError
from screens.logs import silence
from screens.terminal import Face, face, require_room


def run(values: argparse.Namespace) -> int:
    options = outside.network(values)
    if values.domain is not None:
        from screens import reading

        reading.domain(values.domain, "launch-ready")
    where = face(plain=values.plain)
    if where is Face.FULL:
        require_room()
        from screens.tui.app import run_wizard

        silence()
        return run_wizard(values.domain, options)
    if where is Face.NOBODY and values.domain is None:
        raise UsageError(
            "No terminal to ask in: give a domain, as in launch-ready acme.ai, or add --plain to answer from a pipe."
        )
    from screens.plain import prompt_domain

    return prompt_domain(values.domain, options)
