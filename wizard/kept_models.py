"""The shapes of what is kept of a project, as pydantic models. `kept.py` turns them into what the wizard works with.

Renaming a field here needs a step in wizard/vault/migrations.py: the documents of last year have the old name.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from checks.model import PASTE_LIMIT, Outcome, Severity
from checks.target import EndpointKind, HostRole
from checks.text import visible

LONGEST_NAME = 200
LONGEST_PLACE = 500
_LONGEST_URL = 4000
_HOST = re.compile(r"[^\s/@:?#\\.\[\]]{1,63}(\.[^\s/@:?#\\.\[\]]{1,63})+\Z")
_NUMBER = re.compile(r"(\d+|0x[0-9a-f]*)\Z")
_URL = re.compile(r"https?://(?P<host>[^\s/@:?#\\\[\]]+)(:\d{1,5})?([/?][^\s#]*)?\Z")


def _plain(text: str) -> str:
    """What a terminal would obey has no place in a name; a document that has it was not written by us."""
    if visible(text, limit=8 * PASTE_LIMIT) != text:
        raise ValueError("it has a character that no eye sees")
    return text


def _told(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return _plain(text)


def _host(name: str) -> str:
    if len(name) > 253 or not _HOST.match(name) or _NUMBER.match(name.rpartition(".")[2]):
        raise ValueError("it is no host name")
    return _plain(name)


def _url(url: str) -> str:
    match = _URL.match(url)
    if len(url) > _LONGEST_URL or match is None:
        raise ValueError("it is no address that begins with https:// or http://, or one with a login in it")
    _host(match["host"])
    return _plain(url)


def _selector(text: str) -> str:
    from wizard.dkim_selector import NotASelector, read_selector

    try:
        known = read_selector(text) == text
    except NotASelector:
        known = False
    if not known:
        raise ValueError("it is no DKIM selector")
    return text


Plain = Annotated[str, AfterValidator(_plain)]
Told = Annotated[str, AfterValidator(_told)]
HostName = Annotated[str, AfterValidator(_host)]
Url = Annotated[str, AfterValidator(_url)]
Selector = Annotated[str, AfterValidator(_selector)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9._-]{1,80}$")]


class Model(BaseModel):
    """Strict: a number is no text, and a field that nobody knows is a mistake (see `kept.py` for newer documents)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class DomainModel(Model):
    name: HostName
    host: HostName
    """The name as it was typed, which may be below `name`."""


class HostModel(Model):
    name: HostName
    role: HostRole
    confirmed: bool


class EndpointModel(Model):
    url: Url
    kind: EndpointKind
    method: Annotated[str, Field(pattern=r"^[A-Z]{1,20}$")]
    side_effects: bool
    confirmed: bool


class MailDomainModel(Model):
    name: HostName
    selectors: tuple[Selector, ...]
    confirmed: bool


class AcceptedRiskModel(Model):
    result_id: Told
    by: Told
    on: date
    reason: Told


class DecisionsModel(Model):
    """`confirmed` and `rejected` are host names or URLs."""

    confirmed: tuple[Told, ...]
    rejected: tuple[Told, ...]
    accepted: tuple[AcceptedRiskModel, ...]


class KeptModel(Model):
    """Everything that the answers of one project are."""

    schema_number: Annotated[int, Field(ge=1, alias="schema")]
    name: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_told)]
    domain: DomainModel
    hosts: tuple[HostModel, ...]
    endpoints: tuple[EndpointModel, ...]
    mail_domains: tuple[MailDomainModel, ...]
    complete: bool
    decisions: DecisionsModel
    place: Annotated[str, Field(max_length=LONGEST_PLACE), AfterValidator(_plain)]

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


class EvidenceModel(Model):
    seen: Told
    where: Plain
    expected: Plain


class CauseModel(Model):
    code: Told
    sentence: Told
    remedy: Plain
    removable: bool


class ChangeModel(Model):
    have: Plain
    want: Plain
    where: Plain
    paste: Plain


class ResultModel(Model):
    """`lowered` is the severity that the judge itself gave, where it was below the declared one."""

    check_id: Word
    item: Annotated[str, Field(pattern=r"^[A-Z0-9.]{1,20}$")]
    subject: Told
    severity: Severity
    lowered: Severity | None
    outcome: Outcome
    summary: Told
    evidence: tuple[EvidenceModel, ...]
    cause: CauseModel | None
    change: ChangeModel | None
    found_at: AwareDatetime
    took_ms: Annotated[float, Field(ge=0)]
    confirmed: bool


class RunModel(Model):
    schema_number: Annotated[int, Field(ge=1, alias="schema")]
    looked_at: AwareDatetime
    results: tuple[ResultModel, ...]

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)
