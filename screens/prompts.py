"""Questions with numbers for answers, on any two streams: for terminals without a full screen, and for readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from checks.text import visible
from screens.paper import Paper

LONGEST_LINE = 4096
"""Characters of one answer; what is longer counts as several."""


class Left(Exception):
    """The person left: they said so, or the input ended."""


@dataclass(frozen=True, slots=True)
class Prompts:
    source: TextIO
    sink: TextIO

    def paper(self) -> Paper:
        return Paper.of(self.sink)

    def say(self, text: str) -> None:
        """A paragraph with a blank line before it."""
        paper = self.paper()
        paper.text(text, indent=0)
        self.sink.write("\n")
        paper.show(self.sink)

    def show(self, paper: Paper) -> None:
        self.sink.write("\n")
        paper.show(self.sink)

    def ask(self, question: str) -> str:
        """One line without blanks around it. Raises Left at the end of the input."""
        self.sink.write(f"\n{question} ")
        self.sink.flush()
        line = self.source.readline(LONGEST_LINE)
        if not line:
            self.sink.write("\n")
            raise Left
        return line.strip()

    def choose(self, title: str, choices: Mapping[str, str]) -> str:
        """The key of one choice; only Enter takes the first. Asks until the answer is in the list."""
        paper = self.paper()
        paper.text(title, indent=0, style="strong")
        for key, label in choices.items():
            paper.text(f"{key:>2}  {label}", indent=1, hang=4)
        self.show(paper)
        first = next(iter(choices))
        while True:
            typed = self.ask(f"Number [{first}]:") or first
            if typed in choices:
                return typed
            self.say(f"“{visible(typed, 40)}” is not in the list: type one of the numbers, then Enter.")
