"""What a person decides by numbered prompts: hosts, risks, where the handover goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from checks.text import visible
from screens.files import NotSaved, save_handover
from screens.prompts import Prompts
from wizard.assessment import Finding
from wizard.decisions import AcceptedRisk
from wizard.dkim_selector import NotASelector, read_selector
from wizard.handover.write import write_handover as handover_of
from wizard.session import Session, SessionState

HANDOVER = "handover.md"


def confirm_hosts(prompts: Prompts, session: Session) -> None:
    """Ask which of the guessed hosts are the person's; what is not named is not."""
    hosts = [host.name for host in session.state.unconfirmed]
    if not hosts:
        prompts.say("Every host is known to be yours.")
        return
    paper = prompts.paper()
    paper.text("These were found by guessing. Which are yours?", indent=0, style="strong")
    for number, host in enumerate(hosts, 1):
        paper.text(f"{number:>2}  {visible(host)}", indent=1)
    prompts.show(paper)
    while True:
        typed = prompts.ask(
            "Numbers with blanks between them, Enter for all, n for none, b for back:"
        ).lower()
        if typed == "b":
            return
        chosen = _chosen(typed, hosts)
        if chosen is not None:
            break
        prompts.say(f"“{visible(typed, 40)}” is not in the list.")
    session.confirm_hosts(chosen, [host for host in hosts if host not in chosen])
    prompts.say(f"Yours: {visible(', '.join(chosen)) or 'none of them'}.")


def _chosen(typed: str, hosts: list[str]) -> list[str] | None:
    """None when the answer is not understood."""
    if typed in ("", "a", "all"):
        return hosts
    if typed in ("n", "none"):
        return []
    numbers = [word for word in re.split(r"[\s,]+", typed) if word]
    if not all(word.isascii() and word.isdigit() and 1 <= int(word[:6]) <= len(hosts) for word in numbers):
        return None
    return [hosts[number - 1] for number in sorted({int(word) for word in numbers})]


def accept(prompts: Prompts, session: Session, finding: Finding) -> None:
    """Take a risk on, by name, date and reason."""
    prompts.say("An accepted risk stands in the handover with your name, today's date and your reason.")
    by = prompts.ask("Your name (empty: back):")
    reason = by and prompts.ask("Why is it right to launch with it? (empty: back):")
    if not reason:
        prompts.say("Nothing was accepted.")
        return
    today = datetime.now(UTC).date()
    for result in finding.results:
        session.accept_risk(AcceptedRisk(result.id, by, today, reason))
    prompts.say(f"Accepted by {visible(by, 80)}.")


def name_selector(prompts: Prompts, session: Session, result_id: str) -> bool:
    """Ask for the DKIM selector of the mail domain that a result is about. Whether one was named."""
    while typed := prompts.ask("The selector: the word after s= in a mail's DKIM-Signature (empty: back):"):
        try:
            selector = read_selector(typed)
        except NotASelector as error:
            prompts.say(str(error))
            continue
        session.name_selector(result_id.partition("@")[2], selector)
        return True
    return False


def write_handover(prompts: Prompts, state: SessionState) -> bool:
    """Write or read the handover. Whether a file was written."""
    text = handover_of(state, generated=datetime.now(UTC))
    choices = {
        "1": f"Write {HANDOVER} into this folder",
        "2": "Write another file",
        "3": "Read it here",
        "0": "Back",
    }
    while (choice := prompts.choose("The handover", choices)) == "3":
        prompts.sink.write(f"\n{text}")
    if choice == "0":
        return False
    name = HANDOVER if choice == "1" else prompts.ask("File name:")
    if not name:
        return False
    try:
        path = save_handover(Path(name), text)
    except NotSaved as error:
        prompts.say(str(error))
        return False
    prompts.say(f"Written to {visible(str(path))}.")
    return True
