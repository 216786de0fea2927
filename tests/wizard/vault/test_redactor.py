"""No secret in any log, traceback or export, in clear or in the forms in which secrets travel."""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import subprocess
import sys
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks.secret import Secret
from wizard.vault.redactor import STARS, RedactingFilter, Redactor, redact_logging

CANARY = 'p&ss "wörd"/' + "+canary=\\0815"


def made(value: str = CANARY) -> Redactor:
    redactor = Redactor()
    redactor.add(Secret(value))
    return redactor


FORMS = {
    "clear": CANARY,
    "url": quote(CANARY, safe=""),
    "path": quote(CANARY),
    "query": urlencode({"token": CANARY}),
    "plus": quote_plus(CANARY),
    "twice": quote(quote(CANARY, safe=""), safe=""),
    "lower": quote(CANARY, safe="")
    .replace("%C3", "%c3")
    .replace("%B6", "%b6")
    .replace("%2F", "%2f")
    .replace("%2B", "%2b")
    .replace("%3D", "%3d")
    .replace("%5C", "%5c"),
    "json": json.dumps({"a": CANARY}),
    "json utf-8": json.dumps({"a": CANARY}, ensure_ascii=False),
    "json in json": json.dumps(json.dumps({"a": CANARY})),
    "repr": repr({"a": CANARY}),
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "base64 url": base64.urlsafe_b64encode(CANARY.encode()).decode().rstrip("="),
    "basic": "Basic " + base64.b64encode(f"ana:{CANARY}".encode()).decode(),
    "basic 2": base64.b64encode(f"api:{CANARY}:x".encode()).decode(),
    "basic 3": base64.b64encode(f"admin:{CANARY}!".encode()).decode(),
    "hex": CANARY.encode().hex(),
    "html": html.escape(CANARY),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_found_inside_a_text(form: str) -> None:
    text = f"before {FORMS[form]} after"
    redacted = made().text(text)
    assert STARS in redacted and redacted.startswith("before ") and redacted.endswith(" after")
    longest = max(
        (FORMS[form][a:b] for a in range(len(FORMS[form])) for b in range(a + 9, len(FORMS[form]) + 1)),
        key=len,
    )
    assert longest not in redacted
    for word in ("canary", "0815", base64.b64encode(CANARY.encode()).decode()[4:20]):
        assert word not in redacted


@given(secret=st.text(min_size=4, max_size=30), before=st.text(max_size=10), after=st.text(max_size=10))
def test_any_value_in_any_text_and_any_base64(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assume("*" not in secret)
    assert secret not in redactor.text(f"{before}{secret}{after}")
    assert STARS in redactor.text(f"{before}{secret}{after}")
    raw = secret.encode("utf-8", "surrogatepass")
    if len(raw) >= 9:
        joined = before.encode("utf-8", "surrogatepass") + raw + after.encode("utf-8", "surrogatepass")
        assert STARS in redactor.text(base64.b64encode(joined).decode())


def test_a_key_of_many_lines_and_texts_without_any() -> None:
    lines = [f"line{n}" * 4 for n in range(3)]
    redactor = made("\n".join(lines))
    assert redactor.text(f"  {lines[1]}") == f"  {STARS}"
    assert redactor.text("nothing here") == "nothing here"
    assert Redactor().text(CANARY) == CANARY
    assert "canary" not in repr(made())


def test_short_values_do_not_tear_holes() -> None:
    redactor = made("abc")
    assert redactor.text("abcabc") == "abcabc"


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer abcdefgh12345",
        "{'authorization': 'Basic abcdefgh12345'}",
        "GET https://api.acme.example/v1?x=1&token=abcdefgh12345",
        "X-Auth-Key: abcdefgh12345",
        "Set-Cookie: abcdefgh12345",
        "remote https://ana:abcdefgh12345@git.acme.example/x",
        "found ghp_" + "abcdefgh12345",
    ],
)
def test_logs_lose_unknown_credentials_too_and_exports_do_not(line: str) -> None:
    redactor = Redactor()
    assert "abcdefgh12345" not in redactor.careful(line)
    assert redactor.text(line) == line


def test_a_log_record_is_clean_in_every_part() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s %(extra)s"))
    handler.addFilter(RedactingFilter(made()))
    logger = logging.getLogger("test.redactor")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        try:
            raise ValueError(CANARY)
        except ValueError:
            logger.exception("%s and %d", CANARY, 3, extra={"extra": {"token": CANARY}}, stack_info=True)
        logger.error("%d", CANARY, extra={"extra": ""})
    finally:
        logger.removeHandler(handler)
    written = stream.getvalue()
    assert "canary" not in written and "ValueError" in written and "and 3" in written and STARS in written


def test_every_handler_gets_the_filter_once() -> None:
    logger, handler = logging.getLogger("test.some.child"), logging.NullHandler()
    logger.addHandler(handler)
    try:
        for _ in range(2):
            redact_logging(made())
        assert [type(each) for each in handler.filters] == [RedactingFilter]
        assert logging.lastResort is not None
        assert any(isinstance(each, RedactingFilter) for each in logging.lastResort.filters)
    finally:
        logger.removeHandler(handler)
        for place in (*logging.getLogger().handlers, logging.lastResort):
            if place is not None:
                for each in [f for f in place.filters if isinstance(f, RedactingFilter)]:
                    place.removeFilter(each)


CRASH = """
import sys, threading
from wizard.vault.redactor import Redactor, redact_exceptions
value = sys.stdin.readline().strip()
redactor = Redactor()
redactor.add(value)
redact_exceptions(redactor)
class Dies:
    def __del__(self): raise ValueError(value)
def work(): raise ValueError("in a thread " + value)
Dies()
thread = threading.Thread(target=work, name="helper"); thread.start(); thread.join()
raise RuntimeError("at the end " + value) from KeyError(value)
"""


def test_a_crash_prints_no_secret() -> None:
    canary = "hunter2" + "CANARY"
    ended = subprocess.run(
        [sys.executable, "-c", CRASH], input=canary, capture_output=True, text=True, timeout=20
    )
    assert ended.returncode == 1
    assert canary not in ended.stderr + ended.stdout
    for said in ("in a thread ****", "RuntimeError: at the end ****", "KeyError", "__del__", "helper"):
        assert said in ended.stderr
