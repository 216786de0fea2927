"""A client's launch as far as a person has told it, and the Target that follows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from checks.discovery import Discovery
from checks.target import (
    Domain,
    Endpoint,
    Exclusion,
    Host,
    HostRole,
    MailDomain,
    Platform,
    Target,
)
from wizard.decisions import Decisions
from wizard.domain_name import DomainName


@dataclass(frozen=True, slots=True)
class Project:
    """What the person gave. Hosts, endpoints and mail domains named here count as confirmed."""

    name: str
    domain: DomainName
    hosts: tuple[Host, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    mail_domains: tuple[MailDomain, ...] = ()
    complete: bool = False
    """Whether the lists are known to be whole, so that nothing needs to be guessed."""
    decisions: Decisions = field(default_factory=Decisions)


def new_project(domain: DomainName) -> Project:
    return Project(name=domain.name, domain=domain)


def _decided_hosts(hosts: tuple[Host, ...], decisions: Decisions) -> tuple[Host, ...]:
    return tuple(
        replace(host, confirmed=True) if host.name in decisions.confirmed else host
        for host in hosts
        if host.name not in decisions.rejected
    )


def _decided_endpoints(
    endpoints: tuple[Endpoint, ...], hosts: tuple[Host, ...], decisions: Decisions
) -> tuple[Endpoint, ...]:
    confirmed = {host.name for host in hosts if host.confirmed}
    rejected = decisions.rejected
    return tuple(
        # Confirming a host confirms what was found on it: asking twice for the same thing helps nobody.
        replace(e, confirmed=True) if host_of(e.url) in confirmed else e
        for e in endpoints
        if e.url not in rejected and host_of(e.url) not in rejected
    )


def host_of(url: str) -> str:
    """The host name in a URL, without port and login; empty when there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def unconfirmed_hosts(target: Target) -> tuple[Host, ...]:
    """Hosts that were guessed and that the person has said nothing about yet."""
    return tuple(host for host in target.hosts if not host.confirmed)


def _platform_exclusions(platform: Platform) -> tuple[Exclusion, ...]:
    reason = (
        f"this name belongs to {platform.name}, who runs its DNS and mail; it applies once you own a domain"
    )
    scopes = (
        "mail",
        "dns.name-exists",
        "dns.host-resolves",
        "dns.no-ipv6",
        "dns.host-mail",
        "dns.public-address",
        "S1.2",
        "S5.1",
        "S5.2",
        "S5.3",
        "S5.4",
        "S5.5",
    )
    return tuple(Exclusion(scope, reason) for scope in scopes)


def target_of(
    project: Project, discovery: Discovery | None = None, platform: Platform | None = None
) -> Target:
    """What may be looked at: what the person gave, and what was discovered and not rejected."""
    named = {host.name for host in project.hosts}
    found = () if discovery is None else discovery.hosts
    hosts = (*project.hosts, *(host for host in found if host.name not in named))
    hosts = _decided_hosts(hosts or (Host(project.domain.name, HostRole.APEX),), project.decisions)
    urls = {endpoint.url for endpoint in project.endpoints}
    guessed = () if discovery is None else discovery.endpoints
    endpoints = (*project.endpoints, *(e for e in guessed if e.url not in urls))
    if platform is not None:
        return Target(
            domain=Domain(project.domain.host),
            hosts=(Host(project.domain.host, HostRole.APEX),),
            endpoints=_decided_endpoints(endpoints, hosts, project.decisions),
            platform=platform,
            exclusions=_platform_exclusions(platform),
        )
    return Target(
        domain=Domain(project.domain.name),
        hosts=hosts,
        mail_domains=project.mail_domains or (MailDomain(project.domain.name),),
        endpoints=_decided_endpoints(endpoints, hosts, project.decisions),
    )
