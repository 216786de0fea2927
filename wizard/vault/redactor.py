"""Takes known secrets out of logs, tracebacks and exports: in clear and in the forms in which they travel."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final, TextIO
from urllib.parse import quote, quote_plus

from checks.secret import Secret

STARS: Final = "****"
SHORTEST: Final = 4
"""Shorter values are not looked for: they would tear holes into ordinary text."""

# Credentials that nobody told us of: what stands behind these words goes, whatever it is.
_PATTERNS: Final = (
    re.compile(
        r"(?i)\b((?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?)(?:(?:bearer|basic|token)\s+)?[^\s'\",;]+"
    ),
    re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}"),
    re.compile(r"(?i)\b((?:x-(?:api|auth)-key|set-cookie|cookie)['\"]?\s*[:=]\s*['\"]?)[^\s'\"]+"),
    re.compile(
        r"(?i)([?&](?:access_token|token|key|api_key|apikey|secret|password|sig|signature)=)[^&\s'\"#]+"
    ),
    re.compile(r"\b()(?:gh[opsur]_|github_pat_|glpat-|sk-|sk_live_|rk_live_|xox[abp]-|re_|SG\.)[\w.-]{12,}"),
    re.compile(r"(://[^/\s:@]+:)[^/\s@]+(?=@)"),
)


def forms(value: str) -> Iterator[str]:
    """The ways in which one value may stand in a text."""
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    for escaped in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]):
        yield escaped
        yield json.dumps(escaped)[1:-1]
    yield html.escape(value)
    yield html.escape(value, quote=False)
    for encoded in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)
        yield quote(encoded, safe="")
    yield raw.hex()
    yield raw.hex().upper()
    yield from _in_base64(raw)
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= 8)


def _in_base64(raw: bytes) -> Iterator[str]:
    """Also as a part of something longer ("user:token"), where it may begin at any of three places of a group."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw).decode("ascii")
        yield whole
        yield whole.rstrip("=")
        for shift in range(3):
            first, last = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
            inner = encode(bytes(shift) + raw).decode("ascii")[first:last]
            if len(inner) >= 8:
                yield inner


class Redactor:
    """Knows every secret that was loaded. Safe to use from several threads."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._guard = threading.Lock()

    def add(self, secret: Secret | str) -> None:
        value = secret.reveal() if isinstance(secret, Secret) else secret
        if len(value) < SHORTEST:
            return
        with self._guard:
            self._forms.update(form for form in forms(value) if len(form) >= SHORTEST)
            longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def text(self, text: str) -> str:
        """`text` with stars for every known secret: for exports and whatever else a person asked for."""
        pattern = self._pattern
        return text if pattern is None else pattern.sub(STARS, text)

    def careful(self, text: str) -> str:
        """The same, and stars for whatever looks like a credential: for logs and tracebacks."""
        text = self.text(text)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<1>{STARS}", text)
        return text

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"


class RedactingFilter(logging.Filter):
    """For handlers (a logger's own filters do not see what its children log)."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        careful = self._redactor.careful
        try:
            message = record.getMessage()
        except Exception:
            message = f"{record.msg!r} (its arguments did not fit)"
        record.msg, record.args = careful(message), None
        if record.exc_info:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            record.exc_info = None
        if record.exc_text:
            record.exc_text = careful(record.exc_text)
        if record.stack_info:
            record.stack_info = careful(record.stack_info)
        for name, value in list(record.__dict__.items()):
            if name not in _OWN_FIELDS and value is not None and not isinstance(value, (int, float)):
                setattr(record, name, careful(str(value)))
        return True


_OWN_FIELDS: Final = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime"))


def redact_logging(redactor: Redactor) -> None:
    """Puts the filter on every handler there is now, the last resort included. Again after adding a handler."""
    places = [logging.getLogger(), *(each for each in logging.Logger.manager.loggerDict.values())]
    handlers = {handler for place in places for handler in getattr(place, "handlers", ())}
    if logging.lastResort is not None:
        handlers.add(logging.lastResort)
    for handler in handlers:
        if not any(isinstance(each, RedactingFilter) for each in handler.filters):
            handler.addFilter(RedactingFilter(redactor))


def redact_exceptions(redactor: Redactor, stream: TextIO | None = None) -> Callable[[], None]:
    """Uncaught exceptions, also of threads and destructors, are printed without secrets. Returns how to undo it."""
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def write(text: str) -> None:
        out = stream or sys.stderr
        if out is not None:
            out.write(redactor.careful(text))
            out.flush()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        write("".join(traceback.format_exception(kind, error, trace)))

    def thread_hook(args: Any) -> None:
        if args.exc_type is not SystemExit:
            name = args.thread.name if args.thread else "?"
            write(f"Exception in thread {name}:\n")
            write("".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)))

    def unraisable_hook(args: Any) -> None:
        write(f"{args.err_msg or 'Exception ignored'}:\n")
        write("".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)))

    sys.excepthook, threading.excepthook, sys.unraisablehook = hook, thread_hook, unraisable_hook

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    return undo
