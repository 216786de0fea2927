"""Which part of a name is one's own: bought at a registry, or lent by a hosting platform. Lists are read when asked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from checks.target import Platform

_PRIVATE_SECTION = "===BEGIN PRIVATE DOMAINS==="


@dataclass(frozen=True, slots=True)
class _Suffixes:
    """`platforms`: suffix -> name. `registries`: suffixes that look like a platform's and sell real domains."""

    platforms: Mapping[str, str]
    registries: frozenset[str]


@lru_cache(maxsize=1)
def _suffixes() -> _Suffixes:
    data = tomllib.loads((files("assets") / "platform_suffixes.toml").read_text(encoding="utf-8"))
    named = {suffix: row["name"] for row in data["platforms"] for suffix in row["suffixes"]}
    return _Suffixes(named, frozenset(data["registries"]))


@lru_cache(maxsize=1)
def _public_suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@lru_cache(maxsize=1)
def _private_rules() -> frozenset[str]:
    """The rules of the list's private section, as written there."""
    text = (files("publicsuffixlist") / "public_suffix_list.dat").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.partition(_PRIVATE_SECTION)[2].splitlines())
    return frozenset(line for line in lines if line and not line.startswith("//"))


def _readable(name: str) -> str:
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def _is_private(suffix: str) -> bool:
    shown = _readable(suffix)
    return shown in _private_rules() or f"*.{shown.partition('.')[2]}" in _private_rules()


def _parents(name: str) -> list[str]:
    """Every name above `name`, the longest first."""
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def _is_registry(suffix: str) -> bool:
    return any(name in _suffixes().registries for name in (suffix, *_parents(suffix)))


@lru_cache(maxsize=1024)
def platform_of(name: str) -> Platform | None:
    """The platform that lends `name`; None for a name that is bought, and for a platform's suffix itself.

    `name` in ASCII, lower case, without trailing dot.
    """
    listed = _suffixes().platforms
    above = _parents(name)
    ours = next((parent for parent in above if parent in listed), "")
    public = _public_suffixes().publicsuffix(name) or ""
    if public == name or name in listed:
        return None
    if len(public) >= len(ours) and _is_private(public):
        if _is_registry(public):
            return None
        known = next((listed[p] for p in (public, *_parents(public)) if p in listed), _readable(public))
        return Platform(public, known)
    return Platform(ours, listed[ours]) if ours else None


def is_public_suffix(name: str) -> bool:
    """Whether strangers own the names below this one: `co.uk`, `vercel.app`."""
    return name in _suffixes().platforms or _public_suffixes().publicsuffix(name) == name


@lru_cache(maxsize=1024)
def registrable_domain(name: str) -> str:
    """The name one owns: `acme.co.uk` of `app.acme.co.uk`, `acme.lovable.app` of `x.acme.lovable.app`.

    By the public suffix list and our own short one. A public suffix stands for itself.
    """
    platform = platform_of(name)
    if platform is not None and platform.suffix in _suffixes().platforms:
        label = name.removesuffix(f".{platform.suffix}").rpartition(".")[2]
        return f"{label}.{platform.suffix}"
    return _public_suffixes().privatesuffix(name) or name
