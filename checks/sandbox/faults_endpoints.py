"""Faults of single URLs: what a visitor or a monitor meets behind an open door."""

from __future__ import annotations

from dataclasses import replace

from checks.sandbox.changes import change_reply, change_site, set_reply, together
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
    redirect,
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
        blinds=frozenset({SIGNUP}),
    ),
    Fault(
        "signup-every-second-time",
        "Signing up fails every second time",
        "One of the two processes behind the app still runs last week's release.",
        change_reply(
            APP,
            "/signup",
            lambda reply: replace(reply, next=html(_ERROR_PAGE, *SHARED_HEADERS, status=500)),
        ),
        breaks=at(SIGNUP, "performance.endpoint-answers", "performance.baseline"),
    ),
    Fault(
        "signup-bad-request",
        "The sign-up page wants something that the link does not give",
        "It answers 400 unless a plan is named, and the button on the front page names none.",
        set_reply(APP, "/signup", html(b"<h1>Missing plan</h1>\n", *SHARED_HEADERS, status=400)),
        breaks=at(SIGNUP, "performance.endpoint-answers"),
    ),
    Fault(
        "login-breaks-off",
        "The log-in page breaks off",
        "The process dies on every request to it.",
        change_reply(APP, "/login", lambda reply: replace(reply, hangs_up=True)),
        breaks=at(LOGIN, "performance.endpoint-answers"),
        blinds=frozenset({LOGIN}),
    ),
    Fault(
        "login-circle",
        "Logging in goes round in a circle",
        "/login leads to /sign-in, and /sign-in to /login.",
        together(
            set_reply(APP, "/login", redirect("/sign-in", *SHARED_HEADERS, status=302)),
            set_reply(APP, "/sign-in", redirect("/login", *SHARED_HEADERS, status=302)),
        ),
        breaks=at(LOGIN, "performance.endpoint-answers"),
        blinds=frozenset({LOGIN}),
    ),
    Fault(
        "login-hosted-elsewhere",
        "Logging in happens at another company",
        "The log-in pages are bought from a service, under its name; that is common, and no fault.",
        set_reply(APP, "/login", redirect("https://plumline.sign-in.example/", *SHARED_HEADERS, status=302)),
        blinds=frozenset({LOGIN}),
    ),
    Fault(
        "login-not-found",
        "The log-in page is gone",
        "The route was renamed to /sign-in and the links were not.",
        set_reply(APP, "/login", web_pages(APP).otherwise),
        breaks=at(LOGIN, "performance.endpoint-answers"),
        blinds=frozenset({LOGIN}),
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
        "health-lies",
        "The health check reports a failing database with success",
        "The body tells the truth and the status says 200, which is all that monitors read.",
        set_reply(API, "/health", json_reply(_DEGRADED, *SHARED_HEADERS)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-web-page",
        "The health check is a web page",
        "Someone made it pretty for the office screen.",
        set_reply(API, "/health", html(b"<!doctype html>\n<h1>All good</h1>\n", *SHARED_HEADERS)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-error-page",
        "The health check itself is broken",
        "It imports a module that the last release renamed.",
        set_reply(API, "/health", html(_ERROR_PAGE, *SHARED_HEADERS, status=500)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-redirects",
        "The health check leads to the log-in page",
        "The rule that protects the dashboard covers /health too.",
        set_reply(API, "/health", redirect(f"https://{APP}/login", *SHARED_HEADERS, status=302)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-asks-login",
        "The health check asks for a key",
        "Every route of the API wants a key, this one included.",
        lambda state: set_reply(
            API, "/health", replace(state.sites[API].secure.replies["/v1/review"], methods=("GET", "HEAD"))
        )(state),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "health-hangs",
        "The health check never answers",
        "It waits for the database, and the database is gone.",
        change_reply(API, "/health", lambda reply: replace(reply, answers=False)),
        breaks=at(HEALTH, "deployment.health"),
    ),
    Fault(
        "api-rate-limited",
        "The API lets us ask too little",
        "The limit that protects the reader covers the health check too.",
        set_reply(
            API, "/health", json_reply({"error": "too_many_requests"}, ("Retry-After", "60"), status=429)
        ),
        blinds=frozenset({HEALTH}),
    ),
    Fault(
        "health-missing",
        "There is no health check",
        "Nobody wrote one; monitors watch the front page and hope.",
        lambda state: set_reply(API, "/health", state.sites[API].secure.otherwise)(state),
        breaks=at(HEALTH, "deployment.health"),
    ),
)
