"""One audit without a person: what `check`, `export` and the demo's batch run share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from checks.network import NetworkOptions
from screens.exits import Refused
from screens.progress import ProgressLine
from wizard.demo import DemoSandbox, DemoUnavailable
from wizard.demo_project import demo_project
from wizard.project import Project
from wizard.session import Session, SessionState


async def look(session: Session) -> SessionState:
    """Discover and check everything, with a line of progress where somebody watches."""
    line = ProgressLine(sys.stderr)
    line.show(f"Looking for the hosts of {session.project.domain.name}")
    try:
        return await session.look(line)
    finally:
        line.clear()


def audit(project: Project, options: NetworkOptions, **settings: object) -> SessionState:
    """`settings` are fields of Session."""
    return asyncio.run(look(Session(project, options, **settings)))  # type: ignore[arg-type]


@asynccontextmanager
async def demo(state: str) -> AsyncIterator[tuple[DemoSandbox, Project]]:
    """The made-up startup, running. Raises Refused when it does not start."""
    try:
        async with DemoSandbox(state=state) as sandbox:
            yield sandbox, demo_project(sandbox.startup)
    except DemoUnavailable as error:
        raise Refused(str(error)) from error
