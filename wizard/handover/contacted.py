"""What the program contacted, and why: each place once, DNS questions apart because they are many."""

from __future__ import annotations

from wizard.handover.escape import code, prose, table
from wizard.handover.material import Material, intro


def contacted(material: Material) -> list[str]:
    lines = ["## What this program contacted", "", prose(intro("contacted"))]
    places: dict[tuple[str, str], set[str]] = {}
    asked: dict[str, set[str]] = {}
    for contact in material.state.contacted:
        place = _place(contact.address, contact.port)
        if contact.purpose == "DNS":
            asked.setdefault(place, set()).add(_question(contact.host.rstrip(".")))
        else:
            places.setdefault((contact.host, contact.purpose), set()).add(place)
    if not places and not asked:
        return [*lines, "", "Nothing."]
    if places:
        rows = ((code(host), prose(why), _listed(to)) for (host, why), to in sorted(places.items()))
        lines += ["", "### Connections", "", *table(("Name", "For", "Addresses"), rows)]
    if asked:
        questions = ((code(server), _listed(names)) for server, names in sorted(asked.items()))
        lines += ["", "### DNS questions", "", *table(("Server", "Names asked"), questions)]
    return lines


def _question(name: str) -> str:
    # A made-up name, another one each time, shows whether the network invents answers; it must not change the diff.
    return "(random).invalid" if name.endswith(".invalid") else name


def _place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _listed(texts: set[str]) -> str:
    return ", ".join(code(text) for text in sorted(texts))
