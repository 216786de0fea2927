"""Plumline, the made-up startup: names, addresses, DNS records and sites of a world without a fault."""

from __future__ import annotations

from checks.sandbox import pages
from checks.sandbox.pages import APEX, API, APP, DOCS, DOMAIN, STAGING, WWW
from checks.sandbox.state import Certificate, Door, Place, Records, Site, State

PRODUCT = "Plumline reads construction contracts and flags the clauses that cost you money"

NAME_SERVERS = {f"ns1.{DOMAIN}": "192.0.2.53", f"ns2.{DOMAIN}": "192.0.2.54"}
RESOLVER = "192.0.2.53"
"""Knows the whole closed world, as the resolver of an ordinary network knows the real one."""

APEX_ADDRESSES = ("192.0.2.10", "192.0.2.11")
DOCS_HOST = f"docs-host.{DOMAIN}"
HOST_ADDRESSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    APEX: (APEX_ADDRESSES, ("2001:db8::10",)),
    APP: (("198.51.100.20",), ("2001:db8:20::1",)),
    API: (("198.51.100.30",), ("2001:db8:30::1",)),
    DOCS_HOST: (("203.0.113.40",), ("2001:db8:40::1",)),
    STAGING: (("203.0.113.50",), ("2001:db8:50::1",)),
}
"""Name -> its IPv4 and its IPv6 addresses."""

OLD_SERVER = ("198.51.100.66", "2001:db8:66::1")
"""Where the app ran before: switched off, and the network drops what is sent there."""
PORTAL = "192.0.2.99"
"""The log-in page of a hotel network."""

SELECTOR = "pm2026"
MAIL_HOST = f"mx.{DOMAIN}"
SENDER = "_spf.postlane.example"
"""The SPF record of the mail service that Plumline sends through."""

HOST_ROLES = {APEX: "apex", WWW: "www", APP: "app", API: "api", DOCS: "docs", STAGING: "staging"}
ENDPOINTS = (
    {"url": f"https://{APEX}/", "kind": "landing", "method": "GET", "side_effects": False},
    {"url": f"https://{APP}/signup", "kind": "signup", "method": "GET", "side_effects": False},
    {"url": f"https://{APP}/login", "kind": "login", "method": "GET", "side_effects": False},
    {"url": f"https://{API}/health", "kind": "health", "method": "GET", "side_effects": False},
    {"url": f"https://{API}/v1/review", "kind": "generation", "method": "POST", "side_effects": True},
)


def places(host: str, *ports: int) -> tuple[Place, ...]:
    """Every (address, port) at which `host` listens; ports default to 80 and 443."""
    v4, v6 = HOST_ADDRESSES[{WWW: APEX, DOCS: DOCS_HOST}.get(host, host)]
    return tuple((address, port) for address in (*v4, *v6) for port in (ports or (80, 443)))


SILENT: tuple[Place, ...] = tuple((address, port) for address in OLD_SERVER for port in (80, 443))


def soa(mname: str, serial: int) -> tuple[str, ...]:
    return (f"{mname}. hostmaster.{DOMAIN}. {serial} 7200 3600 1209600 300",)


def _quoted(text: str) -> str:
    """A TXT value in strings of at most 255 characters, as zone files write it."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))


def dkim_record() -> str:
    key = pages.asset("dkim.txt").decode().replace("\n", "").strip()
    return _quoted(f"v=DKIM1; k=rsa; p={key}")


def _records() -> Records:
    name_servers = tuple(f"{name}." for name in NAME_SERVERS)
    records: dict[str, dict[str, tuple[str, ...]]] = {
        "": {"SOA": soa("a.root-servers.example", 2026112400), "NS": name_servers},
        "example": {"SOA": soa("a.root-servers.example", 2026112401), "NS": name_servers},
        "postlane.example": {"SOA": soa(f"ns1.{DOMAIN}", 2026080300), "NS": name_servers},
        SENDER: {"TXT": (_quoted("v=spf1 ip4:203.0.113.64/27 -all"),)},
        DOMAIN: {
            "SOA": soa(f"ns1.{DOMAIN}", 2026111901),
            "NS": name_servers,
            "MX": (f"10 {MAIL_HOST}.",),
            "TXT": (_quoted(f"v=spf1 mx include:{SENDER} -all"), _quoted("status-page=plumline")),
            "CAA": ('0 issue "quarry-ca.example"',),
        },
        f"_dmarc.{DOMAIN}": {"TXT": (_quoted(f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}"),)},
        f"{SELECTOR}._domainkey.{DOMAIN}": {"TXT": (dkim_record(),)},
        MAIL_HOST: {"A": ("203.0.113.25",), "AAAA": ("2001:db8:25::1",)},
        WWW: {"CNAME": (f"{APEX}.",)},
        DOCS: {"CNAME": (f"{DOCS_HOST}.",)},
    }
    for name, address in NAME_SERVERS.items():
        records[name] = {"A": (address,)}
    for name, (v4, v6) in HOST_ADDRESSES.items():
        records.setdefault(name, {}).update({"A": v4, "AAAA": v6})
    return records


def _site(host: str) -> Site:
    names = (APEX, WWW) if host in (APEX, WWW) else (host,)
    if host == WWW:
        secure = pages.to_canonical()
    elif host == API:
        secure = pages.api_answers()
    else:
        secure = pages.web_pages(host)
    return Site(secure, pages.to_https(host), Certificate(names))


def _doors() -> dict[Place, Door]:
    doors = {
        place: Door(host, tls=place[1] == 443)
        for host in (APEX, APP, API, DOCS, STAGING)
        for place in places(host)
    }
    doors[PORTAL, 80] = Door("portal", tls=False)
    return doors


def fixed_state() -> State:
    """The world in which everything is as it should be."""
    sites = {host: _site(host) for host in HOST_ROLES}
    portal = pages.everywhere(pages.html(pages.asset("portal.html")))
    sites["portal"] = Site(portal, portal, Certificate(("portal",)))
    return State(records=_records(), sites=sites, doors=_doors())
