"""`launch-ready projects`: what is kept on this computer, and how to be rid of it."""

from __future__ import annotations

import argparse
import sys

from checks.text import visible
from screens.exits import Exit, UsageError
from screens.paper import Paper
from screens.streams import say
from screens.vaults import Line, age, exit_of, lines, needs_keyring, open_vault
from wizard.vault.files import NotWritten
from wizard.vault.keyring_faults import Absent, KeyringFault
from wizard.vault.store import ReadOnly
from wizard.vault.vault import Vault

_SEE = "launch-ready projects list shows what is kept"


def run(values: argparse.Namespace) -> int:
    if values.what == "forget":
        if bool(values.name) == values.all:
            raise UsageError("Which one? Give a name or --all, as in launch-ready projects forget acme.ai.")
        return _forget(values)
    if values.name or values.all or values.yes:
        raise UsageError("A name, --all and --yes go with launch-ready projects forget.")
    vault = open_vault()
    listed, fault = lines(vault)
    sys.stdout.write(_list(listed, fault))
    _tell(fault, "Names and domains cannot be shown now." if listed else "")
    return exit_of((line.kept for line in listed), fault) if listed else Exit.OK


def _list(listed: tuple[Line, ...], fault: KeyringFault | None) -> str:
    paper = Paper.of(sys.stdout)
    if not listed:
        paper.text(_nothing(fault), indent=0)
    for line in listed:
        paper.text(
            _name(line), indent=0, style="strong", aside=f"{_domain(line)}{age(line.saved)} · {line.id}"
        )
        if line.kept.problem:
            paper.text(visible(line.kept.problem))
        elif not line.kept.has_file:
            paper.text("Its file is gone; the keyring still holds its answers.")
    return str(paper)


def _nothing(fault: KeyringFault | None) -> str:
    """Without any keyring nothing can lie in it alone; behind a locked one there may be more."""
    if fault is None or isinstance(fault, Absent):
        return "Nothing is kept on this computer."
    return "No project has a file here; what the keyring alone holds cannot be seen now."


def _name(line: Line) -> str:
    if line.kept.name:
        return visible(line.kept.name, 80)
    return "(under a passphrase)" if line.kept.under_passphrase else "(name unknown)"


def _domain(line: Line) -> str:
    return f"{line.domain} · " if line.domain else ""


def _tell(fault: KeyringFault | None, then: str) -> None:
    if fault is not None:
        say(" ".join(part for part in (str(fault), fault.advice, then) if part))


# Forget ---------------------------------------------------------------------------------------------------------


def _forget(values: argparse.Namespace) -> int:
    vault = open_vault()
    listed, fault = lines(vault)
    if not listed:
        say(_nothing(fault))
        return Exit.OK if fault is None or isinstance(fault, Absent) else Exit.VAULT
    chosen = listed if values.all else _named(values.name, listed)
    if not chosen and fault is None:
        raise UsageError(f"Nothing is kept under “{visible(values.name, 80)}”; {_SEE}.")
    if not chosen:
        _tell(
            fault, f"Until then give the eight letters and digits of the project instead of a name; {_SEE}."
        )
        return Exit.VAULT
    if not values.all and needs_keyring(line.kept for line in chosen) and fault is not None:
        _tell(fault, "Nothing was deleted.")
        return Exit.VAULT
    if not values.yes and not _confirmed(chosen):
        say("Nothing was deleted.")
        return Exit.OK
    return _delete(vault, chosen)


def _named(name: str, listed: tuple[Line, ...]) -> tuple[Line, ...]:
    """The one project of that name, domain or beginning of an id, or none. Raises UsageError for several."""
    wanted = name.strip().casefold()
    found = [line for line in listed if wanted in (line.kept.name.casefold(), line.domain.casefold())]
    if not found and len(wanted) >= 4:
        found = [line for line in listed if line.kept.project.hex().startswith(wanted)]
    if len(found) > 1:
        ids = ", ".join(line.id for line in found)
        raise UsageError(f"“{visible(name, 80)}” names several projects; give one of these instead: {ids}.")
    return tuple(found)


def _confirmed(chosen: tuple[Line, ...]) -> bool:
    """Asks a person at a terminal. Raises UsageError where nobody sits."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("No terminal to ask in: add --yes to delete without being asked.")
    for line in chosen:
        say(f"  {_name(line)}  {_domain(line)}{age(line.saved)} · {line.id}")
    what = "it" if len(chosen) == 1 else f"these {len(chosen)}"
    sys.stderr.write(
        f"Delete {what} with all answers, results and credentials? This cannot be undone. Type yes: "
    )
    sys.stderr.flush()
    return sys.stdin.readline(100).strip().casefold() == "yes"


def _delete(vault: Vault, chosen: tuple[Line, ...]) -> int:
    """As many as can be; the sentences about what may remain are said once."""
    remains: dict[str, None] = {}
    code = Exit.OK
    for line in chosen:
        try:
            remains[vault.forget(line.kept.project)] = None
        except KeyringFault as fault:
            say(f"{_name(line)} ({line.id}) was not deleted: {fault} {fault.advice}".rstrip())
            code = Exit.VAULT
        except (ReadOnly, NotWritten) as error:
            say(f"{_name(line)} ({line.id}) was not deleted: {error}")
            code = Exit.VAULT
        else:
            say(f"{_name(line)} ({line.id}) is forgotten.")
    for sentence in remains:
        say(sentence)
    return code
