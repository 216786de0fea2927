"""Whether a DKIM key can be seen (RFC 6376). Under an unknown selector none can be found, so none is ever missing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from checks.check import check, probe
from checks.mail.records import ask, asked_at, is_absent, mail_cause
from checks.model import Cause, Evidence, Result, Severity, could_not_check, passed
from checks.probes.names import is_known
from checks.target import MailDomain, mail_domains

if TYPE_CHECKING:
    from checks.resolver import DnsAnswer
    from checks.world import World

REVOKED_SHOWN = 3


@lru_cache(maxsize=1)
def common_selectors() -> Mapping[str, str]:
    """Selectors that services use for everybody -> the service."""
    data = tomllib.loads((files("assets") / "dkim_selectors.toml").read_text(encoding="utf-8"))
    return dict(data["selectors"])


def tags_of(record: str) -> dict[str, str]:
    """The tags of a key record (RFC 6376 section 3.2): `{"v": "DKIM1", "p": "MII…"}`. {} when it is no tag list."""
    tags: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if part.strip() and not equals:
            return {}
        if equals:
            tags.setdefault(name.strip(), re.sub(r"\s+", "", value))
    return tags


def is_key(record: str) -> bool:
    """Whether a TXT record holds a key in use. `v=` may be left out (Resend, SES do), `p=` empty means revoked."""
    tags = tags_of(record)
    return tags.get("v", "DKIM1") == "DKIM1" and bool(tags.get("p"))


def is_revoked(record: str) -> bool:
    tags = tags_of(record)
    return tags.get("v", "DKIM1") == "DKIM1" and tags.get("p") == ""


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A key as seen. `alias`: where the selector's CNAME leads, "" without one."""

    selector: str
    record: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class DkimKeys:
    """`asked`: the selectors asked for, the person's own first. `named`: how many of them are the person's own.
    `revoked`: selectors whose key was withdrawn. `namespace`: whether anything exists below `_domainkey`, None when
    not known. `cause`: why some selector could not be asked for."""

    keys: tuple[DkimKey, ...]
    asked: tuple[str, ...]
    named: int = 0
    revoked: tuple[str, ...] = ()
    namespace: bool | None = None
    cause: Cause | None = None
    server: str = ""


def _at(selector: str, mail: MailDomain) -> str:
    return f"{selector}._domainkey.{mail}"


def _key_of(selector: str, answer: DnsAnswer) -> DkimKey | None:
    record = next((text for text in answer.records if is_key(text)), None)
    if record is None:
        return None
    return DkimKey(selector, record, answer.chain[-1] if answer.chain else "")


@probe(deadline=30)
async def dkim_keys(world: World, mail: MailDomain) -> DkimKeys:
    """Keys at the selectors the person named; where there are none, at those that services use for everybody."""
    named = tuple(dict.fromkeys(mail.selectors))
    answers = await ask(world, mail, "TXT", *(_at(selector, mail) for selector in named))
    found = dict(zip(named, answers, strict=True))
    unanswered = next((answer for answer in answers if not is_known(answer)), None)
    if _keys(found) or unanswered is not None:
        return _fact(mail, found, len(named), None)
    guesses = tuple(selector for selector in common_selectors() if selector not in named)
    parent, *others = await ask(
        world, mail, "TXT", f"_domainkey.{mail}", *(_at(selector, mail) for selector in guesses)
    )
    found |= dict(zip(guesses, others, strict=True))
    return _fact(mail, found, len(named), not is_absent(parent) if is_known(parent) else None)


def _keys(found: Mapping[str, DnsAnswer]) -> tuple[DkimKey, ...]:
    keys = (_key_of(selector, answer) for selector, answer in found.items())
    return tuple(key for key in keys if key is not None)


def _fact(mail: MailDomain, found: Mapping[str, DnsAnswer], named: int, namespace: bool | None) -> DkimKeys:
    unknown = next((answer for answer in found.values() if not is_known(answer)), None)
    return DkimKeys(
        keys=_keys(found),
        asked=tuple(found),
        named=named,
        revoked=tuple(s for s, answer in found.items() if any(is_revoked(text) for text in answer.records)),
        namespace=namespace,
        cause=mail_cause(mail, unknown) if unknown is not None else None,
        server=next((answer.server for answer in found.values() if answer.server), ""),
    )


def selector_unknown(mail: MailDomain, fact: DkimKeys) -> Cause:
    """Why no key was seen: never that there is none, because any name may be a selector."""
    named = fact.asked[: fact.named]
    where = f"at {', '.join(named)} and {len(fact.asked) - len(named)} common selectors"
    if not named:
        where = f"at {len(fact.asked)} common selectors"
    sentence = f"No DKIM key of {mail} was seen {where}"
    if len(fact.revoked) > REVOKED_SHOWN:
        # A wildcard that withdraws every key, as on a domain that sends no mail.
        first = ", ".join(fact.revoked[:REVOKED_SHOWN])
        sentence += f"; those at {first} and {len(fact.revoked) - REVOKED_SHOWN} more were withdrawn"
    elif fact.revoked:
        sentence += f"; the one at {', '.join(fact.revoked)} was withdrawn"
    elif fact.namespace is False:
        sentence += f"; nothing at all exists below _domainkey.{mail} yet"
    elif fact.namespace:
        sentence += f"; something exists below _domainkey.{mail}, so another selector may be in use"
    remedy = (
        "Send yourself a mail from your product and open its source: the line DKIM-Signature holds s=…, the selector. "
        "Name it for this mail domain and check again. If there is no such line, turn DKIM on at your mail service."
    )
    return Cause("dkim-selector-unknown", sentence, remedy, removable=True)


def _shown(key: DkimKey) -> str:
    """The record with the key itself cut short: its beginning is enough to compare."""
    short = re.sub(r"(?<![a-z])p\s*=\s*([A-Za-z0-9+/]{24})[A-Za-z0-9+/=\s]{24,}", r"p=\1…", key.record)
    return f"{short}{f' (by CNAME to {key.alias})' if key.alias else ''}"


@check("mail.dkim-key-seen", item="S1.1", severity=Severity.BLOCKER, each=mail_domains, needs=dkim_keys)
def dkim_key_seen(mail: MailDomain, fact: DkimKeys) -> Result:
    if fact.keys:
        services = common_selectors()
        seen = (
            Evidence(_shown(key), f"TXT {key.selector}._domainkey.{mail}, {asked_at(fact.server)}")
            for key in fact.keys
        )
        names = ", ".join(
            f"{key.selector} ({services[key.selector]})" if key.selector in services else key.selector
            for key in fact.keys
        )
        return passed(f"A DKIM key of {mail} is in DNS, selector {names}", *seen)
    return could_not_check(fact.cause if fact.cause is not None else selector_unknown(mail, fact))
