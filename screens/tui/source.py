"""Where sittings come from: the person's own domain, or the made-up startup of the demo. Heavy imports wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from checks.world import NetworkOptions
    from wizard.demo import DemoSandbox
    from wizard.domain_name import DomainName
    from wizard.session import Session

CLOSING = 5.0
"""Seconds that the demo's child has to end."""
DEMO_DOMAIN = "plumline.example"


class NotOffered(Exception):
    """This source has no sitting for that domain. The message is one sentence for the person."""


class Source(Protocol):
    """Gives a session for a domain, once it is started; whatever it started ends with `close`."""

    typed: str
    """What stands in the domain field at the start."""

    @property
    def demo(self) -> bool: ...

    @property
    def mendable(self) -> bool:
        """Whether `mend` would change anything now."""

    def start(self) -> None:
        """Begin what takes time. Called on the app's loop, and does not wait."""

    async def close(self) -> None:
        """End what `start` began, and wait until it has ended."""

    async def session(self, domain: DomainName) -> Session:
        """Raises NotOffered."""

    async def mend(self) -> None: ...


class OwnDomain:
    """The wizard proper. `options` may be a function, called in the thread in which the heavy parts are loaded."""

    demo = False
    mendable = False

    def __init__(self, options: NetworkOptions | Callable[[], NetworkOptions], typed: str = "") -> None:
        self.typed = typed
        self._options = options

    def start(self) -> None:
        return None

    async def session(self, domain: DomainName) -> Session:
        from wizard.project import new_project
        from wizard.session import Session

        options = self._options() if callable(self._options) else self._options
        return Session(new_project(domain), options)

    async def mend(self) -> None:
        return None

    async def close(self) -> None:
        return None


class Demo:
    """The sandbox as a child process, started while the first screen already shows."""

    demo = True

    def __init__(self, state: str = "broken") -> None:
        self.typed = DEMO_DOMAIN
        self._state = state
        self._ready: asyncio.Future[DemoSandbox] | None = None
        self._living: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    @property
    def mendable(self) -> bool:
        return self._state != "fixed"

    @property
    def ready(self) -> asyncio.Future[DemoSandbox]:
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
        return self._ready

    def start(self) -> None:
        if self._living is None:
            self._living = asyncio.create_task(self._live(self.ready, self._closing))

    async def _live(self, ready: asyncio.Future[DemoSandbox], closing: asyncio.Event) -> None:
        try:
            sandbox_class = await asyncio.to_thread(_sandbox_class)
            async with sandbox_class(state=self._state) as sandbox:
                ready.set_result(sandbox)
                await closing.wait()
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(NotOffered(str(error)))
            # Retrieved here, because a person may leave before anybody asks for it.
            ready.exception()

    async def session(self, domain: DomainName) -> Session:
        if domain.name != DEMO_DOMAIN:
            raise NotOffered(f"The demo only knows {DEMO_DOMAIN}. Yours: launch-ready {domain.name}")
        sandbox = await asyncio.shield(self.ready)
        from wizard.demo_project import demo_project
        from wizard.session import Session

        return Session(demo_project(sandbox.startup), sandbox.options)

    async def mend(self) -> None:
        sandbox = await asyncio.shield(self.ready)
        await sandbox.set_state("fixed")
        self._state = "fixed"

    async def close(self) -> None:
        # Not by cancelling: a child whose start was cut off half-way is hard to end well.
        self._closing.set()
        if self._living is not None:
            await asyncio.wait({self._living}, timeout=CLOSING)


def _sandbox_class() -> type[DemoSandbox]:
    from wizard.demo import DemoSandbox

    return DemoSandbox


def load_core() -> None:
    """Import what a sitting needs. For a worker thread: it takes a few hundred milliseconds."""
    from checks.check import all_checks
    from checks.world import preload
    from wizard import session
    from wizard.roadmap import load_roadmap
    from wizard.texts import load_check_texts

    preload()
    all_checks()
    load_roadmap()
    load_check_texts()
    del session
    # The screens that come next: their first import would otherwise stand between a key and what it opens.
    from screens.tui import checking, export, finding, overview, stage, steps

    del checking, export, finding, overview, stage, steps
