"""Faults of the front doors: http and https, the bare name and www."""

from __future__ import annotations

from dataclasses import replace

from checks.sandbox.changes import close_doors, serve, serve_plain, set_reply, together
from checks.sandbox.fault import LANDING, Fault, at
from checks.sandbox.pages import APEX, SHARED_HEADERS, WWW, asset, everywhere, html, redirect, web_pages
from checks.sandbox.startup import places
from checks.sandbox.state import Served, State

ELSEWHERE = "https://plumline.builder.example"


def _same_pages_on_www(state: State) -> State:
    site = state.sites[WWW]
    same = replace(site, secure=state.sites[APEX].secure)
    return replace(state, sites={**state.sites, WWW: same})


def _plain(host: str) -> Served:
    """The pages of `host` without the headers that only make sense over https."""
    pages = web_pages(host)
    replies = {
        path: replace(reply, headers=tuple(h for h in reply.headers if h not in SHARED_HEADERS))
        for path, reply in pages.replies.items()
    }
    return replace(pages, replies=replies)


FAULTS = (
    Fault(
        "www-duplicate",
        "www shows the same site instead of leading to it",
        "Both names serve the pages; search engines see everything twice and links are split.",
        _same_pages_on_www,
        breaks=at(APEX, "edge.canonical-host"),
    ),
    Fault(
        "http-stays-http",
        "http stays http",
        "Nobody turned on the redirect: who types the name without https gives the password in clear.",
        serve_plain(APEX, _plain(APEX)),
        breaks=at(APEX, "edge.https-only"),
    ),
    Fault(
        "first-hop-crosses-host",
        "http jumps to another host before it turns to https",
        "The bare name over http goes to www first, so browsers never learn that the bare name wants https.",
        serve_plain(APEX, everywhere(redirect(f"https://{WWW}{{path}}"))),
        breaks=at(APEX, "edge.first-hop"),
    ),
    Fault(
        "first-hop-stays-on-http",
        "http www stays on http for its first redirect",
        "The rule for www was written before there was a certificate.",
        serve_plain(WWW, everywhere(redirect(f"http://{APEX}{{path}}"))),
        breaks=at(APEX, "edge.first-hop"),
    ),
    Fault(
        "https-steps-back",
        "https www leads back to http",
        "The redirect of www still names the http address.",
        together(
            serve(WWW, everywhere(redirect(f"http://{APEX}{{path}}", *SHARED_HEADERS))),
            serve_plain(WWW, everywhere(redirect(f"https://{APEX}{{path}}"))),
        ),
        breaks=at(APEX, "edge.https-only"),
    ),
    Fault(
        "http-port-closed",
        "Nothing listens for http",
        "Port 80 was closed 'for security': old links and typed addresses fail.",
        close_doors(*places(APEX, 80)),
        breaks=at(APEX, "edge.doors-reach"),
        blinds=frozenset({APEX}),
    ),
    Fault(
        "www-error",
        "www shows an error of the hosting platform",
        "www points to the platform, and nobody added the name there.",
        serve(WWW, everywhere(html(b"<h1>404: DEPLOYMENT_NOT_FOUND</h1>\n", *SHARED_HEADERS, status=404))),
        breaks=at(APEX, "edge.doors-reach"),
    ),
    Fault(
        "www-redirect-nowhere",
        "www redirects without saying where to",
        "The target of the redirect was left empty in the settings.",
        serve(WWW, everywhere(html(b"", *SHARED_HEADERS, status=302))),
        breaks=at(APEX, "edge.doors-reach"),
    ),
    Fault(
        "redirect-chain",
        "Three redirects before the first page",
        "Rules of the host, of the CDN and of the app were stacked one on another.",
        together(
            serve_plain(WWW, everywhere(redirect(f"https://{WWW}{{path}}"))),
            serve(WWW, Served({"/home": redirect(f"https://{APEX}/")}, redirect(f"https://{WWW}/home"))),
        ),
        breaks=at(APEX, "edge.redirect-hops"),
    ),
    Fault(
        "redirect-loop",
        "The site sends everyone round in circles",
        "The CDN talks http to a server that insists on https, the classic of a 'flexible' setting.",
        together(
            serve(APEX, everywhere(redirect(f"http://{APEX}{{path}}"))),
            serve_plain(APEX, everywhere(redirect(f"https://{APEX}{{path}}"))),
        ),
        breaks=at(APEX, "edge.redirect-loop"),
        blinds=frozenset({APEX, LANDING}),
    ),
    Fault(
        "redirect-endless",
        "The site redirects for ever, each time to a longer address",
        "A rule that adds a slash matches its own result.",
        serve(APEX, everywhere(redirect(f"https://{APEX}{{path}}/"))),
        breaks=at(APEX, "edge.redirect-loop"),
        blinds=frozenset({APEX, LANDING}),
    ),
    Fault(
        "redirect-elsewhere",
        "The domain leads away to another domain",
        "The site still jumps to the address that the site builder gave it.",
        together(*(serve(host, everywhere(redirect(f"{ELSEWHERE}{{path}}"))) for host in (APEX, WWW))),
        breaks=at(APEX, "edge.canonical-host"),
        blinds=frozenset({APEX, LANDING}),
    ),
    Fault(
        "landing-challenged",
        "The site's bot protection stops us",
        "'I am under attack' mode is on: every program gets a puzzle instead of the page.",
        set_reply(
            APEX,
            "/",
            html(
                asset("challenge.html"),
                ("CF-Mitigated", "challenge"),
                ("CF-RAY", "8f2c41d0ab13e2a7-LHR"),
                ("Cache-Control", "private, no-store"),
                status=403,
            ),
        ),
        blinds=frozenset({APEX, LANDING}),
    ),
)
