"""What may be contacted, and what was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from checks.reach import Contact, Reach
from screens.tui.base import BaseScreen, style
from screens.tui.words import heading, lines, muted
from wizard.session import SessionState

MOST_SHOWN = 500
"""Contacts on the screen; the whole log stands in the handover."""


def contact_line(contact: Contact) -> Content:
    address = f"[{contact.address}]" if ":" in contact.address else contact.address
    where = f"{contact.host} " if contact.host and contact.host != contact.address else ""
    return Content.assemble(
        (f"  {contact.at:%H:%M:%S}  ", "$foreground 62%"),
        f"{contact.outcome:<12} {where}{address}:{contact.port}",
        (f"  {contact.purpose}", "$foreground 62%"),
    )


def allowed_lines(reach: Reach | None) -> list[Content]:
    if reach is None:
        return [muted("  Nothing yet: this is decided when the checks begin.")]
    return [
        Content.assemble(f"  {row.what}", (f"  {row.why}", "$foreground 62%")) for row in reach.describe()
    ]


def log_lines(contacts: Iterable[Contact]) -> list[Content]:
    latest = list(contacts)[: -MOST_SHOWN - 1 : -1]
    return [contact_line(contact) for contact in latest] or [muted("  Nothing was contacted yet.")]


class ContactsScreen(BaseScreen):
    CSS_PATH = style("contacts")
    PLACE = "what is contacted"
    HELP_NAME = "contacts"
    AUTO_FOCUS = "#contacts"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "refresh_all", "show the latest", show=False)]

    def body(self) -> Iterable[Widget]:
        scroll = VerticalScroll(
            Static(id="allowed", markup=False), Static(id="log", markup=False), id="contacts"
        )
        scroll.can_focus = True
        yield scroll

    def show_state(self, state: SessionState) -> None:
        session = self.launch.session
        reach = session.reach if session is not None else None
        log = list(reach.log) if reach is not None else []
        self.query_one("#allowed", Static).update(
            lines([heading("May be contacted, and nothing else"), *allowed_lines(reach)])
        )
        self.query_one("#log", Static).update(
            lines([heading(f"Was contacted, latest first ({len(log)})"), *log_lines(log)])
        )

    def action_refresh_all(self) -> None:
        self.refresh_all()
