"""What the made-up startup serves: pages from assets/sandbox, API answers, redirects."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import lru_cache
from importlib.resources import files
from string import Template

from checks.sandbox.state import Reply, Served

DOMAIN = "plumline.example"
APEX, WWW, APP, API, DOCS, STAGING = (
    DOMAIN,
    *(f"{label}.{DOMAIN}" for label in ("www", "app", "api", "docs", "staging")),
)

HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
SHARED_HEADERS = (
    HSTS,
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_PUBLIC = ("Cache-Control", "public, max-age=300")
_PRIVATE = ("Cache-Control", "no-store")
_NOINDEX = ("X-Robots-Tag", "noindex, nofollow")
_FRAMES = (
    "Content-Security-Policy",
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
)

_SITE_NAV = (
    ("https://plumline.example/pricing", "Pricing"),
    ("https://docs.plumline.example/", "Docs"),
    ("https://plumline.example/status", "Status"),
    ("https://app.plumline.example/login", "Log in"),
    ("https://app.plumline.example/signup", "Sign up"),
)
_DOCS_NAV = (
    ("/", "Overview"),
    ("/quickstart", "Quickstart"),
    ("/clauses", "Clauses"),
    ("/api", "API"),
    ("https://app.plumline.example/login", "Log in"),
)
_NAVIGATION = {DOCS: _DOCS_NAV, STAGING: ()}


@lru_cache
def asset(name: str) -> bytes:
    return (files("assets") / "sandbox" / name).read_bytes()


@lru_cache
def _fingerprinted(name: str) -> str:
    """The path of a static file, with a part of its digest, so that it can be cached for ever."""
    stem, _, suffix = name.rpartition(".")
    return f"/assets/{stem}.{hashlib.sha256(asset(name)).hexdigest()[:8]}.{suffix}"


def _document(host: str, path: str, file: str, title: str, description: str) -> bytes:
    links = (f'<a href="{href}">{label}</a>' for href, label in _NAVIGATION.get(host, _SITE_NAV))
    values = {
        "title": title,
        "description": description,
        "url": f"https://{host}{path}",
        "mark": _fingerprinted("mark.svg"),
        "stylesheet": _fingerprinted("plumline.css"),
        "kind": host.partition(".")[0],
        "nav": "\n".join(links),
        "main": asset(file).decode().strip(),
    }
    return Template(asset("layout.html").decode()).substitute(values).encode()


def html(body: bytes, *headers: tuple[str, str], status: int = 200) -> Reply:
    return Reply(status, (("Content-Type", "text/html; charset=utf-8"), *headers), body)


def text(body: str, *headers: tuple[str, str], status: int = 200) -> Reply:
    return Reply(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), body.encode())


def json_reply(value: object, *headers: tuple[str, str], status: int = 200) -> Reply:
    body = json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
    return Reply(status, (("Content-Type", "application/json"), *headers), body)


def redirect(location: str, *headers: tuple[str, str], status: int = 301) -> Reply:
    """A redirect; `{path}` in `location` stands for the path and query that were asked for."""
    shown = f'<!doctype html>\n<title>Moved</title>\n<p>Moved: <a href="{location}">{location}</a></p>\n'
    return Reply(
        status,
        (("Content-Type", "text/html; charset=utf-8"), ("Location", location), *headers),
        shown.encode(),
        methods=("GET", "HEAD", "POST"),
    )


def everywhere(reply: Reply) -> Served:
    """One reply to every path."""
    return Served({}, reply)


def _static(name: str, content_type: str) -> tuple[str, Reply]:
    headers = (
        ("Content-Type", content_type),
        ("Cache-Control", "public, max-age=31536000, immutable"),
        *SHARED_HEADERS,
    )
    return _fingerprinted(name), Reply(200, headers, asset(name))


def web_pages(host: str) -> Served:
    """The pages of `host` by assets/sandbox/pages.toml, with stylesheet, robots.txt and a real 404."""
    listed = tomllib.loads(asset("pages.toml").decode())[host]
    caching = _PRIVATE if host in (APP, STAGING) else _PUBLIC
    headers = (caching, _FRAMES, *SHARED_HEADERS, *((_NOINDEX,) if host == STAGING else ()))
    replies = {
        path: html(_document(host, path, page["file"], page["title"], page["description"]), *headers)
        for path, page in listed.items()
    }
    replies["/robots.txt"] = text(_robots(host), *headers)
    replies.update([_static("plumline.css", "text/css; charset=utf-8"), _static("mark.svg", "image/svg+xml")])
    if host == APEX:
        replies["/sitemap.xml"] = _sitemap(list(listed), *headers)
    if host == APP:
        replies["/"] = redirect(f"https://{APP}/login", *headers, status=302)
    missing = _document(host, "/", "missing.html", "Page not found · Plumline", "This page does not exist.")
    return Served(replies, html(missing, *headers, status=404))


def _robots(host: str) -> str:
    if host == STAGING:
        return "User-agent: *\nDisallow: /\n"
    lines = ["User-agent: *", "Allow: /"]
    if host == APEX:
        lines.append(f"Sitemap: https://{APEX}/sitemap.xml")
    return "\n".join(lines) + "\n"


def _sitemap(paths: list[str], *headers: tuple[str, str]) -> Reply:
    urls = "".join(f"<url><loc>https://{APEX}{path}</loc></url>\n" for path in paths)
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )
    return Reply(200, (("Content-Type", "application/xml"), *headers), document.encode())


def health_report(status: str, database: dict[str, object]) -> dict[str, object]:
    """What /health says: the release that runs, and the parts without which it cannot work."""
    return {
        "status": status,
        "version": "2026.11.3",
        "commit": "9f41c2e",
        "checks": {
            "database": database,
            "queue": {"status": "ok", "waiting": 0},
            "reader": {"status": "ok"},
        },
    }


def api_answers() -> Served:
    headers = (_PRIVATE, *SHARED_HEADERS)
    no_key = {"error": "unauthorized", "message": "Send your API key as a bearer token."}
    about = {"name": "Plumline API", "version": "v1", "documentation": f"https://{DOCS}/api"}
    review = json_reply(no_key, ("WWW-Authenticate", "Bearer"), *headers, status=401)
    replies = {
        "/": json_reply(about, *headers),
        "/health": json_reply(health_report("ok", {"status": "ok", "latency_ms": 2.1}), *headers),
        "/v1/review": Reply(401, review.headers, review.body, methods=("POST",)),
        "/robots.txt": text("User-agent: *\nDisallow: /\n", *headers),
    }
    missing = {"error": "not_found", "message": "There is nothing at this path."}
    return Served(replies, json_reply(missing, *headers, status=404))


def to_https(host: str) -> Served:
    """What plain http answers: the same host and path, over https."""
    return everywhere(redirect(f"https://{host}{{path}}"))


def to_canonical() -> Served:
    return everywhere(redirect(f"https://{APEX}{{path}}", *SHARED_HEADERS))
