"""Where a domain's records are edited: told from its name servers, so that a fix says where to go."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from checks.platforms import registrable_domain


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = tomllib.loads((files("assets") / "dns_providers.toml").read_text(encoding="utf-8"))
    return tuple(
        (re.compile(r"(?:.*\.)?" + re.escape(pattern).replace(r"\*", r"[a-z0-9]+") + r"\Z"), name)
        for name, patterns in data["providers"].items()
        for pattern in patterns
    )


def dns_provider(name_servers: tuple[str, ...]) -> str:
    """Who runs the DNS, `Cloudflare`; "" when the name servers do not tell, or name several providers."""
    found = {
        next((name for pattern, name in _patterns() if pattern.match(server.lower())), "")
        for server in name_servers
    }
    return found.pop() if len(found) == 1 else ""


def dns_settings(name: str, name_servers: tuple[str, ...]) -> str:
    """Where to change a record of `name`, in words: the zone is that of the name one owns."""
    domain = registrable_domain(name)
    provider = dns_provider(name_servers)
    if provider:
        return f"{provider}, the DNS settings of {domain}"
    if name_servers:
        return (
            f"The DNS settings of {domain}, at whoever runs its name servers ({', '.join(name_servers[:3])})"
        )
    return f"The DNS settings of {domain}, usually where you bought it"
