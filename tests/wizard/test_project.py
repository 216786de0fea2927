"""From a project and its decisions to the target: what may be looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.discovery import Discovery
from checks.target import Domain, Endpoint, EndpointKind, Host, HostRole, MailDomain, Platform
from tests.wizard.made import made, state_of
from wizard.decisions import Decisions
from wizard.domain_name import read_domain
from wizard.project import Project, host_of, new_project, target_of, unconfirmed_hosts

PROJECT = new_project(read_domain("acme.ai"))
APP = Host("app.acme.ai", HostRole.APP, confirmed=False)
DOCS = Host("docs.acme.ai", HostRole.DOCS, confirmed=False)
SIGNUP = Endpoint("https://app.acme.ai/signup", EndpointKind.SIGNUP, confirmed=False)
GUIDE = Endpoint("https://docs.acme.ai/guide", EndpointKind.LANDING, confirmed=False)
FOUND = Discovery((Host("acme.ai", HostRole.APEX), APP, DOCS), (SIGNUP, GUIDE))
PLATFORM = Platform("lovable.app", "Lovable")


def deciding(confirmed: set[str] = frozenset(), rejected: set[str] = frozenset()) -> Project:  # type: ignore[assignment]
    return replace(PROJECT, decisions=Decisions().confirm(frozenset(confirmed), frozenset(rejected)))


def test_a_new_project_knows_its_domain_and_nothing_else() -> None:
    target = target_of(PROJECT)
    assert target.domain == Domain("acme.ai")
    assert target.hosts == (Host("acme.ai", HostRole.APEX),)
    assert target.mail_domains == (MailDomain("acme.ai"),)
    assert target.endpoints == ()
    assert target.exclusions == ()


def test_what_was_discovered_is_looked_at_as_a_guess() -> None:
    target = target_of(PROJECT, FOUND)
    assert target.hosts == FOUND.hosts
    assert unconfirmed_hosts(target) == (APP, DOCS)
    assert target.endpoints == (SIGNUP, GUIDE)


def test_what_the_person_named_wins_over_a_guess() -> None:
    named = Host("app.acme.ai", HostRole.OTHER)
    page = replace(SIGNUP, method="POST", side_effects=True, confirmed=True)
    target = target_of(replace(PROJECT, hosts=(named,), endpoints=(page,)), FOUND)
    assert [host for host in target.hosts if host.name == "app.acme.ai"] == [named]
    assert [endpoint for endpoint in target.endpoints if endpoint.url == SIGNUP.url] == [page]


def test_a_confirmed_host_confirms_its_pages() -> None:
    target = target_of(deciding({"app.acme.ai"}), FOUND)
    assert unconfirmed_hosts(target) == (DOCS,)
    assert {endpoint.url: endpoint.confirmed for endpoint in target.endpoints} == {
        SIGNUP.url: True,
        GUIDE.url: False,
    }


def test_a_rejected_host_takes_its_pages_along() -> None:
    target = target_of(deciding(rejected={"docs.acme.ai"}), FOUND)
    assert "docs.acme.ai" not in {host.name for host in target.hosts}
    assert target.endpoints == (SIGNUP,)


def test_a_page_can_be_rejected_alone() -> None:
    target = target_of(deciding(rejected={SIGNUP.url}), FOUND)
    assert APP in target.hosts
    assert target.endpoints == (GUIDE,)


def test_a_name_that_a_platform_lends() -> None:
    project = new_project(read_domain("shop.lovable.app"))
    target = target_of(project, Discovery((APP,), ()), PLATFORM)
    assert target.platform == PLATFORM
    assert target.hosts == (Host("shop.lovable.app", HostRole.APEX),)
    assert target.mail_domains == ()


@pytest.mark.parametrize(
    ("check_id", "item", "applies"),
    [
        ("dns.own-domain", "S1.1", True),
        ("dns.name-exists", "S1.1", False),
        ("edge.tls-trusted", "S2.2", True),
        ("edge.host-answers", "S2.6", True),
        ("performance.baseline", "S1.5", True),
        ("dns.host-resolves", "S1.1", False),
        ("dns.public-address", "S1.1", False),
        ("dns.no-ipv6", "S1.1", False),
        ("mail.spf-present", "S1.1", False),
        ("edge.doors-reach", "S1.2", False),
        ("mail.anything", "S5.3", False),
        ("send.welcome", "S5.4", False),
    ],
)
def test_what_does_not_apply_below_a_platforms_suffix(check_id: str, item: str, applies: bool) -> None:
    target = target_of(new_project(read_domain("shop.lovable.app")), None, PLATFORM)
    reasons = [exclusion.reason for exclusion in target.exclusions if exclusion.covers(check_id, item)]
    assert bool(reasons) != applies
    assert all("Lovable" in reason for reason in reasons)


def test_the_mail_bar_does_not_apply_there_and_says_why() -> None:
    from checks.model import Outcome

    target = target_of(new_project(read_domain("shop.lovable.app")), None, PLATFORM)
    results = [
        made(id, Outcome.NOT_APPLICABLE, "shop.lovable.app", summary="this name belongs to Lovable")
        for id in ("mail.spf-present", "mail.dkim-key-seen", "mail.dmarc-present")
    ]
    m5 = next(bar for bar in state_of(results, target=target).assessment.bars if bar.bar.id == "M5")
    assert (m5.state.value, m5.reason) == ("not applicable", "this name belongs to Lovable")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://acme.ai/x", "acme.ai"),
        ("https://ana:pw@Acme.ai:8443/x", "acme.ai"),
        ("https://acme.ai?x=/y", "acme.ai"),
        ("https://[2001:db8::1]:443/", "2001:db8::1"),
        ("acme.ai", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host
