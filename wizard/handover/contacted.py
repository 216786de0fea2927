"""What the program contacted, and why: each place once."""

from __future__ import annotations

from wizard.handover.escape import code, prose, table
from wizard.handover.material import Material, intro


def contacted(material: Material) -> list[str]:
    rows = sorted({(c.host, c.address, c.port, c.purpose) for c in material.state.contacted})
    lines = ["## What this program contacted", "", prose(intro("contacted")), ""]
    if not rows:
        return [*lines, "Nothing."]
    cells = ((code(host), code(address), str(port), prose(purpose)) for host, address, port, purpose in rows)
    return [*lines, *table(("Name", "Address", "Port", "For"), cells)]
