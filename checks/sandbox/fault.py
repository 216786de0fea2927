"""What a fault is: one thing gone wrong, and exactly which results it may change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from checks.sandbox.changes import Change
from checks.sandbox.pages import APEX, API, APP
from checks.sandbox.startup import ENDPOINTS, HOST_ROLES

LANDING = f"https://{APEX}/"
SIGNUP = f"https://{APP}/signup"
LOGIN = f"https://{APP}/login"
HEALTH = f"https://{API}/health"

EVERYTHING = frozenset(
    {*HOST_ROLES, *(str(endpoint["url"]) for endpoint in ENDPOINTS if not endpoint["side_effects"])}
)
"""Every subject that is looked at; the domain and the mail domain bear the apex's name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`breaks`: the results (`check@subject`) that turn into fail or partial. `blinds`: the subjects whose other
    results may become *could not check*, all with one cause. Nothing else changes."""

    id: str
    title: str
    story: str
    apply: Change
    breaks: frozenset[str] = frozenset()
    blinds: frozenset[str] = frozenset()


def at(subject: str, *checks: str) -> frozenset[str]:
    """The ids of the results of `checks` on one subject."""
    return frozenset(f"{check}@{subject}" for check in checks)


def all_of(*sets: frozenset[str]) -> frozenset[str]:
    return frozenset(chain.from_iterable(sets))
