"""What a person decided: which hosts are theirs, which risks they take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from checks.text import visible


@dataclass(frozen=True, slots=True)
class AcceptedRisk:
    """A risk that somebody takes on. Without a name and a date it is not accepted."""

    result_id: str
    by: str
    on: date
    reason: str

    def __post_init__(self) -> None:
        for name in ("by", "reason"):
            value = visible(getattr(self, name)).strip()
            if not value:
                raise ValueError(f"an accepted risk needs its {name}")
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Decisions:
    """`confirmed` and `rejected` are host names or URLs that the person said are, or are not, theirs."""

    confirmed: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    accepted: tuple[AcceptedRisk, ...] = field(default=())

    def confirm(self, names: frozenset[str], rejected: frozenset[str]) -> Decisions:
        """The last word on a name counts; one that is in both sets is rejected."""
        return replace(
            self,
            confirmed=(self.confirmed | names) - rejected,
            rejected=(self.rejected - names) | rejected,
        )

    def accept(self, risk: AcceptedRisk) -> Decisions:
        others = tuple(r for r in self.accepted if r.result_id != risk.result_id)
        return replace(self, accepted=(*others, risk))

    def withdraw(self, result_id: str) -> Decisions:
        return replace(self, accepted=tuple(r for r in self.accepted if r.result_id != result_id))
