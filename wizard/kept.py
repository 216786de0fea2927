"""What is kept of a project and of its runs, to and from the dicts that the vault seals. Import it only where one is
opened or saved: pydantic is slow to import, and nothing before the first paint needs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from pydantic import ValidationError

from checks.model import PASTE_LIMIT, Cause, Change, CheckResult, Evidence, Result
from checks.target import Endpoint, Host, MailDomain
from checks.text import visible
from wizard import kept_models as shape
from wizard.decisions import AcceptedRisk, Decisions
from wizard.domain_name import DomainName, readable_form
from wizard.project import Project
from wizard.vault import runs
from wizard.vault.migrations import SCHEMA, STEPS, Step, upgrade
from wizard.vault.sealed import JsonObject

M = TypeVar("M", bound=shape.Model)

_NEWER: Final = "This was kept by a newer Launch Ready in a way that this one cannot read; update it."


class NotKept(ValueError):
    """What was kept cannot be used, or what should be kept cannot. The message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`place` is where one stopped, in the words of whoever shows it. `newer`: fields may have been left out here, so
    that this must not be saved over what is kept."""

    project: Project
    place: str = ""
    newer: bool = False


@dataclass(frozen=True, slots=True)
class KeptRun:
    """What one run found. `looked_at` is when it ended."""

    looked_at: datetime
    results: tuple[CheckResult, ...]


def keep(project: Project, place: str = "") -> JsonObject:
    """The document to save. What the domain was understood from is not kept: it was told when it was typed.

    Raises NotKept for what `read_kept` would refuse: better now than at the next start.
    """
    domain, decisions = project.domain, project.decisions
    document = {
        "schema": SCHEMA,
        "name": project.name,
        "domain": {"name": domain.name, "host": domain.host},
        "hosts": [{"name": h.name, "role": h.role, "confirmed": h.confirmed} for h in project.hosts],
        "endpoints": [
            {
                "url": e.url,
                "kind": e.kind,
                "method": e.method,
                "side_effects": e.side_effects,
                "confirmed": e.confirmed,
            }
            for e in project.endpoints
        ],
        "mail_domains": [
            {"name": m.name, "selectors": list(m.selectors), "confirmed": m.confirmed}
            for m in project.mail_domains
        ],
        "complete": project.complete,
        "decisions": {
            "confirmed": sorted(decisions.confirmed),
            "rejected": sorted(decisions.rejected),
            "accepted": [
                {"result_id": r.result_id, "by": r.by, "on": r.on.isoformat(), "reason": r.reason}
                for r in decisions.accepted
            ],
        },
        "place": place,
    }
    return _read(document, shape.KeptModel, "could not be kept", newest=SCHEMA).as_json()


def read_kept(content: JsonObject, *, newest: int = SCHEMA, steps: Mapping[int, Step] = STEPS) -> Kept:
    """A document from anywhere, trusted in nothing. An older one is brought up to `newest` by `steps`; of a newer one
    is read what is known here. Raises NotKept."""
    number = _schema(content)
    if number < newest:
        try:
            content = upgrade(content, number, newest=newest, steps=steps)
        except Exception:  # a step meets whatever a broken document holds
            raise NotKept("What was kept is damaged: an older form of it could not be read.") from None
    read = _read(content, shape.KeptModel, "could not be read", newest=newest)
    project = Project(
        name=read.name,
        domain=DomainName(read.domain.name, read.domain.host, readable_form(read.domain.name)),
        hosts=tuple(Host(h.name, h.role, h.confirmed) for h in read.hosts),
        endpoints=tuple(
            Endpoint(e.url, e.kind, e.method, e.side_effects, e.confirmed) for e in read.endpoints
        ),
        mail_domains=tuple(MailDomain(m.name, m.selectors, m.confirmed) for m in read.mail_domains),
        complete=read.complete,
        decisions=Decisions(
            confirmed=frozenset(read.decisions.confirmed),
            rejected=frozenset(read.decisions.rejected),
            accepted=tuple(AcceptedRisk(r.result_id, r.by, r.on, r.reason) for r in read.decisions.accepted),
        ),
    )
    return Kept(project, read.place, newer=number > newest)


def keep_run(
    results: Iterable[CheckResult], looked_at: datetime, *, redact: Callable[[str], str] = str
) -> JsonObject:
    """For `add_run`. `redact` goes over every text that came from outside (`Redactor.text`). Raises NotKept."""
    document = {
        "schema": runs.SCHEMA,
        "looked_at": looked_at.isoformat(),
        "results": [_row(result, redact) for result in results],
    }
    return _read(document, shape.RunModel, "could not be kept", newest=runs.SCHEMA).as_json()


def _row(result: CheckResult, redact: Callable[[str], str]) -> JsonObject:
    cause, change = result.cause, result.change
    return {
        "check_id": result.check_id,
        "item": result.item,
        "subject": redact(result.subject),
        "severity": result.severity,
        "lowered": result.result.severity,
        "outcome": result.outcome,
        "summary": redact(result.summary),
        "evidence": [
            {"seen": redact(e.seen), "where": redact(e.where), "expected": redact(e.expected)}
            for e in result.evidence
        ],
        "cause": None
        if cause is None
        else {
            "code": cause.code,
            "sentence": redact(cause.sentence),
            "remedy": redact(cause.remedy),
            "removable": cause.removable,
        },
        "change": None
        if change is None
        else {
            "have": redact(change.have),
            "want": redact(change.want),
            "where": redact(change.where),
            "paste": _whole(redact(change.paste)),
        },
        "found_at": result.found_at.isoformat(),
        "took_ms": result.took_ms,
        "confirmed": result.confirmed,
    }


def _whole(paste: str) -> str:
    """Characters made visible may have made it too long to be a Change again; a part of it would be a wrong record."""
    return paste if len(paste) <= PASTE_LIMIT else ""


def read_run(content: JsonObject) -> KeptRun:
    """Raises NotKept."""
    read = _read(content, shape.RunModel, "could not be read", newest=runs.SCHEMA)
    try:
        return KeptRun(read.looked_at, tuple(_result(row) for row in read.results))
    except ValueError as error:  # the rules of checks/model.py, such as no verdict without evidence
        raise NotKept(f"What was kept could not be read: a result in it breaks a rule ({error}).") from None


def _result(row: shape.ResultModel) -> CheckResult:
    cause, change = row.cause, row.change
    result = Result(
        row.outcome,
        row.summary,
        tuple(Evidence(e.seen, e.where, e.expected) for e in row.evidence),
        None if cause is None else Cause(cause.code, cause.sentence, cause.remedy, cause.removable),
        None if change is None else Change(change.have, change.want, change.where, change.paste),
        row.lowered,
    )
    return CheckResult(
        row.check_id,
        row.item,
        row.subject,
        row.severity,
        result,
        row.found_at,
        row.took_ms,
        row.confirmed,
    )


# Reading what is trusted in nothing ----------------------------------------------------------------------------


def _schema(content: object) -> int:
    number = content.get("schema") if isinstance(content, dict) else None
    if type(number) is not int or number < 1:
        raise NotKept("What was kept could not be read: it does not say in which form it is.")
    return number


def _read(content: JsonObject, model: type[M], what: str, *, newest: int) -> M:
    """By way of JSON, where strictness means what JSON can say. A newer form may have fields that are new to us."""
    newer = _schema(content) > newest
    try:
        text = json.dumps(content, allow_nan=False)
        return model.model_validate_json(text, extra="ignore" if newer else "forbid")
    except ValidationError as error:
        sentence = _sentence(error, what)
    except (TypeError, ValueError, RecursionError):
        sentence = f"This {what}: it holds something that no document can hold."
    # Raised here, so that the values which pydantic's error quotes do not hang on ours.
    raise NotKept(_NEWER if newer else sentence)


def _sentence(error: ValidationError, what: str) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = " › ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ")
    return visible(f"This {what}: {where or 'the whole'}: {why[:1].lower()}{why[1:]}.", 300)
