"""What a person typed as their domain, understood or refused in one sentence."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from checks.text import visible

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORT = re.compile(r":\d{0,5}\Z")


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
    text = typed.strip()
    if not text:
        raise NotADomain("Type a domain, for example acme.ai.")
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise NotADomain("That contains control characters; type the domain by hand, for example acme.ai.")
    dropped: list[str] = []
    host = _host_part(text, dropped)
    _refuse_address(host)
    ascii_name = _ascii(host)
    _refuse_malformed(ascii_name, host)
    name = _registrable(ascii_name)
    if ascii_name == f"www.{name}":
        dropped.append("www")
    elif ascii_name != name:
        dropped.insert(0, f"{visible(host)} as one of the hosts of {name}")
    readable = _readable(name)
    return DomainName(name, ascii_name, readable, _understood(name, readable, dropped, ascii_name))


def _host_part(text: str, dropped: list[str]) -> str:
    rest, had_scheme = text, bool(_SCHEME.match(text))
    if had_scheme:
        rest = rest[rest.index("://") + 3 :]
    cut = re.split(r"[/?#\\]", rest, maxsplit=1)
    rest = cut[0]
    if len(cut) > 1 and text.rstrip("/") != text[: text.index(rest) + len(rest)]:
        dropped.append("the path")
    if "@" in rest:
        rest = rest.rpartition("@")[2]
        dropped.append("the login" if had_scheme else "the part before the @")
    if not rest.startswith("[") and rest.count(":") == 1 and _PORT.search(rest):
        rest = _PORT.sub("", rest)
        dropped.append("the port")
    rest = re.sub(r"\s*\.\s*", ".", rest.strip())
    if re.search(r"\s", rest):
        raise NotADomain(f"“{visible(rest, 60)}” has a space in it; a domain has none.")
    return rest.rstrip(".") if rest.strip(".") else ""


def _refuse_address(host: str) -> None:
    bare = host.strip("[]").partition("%")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return
    raise NotADomain(
        f"{visible(host, 60)} is an IP address. Visitors, certificates and mail need a name: type the domain."
    )


def _ascii(host: str) -> str:
    lowered = host.lower()
    if not lowered:
        raise NotADomain("There is no domain in that; type it like acme.ai.")
    if lowered.isascii():
        return lowered
    import idna

    try:
        return idna.encode(lowered, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise NotADomain(
            f"“{visible(host, 60)}” cannot be a domain: a character in it is not allowed."
        ) from None


def _refuse_malformed(name: str, typed: str) -> None:
    shown = visible(typed, 60)
    if len(name) > 253:
        raise NotADomain(f"That is too long: a domain has at most 253 characters, this has {len(name)}.")
    if "," in name:
        raise NotADomain(f"“{shown}” has a comma in it; did you mean {visible(name.replace(',', '.'), 60)}?")
    labels = name.split(".")
    if "" in labels:
        raise NotADomain(f"“{shown}” has two dots in a row or begins with one; type it like acme.ai.")
    for label in labels:
        if len(label) > 63:
            raise NotADomain(f"A part between two dots is too long in “{shown}”: at most 63 characters.")
        if label.startswith("-") or label.endswith("-"):
            raise NotADomain(f"“{shown}” has a part that begins or ends with a dash; no domain does.")
        if not _LABEL.match(label):
            raise NotADomain(
                f"“{shown}” has a character that no domain has; letters, digits and dashes only."
            )
    if len(labels) < 2:
        raise NotADomain(f"“{shown}” has no ending such as .com or .ai; type the whole domain.")
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        raise NotADomain(f"“{shown}” ends in a number, so it is no domain; type it like acme.ai.")


def _registrable(name: str) -> str:
    from checks.platforms import registrable_domain

    return registrable_domain(name)


def _readable(name: str) -> str:
    if "xn--" not in name:
        return name
    import idna

    try:
        return visible(idna.decode(name))
    except (idna.IDNAError, UnicodeError):
        return name


def _understood(name: str, readable: str, dropped: list[str], host: str) -> str:
    shown = name if readable == name else f"{readable} ({name})"
    if not dropped and readable == name:
        return ""
    below = [d for d in dropped if " as one of " in d]
    without = [d for d in dropped if d not in below]
    parts = [f"Understood as {shown}"]
    if without:
        parts.append(f"without {' and '.join(without)}")
    if below:
        parts.append(f"with {host} among its hosts")
    return ", ".join(parts)
