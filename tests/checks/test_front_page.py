"""The front page of a host, in the made-up startup."""

from __future__ import annotations

import pytest

from checks.model import CouldNotCheck
from checks.probes.front_page import front_page
from checks.target import Host
from checks.world import World
from wizard.demo import DemoSandbox
from wizard.demo_project import demo_project
from wizard.project import target_of

APEX, WWW = Host("plumline.example"), Host("www.plumline.example")


async def test_it_is_the_page_that_a_visitor_ends_at_or_a_cause() -> None:
    async with DemoSandbox() as sandbox:
        target = target_of(demo_project(sandbox.startup))
        async with World(sandbox.options, target=target) as world:
            page = await world.find(front_page, WWW)
            assert page.url == "https://plumline.example/"
            assert page.status == 200
            assert "Plumline" in page.text
        await sandbox.set_faults({"redirect-loop"})
        async with World(sandbox.options, target=target) as world:
            with pytest.raises(CouldNotCheck, match="shows no page of its own"):
                await world.find(front_page, APEX)
        await sandbox.set_faults({"app-down"})
        async with World(sandbox.options, target=target) as world:
            with pytest.raises(CouldNotCheck) as unseen:
                await world.find(front_page, Host("app.plumline.example"))
            assert unseen.value.cause.code == "host-unreachable"
