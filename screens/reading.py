"""From options to what the rest of the program works with. Every refusal is a UsageError of one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace

from checks.check import Check, all_checks
from checks.discovery import role_of
from checks.target import Domain, Endpoint, EndpointKind, Host, MailDomain, Target
from screens.exits import UsageError
from wizard.domain_name import DomainName, NotADomain, read_domain
from wizard.project import Project, new_project

_POSTED = frozenset({EndpointKind.GENERATION})
"""Kinds whose request does something: named for the record, never requested."""


def domain(typed: str | None, command: str) -> DomainName:
    if typed is None:
        raise UsageError(f"Which domain? For example: {command} acme.ai")
    try:
        return read_domain(typed)
    except NotADomain as error:
        raise UsageError(str(error)) from error


def project(name: DomainName, values: argparse.Namespace) -> Project:
    """What the person gave on the command line counts as confirmed."""
    named = new_project(name)
    mail = (MailDomain(name.name, tuple(values.dkim_selector)),) if values.dkim_selector else ()
    hosts = tuple(dict.fromkeys(_host(typed, name) for typed in values.host))
    endpoints = tuple(dict.fromkeys(_endpoint(kind, url) for kind, url in values.endpoint))
    decisions = named.decisions.confirm(frozenset(h.name for h in hosts), frozenset())
    return replace(named, hosts=hosts, endpoints=endpoints, mail_domains=mail, decisions=decisions)


def _host(typed: str, name: DomainName) -> Host:
    try:
        host = read_domain(typed).host
    except NotADomain as error:
        raise UsageError(f"--host: {error}") from error
    return Host(host, role_of(host, Domain(name.name)))


def _endpoint(kind: str, url: str) -> Endpoint:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    try:
        host = read_domain(f"{scheme}://{authority}").host
    except NotADomain as error:
        raise UsageError(f"--endpoint {kind}: {error}") from error
    bare = authority.rpartition("@")[2]
    port = f":{bare.rpartition(':')[2]}" if ":" in bare else ""
    clean = f"{scheme.lower()}://{host}{port}{slash or '/'}{path.partition('#')[0]}"
    posted = EndpointKind(kind) in _POSTED
    return Endpoint(clean, EndpointKind(kind), "POST" if posted else "GET", side_effects=posted)


def checks(values: argparse.Namespace) -> tuple[Check, ...]:
    """The checks that `--stage` and `--only` leave: any of the stages, and any of the names."""
    stages, names = set(values.stage or ()), set(values.only or ())
    known = all_checks()
    topics = sorted({check.topic for check in known})
    for name in names:
        if not any(name.partition("@")[0] in (check.id, check.topic) for check in known):
            raise UsageError(f"--only {name}: there is no such check; topics are {', '.join(topics)}.")
    chosen = [check for check in known if not stages or int(check.item[1]) in stages]
    if names:
        chosen = [narrowed for check in chosen if (narrowed := _narrowed(check, names)) is not None]
    if not chosen:
        raise UsageError("Nothing is checked there yet: no check is in that stage and of that name.")
    return tuple(chosen)


def _narrowed(check: Check, names: Iterable[str]) -> Check | None:
    if {check.id, check.topic} & set(names):
        return check
    wanted = {name for name in names if name.startswith(f"{check.id}@")}
    if not wanted:
        return None

    def each(target: Target) -> list[object]:
        return [subject for subject in check.each(target) if f"{check.id}@{subject}" in wanted]

    return replace(check, each=each)  # type: ignore[arg-type]
