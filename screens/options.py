"""Every option, declared once. Nothing is imported here that `--help` would have to wait for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from screens.exits import UsageError

LEVELS = ("blocker", "high", "medium", "never")
FORMATS = ("text", "json")
STATES = ("broken", "fixed")
KINDS = ("landing", "signup", "login", "checkout", "onboarding", "generation", "health")
STAGES = 7

_HOST = r"\[[^\[\]]+\]|[^:\[\]\s]+"
_ONLY = re.compile(r"[a-z]+(\.[a-z0-9-]+(@\S+)?)?\Z")


class Parser(argparse.ArgumentParser):
    """argparse with errors of one sentence, no abbreviations, and no usage dump before the sentence."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> None:  # type: ignore[override]
        sentence = re.sub(r"^argument (\S+?)(/\S+)?: ", r"\1: ", message).rstrip(".")
        raise UsageError(f"{sentence}. See {self.prog} --help.")

    def read(self, arguments: list[str]) -> argparse.Namespace:
        """Raises UsageError."""
        values, unknown = self.parse_known_args(arguments)
        if unknown:
            first = unknown[0]
            if first.startswith("-"):
                raise UsageError(
                    f"“{first}” is neither an option of {self.prog} nor a domain; see {self.prog} --help."
                )
            raise UsageError(f"“{first}” is one word too many; see {self.prog} --help.")
        return values


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"give {', '.join(words[:-1])} or {words[-1]}, not “{text}”")
        return text

    return read


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) < 65536:
        raise argparse.ArgumentTypeError(f"“{text}” is no port: a number from 1 to 65535")
    return int(text)


def _is_address(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def resolver(text: str) -> tuple[str, int]:
    """`ADDRESS:PORT`, `[ADDRESS]:PORT` for IPv6; without a port 53."""
    match = re.fullmatch(rf"({_HOST})(?::([^:]*))?", text)
    if match is None:
        hint = f"put an IPv6 address in brackets: [{text}]:53" if _is_address(text) else "give ADDRESS:PORT"
        raise argparse.ArgumentTypeError(f"{hint}, not “{text}”" if "give" in hint else hint)
    address = match[1].strip("[]")
    if not _is_address(address):
        raise argparse.ArgumentTypeError(
            f"“{address}” is no IP address; give ADDRESS:PORT, for example 9.9.9.9:53"
        )
    return address, 53 if match[2] is None else _port(match[2])


def redirection(text: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """`DIALLED:PORT:TO:PORT`; IPv6 in brackets."""
    match = re.fullmatch(rf"({_HOST}):([^:]*):({_HOST}):([^:]*)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"give DIALLED:PORT:TO:PORT (IPv6 in brackets), not “{text}”")
    for host in (match[1], match[3]):
        if host.startswith("[") and not _is_address(host.strip("[]")):
            raise argparse.ArgumentTypeError(f"“{host}” is no IPv6 address")
    dialled, to = match[1].strip("[]").lower().rstrip("."), match[3].strip("[]")
    return (dialled, _port(match[2])), (to, _port(match[4]))


def endpoint(text: str) -> tuple[str, str]:
    """`KIND=URL`."""
    kind, equals, url = text.partition("=")
    if not equals or kind not in KINDS:
        raise argparse.ArgumentTypeError(
            f"give KIND=URL, where KIND is one of {', '.join(KINDS)}; not “{text}”"
        )
    if not re.match(r"https?://[^/\s]", url, re.IGNORECASE) or re.match(
        r"[^/]*//[^/?#]*:0+(?=[/?#]|\Z)", url
    ):
        raise argparse.ArgumentTypeError(f"“{url}” is no address that begins with https:// or http://")
    return kind, url


def selector(text: str) -> str:
    from wizard.dkim_selector import NotASelector, read_selector

    try:
        return read_selector(text)
    except NotASelector as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def stage(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1 and 1 <= int(text) <= STAGES):
        raise argparse.ArgumentTypeError(f"give a stage from 1 to {STAGES}, not “{text}”")
    return int(text)


def only(text: str) -> str:
    if not _ONLY.match(text):
        raise argparse.ArgumentTypeError(
            f"give a topic such as edge, or an id such as edge.tls-trusted; not “{text}”"
        )
    return text


def add_network(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how the outside is reached")
    group.add_argument(
        "--resolver",
        metavar="ADDRESS:PORT",
        type=resolver,
        action="append",
        default=[],
        help="ask this DNS server instead of your computer's; may be given several times",
    )
    group.add_argument(
        "--connect-to",
        metavar="DIALLED:PORT:TO:PORT",
        type=redirection,
        action="append",
        default=[],
        help="whoever would dial the left side dials the right side; IPv6 in brackets; may be given several times",
    )
    group.add_argument(
        "--only-mapped", action="store_true", help="dial nothing that --connect-to does not name"
    )
    group.add_argument(
        "--ca-file", metavar="FILE", help="trust the certificate authorities in this PEM file as well"
    )


def add_project(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is yours")
    group.add_argument(
        "--host",
        metavar="NAME",
        action="append",
        default=[],
        help="this host is yours: look at it, and count what is wrong with it in full; may be given several times",
    )
    group.add_argument(
        "--endpoint",
        metavar="KIND=URL",
        type=endpoint,
        action="append",
        default=[],
        help=f"an address that matters; KIND is one of {', '.join(KINDS)}; may be given several times",
    )
    group.add_argument(
        "--dkim-selector",
        metavar="NAME",
        type=selector,
        action="append",
        default=[],
        help="the word before ._domainkey that your mail provider told you; may be given several times",
    )


def add_report(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is checked and told")
    group.add_argument(
        "--format", metavar="text|json", type=one_of(*FORMATS), help="text for people (default), or JSON"
    )
    group.add_argument(
        "--stage",
        metavar="N",
        type=stage,
        action="append",
        default=[],
        help="only this stage of the roadmap (1 to 7)",
    )
    group.add_argument(
        "--only",
        metavar="ID-OR-TOPIC",
        type=only,
        action="append",
        default=[],
        help="only this check (edge.tls-trusted, or with @host) or topic (dns, mail, edge, …)",
    )
    group.add_argument(
        "--fail-on",
        metavar="blocker|high|medium|never",
        type=one_of(*LEVELS),
        help="exit with 1 when something this bad is found (default: blocker)",
    )
    group.add_argument(
        "--strict", action="store_true", help="exit with 3 also for what was not looked at or not answered"
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--debug", action="store_true", help="show where in the program an error happened")
