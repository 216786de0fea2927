"""What every section of the handover is made from, and the standing sentences it uses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from checks.model import CheckResult, Severity
from wizard.assessment import Assessment, Finding
from wizard.handover.escape import code, prose
from wizard.roadmap import Roadmap, load_roadmap

if TYPE_CHECKING:
    from wizard.session import SessionState

SEVERITIES = (
    (Severity.BLOCKER, "Launch blockers"),
    (Severity.HIGH, "High risks"),
    (Severity.MEDIUM, "Medium risks"),
)


@dataclass(frozen=True, slots=True)
class Material:
    """One state of a sitting, with its assessment worked out once."""

    state: SessionState
    assessment: Assessment
    roadmap: Roadmap

    @property
    def results(self) -> Sequence[CheckResult]:
        return sorted(self.state.results, key=lambda result: result.id)

    def of_topics(self, *topics: str) -> list[CheckResult]:
        return [r for r in self.results if r.topic in topics]

    def about(self, subject: str) -> dict[str, CheckResult]:
        """The results on one subject, by check id."""
        return {r.check_id: r for r in self.results if r.subject == subject}


def material_of(state: SessionState) -> Material:
    return Material(state, state.assessment, load_roadmap())


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The standing sentences: verdicts, sections, limits, words."""
    return tomllib.loads((files("assets") / "handover" / "words.toml").read_text(encoding="utf-8"))


def intro(section: str) -> str:
    return str(words()["sections"][section])


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody who can make changes: how a sentence names them, and who that usually is."""

    name: str
    means: str


@lru_cache(maxsize=1)
def _roles() -> Mapping[str, Role]:
    """Roles by the beginning of a check's id."""
    data = tomllib.loads((files("assets") / "handover" / "who.toml").read_text(encoding="utf-8"))
    roles = {key: Role(**row) for key, row in data["roles"].items()}
    return {prefix: roles[key] for prefix, key in data["who"].items()}


def who(check_id: str) -> Role:
    """Who can usually make the change that a check asks for."""
    return _roles()[max((prefix for prefix in _roles() if check_id.startswith(prefix)), key=len)]


def minutes(count: int) -> str:
    """A length of work as people say it."""
    if count < 60:
        return f"about {count} minutes"
    hours, rest = divmod(count, 60)
    spoken = "1 hour" if hours == 1 else f"{hours} hours"
    return f"about {spoken}" if rest == 0 else f"about {spoken} {rest} minutes"


def finding_id(finding: Finding) -> str:
    """A stable name of a finding: the check, and the severity, or the one result that somebody accepted."""
    if finding.accepted:
        return f"accepted.{finding.results[0].id}"
    return f"{finding.severity}.{finding.check_id}"


def places(finding: Finding) -> str:
    """On what the finding was seen, at most four of them by name."""
    subjects = [r.subject for r in finding.results]
    more = f" and {len(subjects) - 4} more" if len(subjects) > 4 else ""
    return ", ".join(subjects[:4]) + more


def told(result: CheckResult) -> str:
    """The sentence of a result, beginning with what it is about."""
    if result.subject in result.summary:
        return prose(result.summary)
    return f"{code(result.subject)}: {prose(result.summary)}"
