"""Passphrases: made up for the person, judged, and read from a file or a file descriptor. Never from the command line:
there every other user of the computer could read them."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

WORDS: Final = 10
"""Ten of 2,048 words are 110 bits: out of reach for guessing even without Argon2id."""
SHORTEST: Final = 12
_LONGEST_BYTES: Final = 4096


class NoPassphrase(Exception):
    """None could be read. The message is one sentence and holds nothing of what was read."""


@lru_cache(maxsize=1)
def word_list() -> tuple[str, ...]:
    text = (files("assets") / "vault" / "words.txt").read_text(encoding="ascii")
    return tuple(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def new_passphrase(words: int = WORDS) -> str:
    return " ".join(secrets.choice(word_list()) for _ in range(words))


def weakness(passphrase: str) -> str:
    """One sentence about why it is too weak, or an empty string."""
    plain = " ".join(passphrase.split())
    if len(plain) < SHORTEST:
        return (
            f"A passphrase needs at least {SHORTEST} characters; the ten words offered are the safe choice."
        )
    if len(set(plain.lower())) < 5:
        return "A passphrase of so few different letters is guessed at once."
    return ""


def passphrase_from_file(path: Path) -> str:
    """The first line of a file, such as a mounted secret. Raises NoPassphrase."""
    try:
        with path.open("rb") as file:
            return _first_line(file.read(_LONGEST_BYTES + 1), str(path))
    except OSError as error:
        raise NoPassphrase(f"The passphrase file {path} could not be read: {error.strerror}.") from None


def passphrase_from_descriptor(descriptor: int) -> str:
    """The first line of an open file descriptor, as in `--passphrase-fd 3 3<secret`. Raises NoPassphrase."""
    if os.name == "posix" and descriptor > 2 and os.isatty(descriptor):
        raise NoPassphrase("The passphrase descriptor is a terminal, where it would be shown while typed.")
    data = b""
    try:
        while b"\n" not in data and len(data) <= _LONGEST_BYTES and (part := os.read(descriptor, 1024)):
            data += part
    except OSError as error:
        raise NoPassphrase(
            f"File descriptor {descriptor} holds no passphrase that could be read: {error.strerror}."
        ) from None
    return _first_line(data, f"file descriptor {descriptor}")


def _first_line(data: bytes, where: str) -> str:
    line = data.partition(b"\n")[0].rstrip(b"\r")
    if len(line) > _LONGEST_BYTES:
        raise NoPassphrase(f"The first line of {where} is longer than any passphrase.")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoPassphrase(f"The first line of {where} is no UTF-8 text.") from None
    if not text.strip():
        raise NoPassphrase(f"The first line of {where} is empty; it should be the passphrase.")
    return text
