"""Questions about mail records, asked so that one failing name server is one cause for the whole mail domain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from checks.model import Cause, CouldNotCheck
from checks.probes.names import dns_cause, hindrance, is_known, ready_to_ask
from checks.resolver import DnsAnswer, DnsStatus
from checks.target import MailDomain

if TYPE_CHECKING:
    from checks.world import World


def mail_cause(mail: MailDomain, answer: DnsAnswer) -> Cause:
    """Why DNS does not say what the mail records are. The same for each of them: a person mends it once."""
    return dns_cause(answer, f"the mail records of {mail}")


def missing(mail: MailDomain) -> Cause:
    """The cause of everything below a mail domain that does not exist; `mail.mx-present` tells the fault."""
    return Cause(
        "mail-domain-missing",
        f"{mail} is not in DNS, so it has no mail records at all",
        "Put the name into DNS, or take it off the list of mail domains.",
    )


def is_absent(answer: DnsAnswer) -> bool:
    return answer.status is DnsStatus.NXDOMAIN and not answer.chain


async def ask(world: World, mail: MailDomain, rdtype: str, *names: str) -> tuple[DnsAnswer, ...]:
    """The answers for `names`, asked side by side; one that says nothing about its name comes back as it is.

    Raises CouldNotCheck where no question makes sense yet, or where the mail domain itself does not exist.
    """
    own, cause, answers = await asyncio.gather(
        world.dns.query(mail.name, "TXT"),
        hindrance(ready_to_ask(world, mail.name)),
        asyncio.gather(*(world.dns.query(name, rdtype) for name in names)),
    )
    if cause is not None:
        raise CouldNotCheck(cause)
    if is_absent(own):
        raise CouldNotCheck(missing(mail))
    return tuple(answers)


async def ask_one(world: World, mail: MailDomain, rdtype: str, name: str) -> DnsAnswer:
    """An answer that says something about its name. Raises CouldNotCheck otherwise."""
    (answer,) = await ask(world, mail, rdtype, name)
    if not is_known(answer):
        raise CouldNotCheck(mail_cause(mail, answer))
    return answer


def asked_at(server: str) -> str:
    return f"DNS, asked at {server}" if server else "DNS"
