"""A value that no accident can print."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Holds a credential. repr, str and format show stars; it refuses to be pickled, copied into JSON or compared
    by anything but `reveal()`, which only World calls."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(****)"

    def __str__(self) -> str:
        return "****"

    def __format__(self, spec: str) -> str:
        return "****"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")
