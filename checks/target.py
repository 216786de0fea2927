"""What may be looked at. Plain frozen data: checks never see an answer or a project."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HostRole(StrEnum):
    APEX = "apex"
    WWW = "www"
    APP = "app"
    API = "api"
    DOCS = "docs"
    ADMIN = "admin"
    STAGING = "staging"
    STATUS = "status"
    BLOG = "blog"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Domain:
    """The name the launch stands under: lower case, no trailing dot, IDN in its ASCII form."""

    name: str

    @property
    def confirmed(self) -> bool:
        return True

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Host:
    """A host name at or below the domain. `confirmed` only when a person typed or accepted it."""

    name: str
    role: HostRole = HostRole.OTHER
    confirmed: bool = True

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class MailDomain:
    """A name that stands to the right of an @. `selectors` are DKIM selectors known to be in use."""

    name: str
    selectors: tuple[str, ...] = ()
    confirmed: bool = True

    def __str__(self) -> str:
        return self.name


class EndpointKind(StrEnum):
    LANDING = "landing"
    SIGNUP = "signup"
    LOGIN = "login"
    CHECKOUT = "checkout"
    ONBOARDING = "onboarding"
    GENERATION = "generation"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One URL that matters. One with side effects is never requested by a check of this package."""

    url: str
    kind: EndpointKind
    method: str = "GET"
    side_effects: bool = False
    confirmed: bool = True

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Platform:
    """A hosting platform whose own suffix the typed name stands under, like `lovable.app`."""

    suffix: str
    name: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Checks that do not apply. `scope` is a check id, a topic (`mail`) or a roadmap item (`S5.1`)."""

    scope: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("not applicable needs a reason")

    def covers(self, check_id: str, item: str) -> bool:
        return self.scope in (check_id, check_id.partition(".")[0], item)


@dataclass(frozen=True, slots=True)
class Target:
    """Everything that one run may look at."""

    domain: Domain
    hosts: tuple[Host, ...] = ()
    mail_domains: tuple[MailDomain, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    platform: Platform | None = None
    exclusions: tuple[Exclusion, ...] = ()


def the_domain(target: Target) -> tuple[Domain, ...]:
    return (target.domain,)


def all_hosts(target: Target) -> tuple[Host, ...]:
    return target.hosts


def mail_domains(target: Target) -> tuple[MailDomain, ...]:
    return target.mail_domains


def production_hosts(target: Target) -> tuple[Host, ...]:
    return tuple(host for host in target.hosts if host.role is not HostRole.STAGING)


def safe_endpoints(target: Target) -> tuple[Endpoint, ...]:
    """Endpoints that may be requested without asking: no side effects, and no health endpoint."""
    return tuple(e for e in target.endpoints if not e.side_effects and e.kind is not EndpointKind.HEALTH)


def health_endpoints(target: Target) -> tuple[Endpoint, ...]:
    return tuple(e for e in target.endpoints if e.kind is EndpointKind.HEALTH)
