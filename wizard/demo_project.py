"""The project that the made-up founder of the demo has already told us about."""

from __future__ import annotations

from wizard.demo import DemoStartup
from wizard.domain_name import read_domain
from wizard.project import Project


def demo_project(startup: DemoStartup) -> Project:
    """Everything known and confirmed, so that nothing is guessed and two runs see the same subjects."""
    return Project(
        name=startup.product,
        domain=read_domain(startup.domain),
        hosts=startup.hosts,
        endpoints=startup.endpoints,
        mail_domains=startup.mail_domains,
        complete=True,
    )
