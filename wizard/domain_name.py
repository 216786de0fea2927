"""What a person typed as their domain, understood or refused in one sentence."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass

from checks.text import visible

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://+|https?:/*|//+", re.IGNORECASE)
_END_OF_AUTHORITY = re.compile(r"[/?#\\]")
_PORT = re.compile(r":\d{0,5}\Z")
_QUOTES = "<>\"'`“”„‘’«»"
"""Marks around a name that came along when it was copied."""
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


class NotADomain(ValueError):
    """What was typed cannot be a domain. The message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class DomainName:
    """`name`: what the launch stands under; `host`: the name as typed, which may be below it; both in ASCII.
    `readable` shows an IDN as people write it; `understood` says what was dropped, empty when nothing was."""

    name: str
    host: str
    readable: str
    understood: str = ""


def read_domain(typed: str) -> DomainName:
    """Understand a domain, URL or mail address. A login in a URL is dropped and never shown.

    Raises NotADomain with one clear sentence. Follows RFC 1123 section 2.1 and RFC 5891 (IDN, by UTS #46).
    """
    if len(typed) > 2000:
        raise NotADomain("That is far too long for a domain: a name has at most 253 characters.")
    text = typed.strip().strip(_QUOTES).strip()
    if not text:
        raise NotADomain("Type a domain, for example acme.ai.")
    if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text):
        raise NotADomain("That contains control characters; type the domain by hand, for example acme.ai.")
    host, dropped = _host_part(text)
    shown = _Shown(host, "@" in unicodedata.normalize("NFKC", text))
    _refuse_address(host, shown)
    _refuse_several(host, shown)
    ascii_name = _ascii(host, shown)
    _refuse_address(ascii_name, shown)
    _refuse_malformed(ascii_name, shown)
    name = _registrable(ascii_name, shown)
    if "_" in name:
        raise NotADomain(f"{shown} has an underscore; a domain that one can buy has none.")
    if ascii_name == f"www.{name}":
        dropped.append("www")
    readable = readable_form(name)
    return DomainName(name, ascii_name, readable, _understood(name, readable, dropped, ascii_name))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was typed, as a message quotes it. Nothing is quoted where a login may be part of it."""

    host: str
    hidden: bool

    def __str__(self) -> str:
        return "That" if self.hidden else f"“{visible(self.host, 60)}”"


def _host_part(text: str) -> tuple[str, list[str]]:
    """The host in what was typed, and the names of the parts that were left out."""
    dropped: list[str] = []
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    authority, tail = _split_authority(rest)
    name, colon, port = authority.partition(":")
    # "https://ana:pass/word@acme.ai": a password with a slash in it. "https://acme.ai:443/@ana" is none.
    if "@" in tail and "@" not in authority and colon and ("." not in name or not port.isdecimal()):
        authority, tail = _split_authority(rest[rest.rindex("@") :])
    if "@" in authority:
        authority = authority.rpartition("@")[2]
        dropped.append("the login" if scheme else "the part before the @")
    if tail.strip():
        dropped.append("the path")
    if authority.startswith("["):
        return authority[1:].partition("]")[0], dropped
    if authority.count(":") == 1 and _PORT.search(authority):
        authority = _PORT.sub("", authority)
        dropped.append("the port")
    host = re.sub(r"\s*\.\s*", ".", authority.strip())
    return host.rstrip("."), dropped


def _split_authority(rest: str) -> tuple[str, str]:
    end = _END_OF_AUTHORITY.search(rest)
    return (rest[: end.start()], rest[end.end() :]) if end else (rest, "")


def _refuse_address(host: str, shown: _Shown) -> None:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Browsers read 2130706433 and 0x7f.1 as IPv4 addresses as well; no top-level domain is a number.
        if not _NUMBER.fullmatch(host.lower().rpartition(".")[2]):
            return
    raise NotADomain(
        f"{shown} is an IP address. Visitors, certificates and mail need a name: type the domain."
    )


def _refuse_several(host: str, shown: _Shown) -> None:
    parts = [part for part in re.split(r"[\s,;]+", host) if part]
    if len(parts) > 1 and all("." in part.strip(".") for part in parts):
        raise NotADomain(f"{shown} looks like several domains; type one of them.")
    if re.search(r"\s", host):
        raise NotADomain(f"{shown} has a space in it; a domain has none.")
    if "," in host:
        raise NotADomain(f"{shown} has a comma in it; a domain has dots, as in acme.ai.")


def _ascii(host: str, shown: _Shown) -> str:
    lowered = host.lower()
    if not lowered:
        raise NotADomain("There is no domain in that; type it like acme.ai.")
    if lowered.isascii():
        return lowered
    import idna

    # Raised after the handler, so that the cause, which quotes everything, does not hang on the refusal.
    try:
        return idna.encode(lowered, uts46=True, transitional=False).decode("ascii").lower().rstrip(".")
    except (idna.IDNAError, UnicodeError) as error:
        too_long = "too long" in str(error).lower()
    if too_long:
        raise NotADomain(
            f"{shown} is too long: a part between two dots has at most 63 characters, the whole 253."
        )
    raise NotADomain(f"{shown} cannot be a domain: a character in it is not allowed.")


def _refuse_malformed(name: str, shown: _Shown) -> None:
    if len(name) > 253:
        raise NotADomain(f"That is too long: a domain has at most 253 characters, this has {len(name)}.")
    labels = name.split(".")
    if "" in labels:
        raise NotADomain(f"{shown} has two dots in a row or begins with one; type it like acme.ai.")
    for label in labels:
        if len(label) > 63:
            raise NotADomain(f"{shown} has a part between two dots that is too long: at most 63 characters.")
        if label.startswith("-") or label.endswith("-"):
            raise NotADomain(f"{shown} has a part that begins or ends with a dash; no domain does.")
        if not _LABEL.match(label):
            raise NotADomain(f"{shown} has a character that no domain has; letters, digits and dashes only.")
    if len(labels) < 2:
        raise NotADomain(f"{shown} has no ending such as .com or .ai; type the whole domain.")


def _registrable(name: str, shown: _Shown) -> str:
    from checks.platforms import is_public_suffix, registrable_domain

    if is_public_suffix(name):
        raise NotADomain(f"{shown} is an ending that many owners share; type your own name below it.")
    return registrable_domain(name)


def readable_form(name: str) -> str:
    """A domain in its ASCII form as people write it: `xn--bcher-kva.example` is `bücher.example`."""
    if "xn--" not in name:
        return name
    import idna

    try:
        return visible(idna.decode(name))
    except (idna.IDNAError, UnicodeError):
        return name


def _understood(name: str, readable: str, dropped: list[str], host: str) -> str:
    """What was made of the typed text; empty when it was taken as it stands."""
    below = host not in (name, f"www.{name}")
    if not dropped and not below and readable == name:
        return ""
    parts = [f"Understood as {name if readable == name else f'{readable} ({name})'}"]
    if dropped:
        first = ", ".join(dropped[:-1])
        parts.append(f"without {first} and {dropped[-1]}" if first else f"without {dropped[0]}")
    if below:
        parts.append(f"with {host} among its hosts")
    return ", ".join(parts)
