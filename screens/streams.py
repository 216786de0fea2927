"""The three standard streams, made safe: a closed one, a narrow encoding or a reader gone ends in no traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def prepare_streams() -> None:
    """Fill in streams that are closed, and let none of them fail on a character it does not know."""
    # In this order: each opened file takes the lowest free number, so no socket becomes standard output.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def write_document(text: str) -> None:
    """A document for other programs on standard output: UTF-8 and LF on every system."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def drop_stdout() -> None:
    """After a broken pipe: keep the interpreter from failing once more when it flushes at its end."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass
    finally:
        os.close(devnull)


def say(sentence: str) -> None:
    """One line for the person, on standard error."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
