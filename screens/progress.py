"""One line on standard error that says how far the checks are. Only where a person watches it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from checks.run import CheckFinished, Event, RunStarted
from screens.terminal import is_dumb, text_width

EVERY = 0.1
"""Seconds between two drawings of the line."""


@dataclass(slots=True)
class ProgressLine:
    """Rewritten by carriage return and blanks, so even here no escape code is needed. A listener of the runner."""

    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    _shown: int = field(default=0, init=False)
    _last: float = field(default=float("-inf"), init=False)

    @property
    def wanted(self) -> bool:
        return self.stream.isatty() and not is_dumb()

    def __call__(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self.show(f"Checking: 0 of {len(event.planned)}")
        elif isinstance(event, CheckFinished) and self.clock() - self._last >= EVERY:
            self.show(f"Checking: {event.done} of {event.total}  {event.result.id}")

    def show(self, text: str) -> None:
        if not self.wanted:
            return
        # The last column stays free: a full line makes some terminals scroll.
        cut = text[: text_width(self.stream) - 1]
        self.stream.write(f"\r{cut}{' ' * (self._shown - len(cut))}")
        self.stream.flush()
        self._shown, self._last = len(cut), self.clock()

    def clear(self) -> None:
        if self._shown:
            self.stream.write(f"\r{' ' * self._shown}\r")
            self.stream.flush()
            self._shown = 0
