"""How the program ends. Scripts rely on these numbers."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    OK = 0
    FINDINGS = 1
    """Something found at or above `--fail-on`; wins over NO_ANSWER."""
    USAGE = 2
    NO_ANSWER = 3
    """A check at or above `--fail-on` had what it needs, and nobody knows."""
    VAULT = 4
    """Something is kept here that cannot be opened, or changed, now: the keyring is locked or not there."""
    BUG = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141
    """The reader of our output went away, as a shell reports it."""


class UsageError(Exception):
    """What was typed cannot be done. The message is one clear sentence for the person."""


class Refused(Exception):
    """The surroundings do not allow it (the demo does not start, say). One clear sentence for the person."""
