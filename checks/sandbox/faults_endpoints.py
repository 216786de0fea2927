"""Faults of single URLs: what a visitor or a monitor meets behind an open door."""

from __future__ import annotations

from dataclasses import replace

from checks.sandbox.changes import change_reply, change_site, set_reply
from checks.sandbox.fault import HEALTH, LANDING, LOGIN, SIGNUP, Fault, at
from checks.sandbox.pages import (
    APEX,
    API,
    APP,
    SHARED_HEADERS,
    everywhere,
    health_report,
    html,
    json_reply,
    text,
    web_pages,
)
from checks.sandbox.state import Reply

_ERROR_PAGE = b"<!doctype html>\n<title>500</title>\n<h1>Internal Server Error</h1>\n"
_DEGRADED = health_report("degraded", {"status": "failed", "error": "connection pool exhausted"})

FAULTS = (
    Fault(
        "signup-error",
        "Signing up ends in an error",
        "The migration of yesterday evening renamed a column that the sign-up page reads.",
        set_reply(APP, "/signup", html(_ERROR_PAGE, *SHARED_HEADERS, status=500)),
        breaks=at(SIGNUP, "performance.endpoint-answers"),
    ),
    Fault(
        "login-not-found",
        "The log-in page is gone",
        "The route was renamed to /sign-in and the links were not.",
        set_reply(APP, "/login", web_pages(APP).otherwise),
        breaks=at(LOGIN, "performance.endpoint-answers"),
    ),
    Fault(
        "landing-slow",
        "The front page takes more than a second to start",
        "Each visit wakes a server that has gone to sleep.",
        change_reply(APEX, "/", lambda reply: replace(reply, wait_ms=1300)),
        breaks=at(LANDING, "performance.baseline"),
    ),
    Fault(
        "signup-hangs",
        "The sign-up page never comes",
        "The page waits for a database connection that the pool does not give back.",
        change_reply(APP, "/signup", lambda reply: replace(reply, answers=False)),
        breaks=at(SIGNUP, "performance.endpoint-answers"),
        blinds=frozenset({SIGNUP}),
    ),
    Fault(
        "health-catch-all",
        "Every path of the API gives the same page",
        "A single-page app is served for whatever is asked, so the health check can never fail.",
        change_site(
            API,
            lambda site: replace(
                site,
                secure=everywhere(html(b"<!doctype html>\n<title>Plumline</title>\n<div id=app></div>\n")),
            ),
        ),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-empty",
        "The health check says nothing",
        "It answers 200 with an empty body, whether the database works or not.",
        set_reply(API, "/health", Reply(200, (("Content-Type", "text/plain"),), b"")),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-only-ok",
        "The health check only says OK",
        "It proves that the web server runs, which is the one part that never failed.",
        set_reply(API, "/health", text("OK\n", *SHARED_HEADERS)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-degraded",
        "The health check reports a failing database",
        "It does its job: 503, and the part that is broken.",
        set_reply(API, "/health", json_reply(_DEGRADED, *SHARED_HEADERS, status=503)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-missing",
        "There is no health check",
        "Nobody wrote one; monitors watch the front page and hope.",
        lambda state: set_reply(API, "/health", state.sites[API].secure.otherwise)(state),
        breaks=at(HEALTH, "deployment.health"),
    ),
)
