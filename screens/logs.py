"""What the program notes about itself: nothing for most people, places without values with `--debug`."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType


class WithoutValues(logging.Formatter):
    """Where it happened and of which kind; no message of an exception, because it may quote a secret."""

    def formatException(  # noqa: N802
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        name = kind.__name__ if kind is not None else "no exception"
        return "".join([*traceback.format_tb(trace), name])


def set_up(*, debug: bool) -> None:
    """Without a handler, Python would print errors with their tracebacks on standard error, between our lines."""
    root = logging.getLogger()
    if debug:
        handler: logging.Handler = logging.StreamHandler()
        handler.setFormatter(WithoutValues("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    elif not root.handlers:
        root.addHandler(logging.NullHandler())


def silence() -> None:
    """Before the full screen, which draws where notes would go."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(logging.NullHandler())
