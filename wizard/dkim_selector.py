"""The DKIM selector that a person names: the word before `._domainkey` (RFC 6376 section 3.1)."""

from __future__ import annotations

import re

from checks.text import visible

_SELECTOR = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\Z")


class NotASelector(ValueError):
    """What was typed cannot be a selector. The message is one sentence for the person."""


_TAG = re.compile(r"(?:^|[;\s])s\s*=\s*([^;\s]+)", re.IGNORECASE)
"""The selector as it stands in a DKIM-Signature."""


def read_selector(typed: str) -> str:
    """Understand a selector, `s=…` or the whole line it was copied from, or the name of its record.

    Raises NotASelector.
    """
    tag = _TAG.search(typed)
    bare = (tag[1] if tag else typed).strip().lower().rstrip(".").partition("._domainkey")[0]
    if len(bare) > 200 or not _SELECTOR.match(bare):
        raise NotASelector(
            f"“{visible(typed.strip(), 60)}” is no DKIM selector: it is the word before ._domainkey, "
            "for example pm2026"
        )
    return bare
