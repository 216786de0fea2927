"""Cookies of one walk along redirects, kept as by a browser that comes for the first time, and for that walk only."""

from __future__ import annotations

import re
from email.message import Message
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from checks.response import Headers

LINES = 50
"""Set-Cookie lines of one answer that are read."""
_LINE = re.compile(r"[\x20-\x7e]{1,4096}")
"""Browsers drop longer ones; other characters cannot be sent back in a header."""


class Cookies:
    """Which cookies a browser would send where: by host, path, `Secure` and age (RFC 6265, by the standard library)."""

    def __init__(self) -> None:
        # Without this a cookie of a host alone would go to the names below it too, which no browser does.
        own = DefaultCookiePolicy.DomainStrictNonDomain
        self._jar = CookieJar(DefaultCookiePolicy(strict_ns_domain=own))

    def keep(self, url: str, headers: Headers) -> None:
        """Take what an answer from `url` sets."""
        answer = _Answer(headers)
        if len(answer.message):
            self._jar.extract_cookies(cast("Any", answer), cast("Any", _Request(url)))

    def header(self, url: str) -> str:
        """The Cookie header for a request to `url`; "" without any."""
        request = _Request(url)
        self._jar.add_cookie_header(cast("Any", request))
        return request.cookie


class _Request:
    """As much of a request as the standard library reads host, path and scheme from."""

    unverifiable = False

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url, self.host, self.type = url, parts.netloc, parts.scheme
        self.origin_req_host = parts.hostname or ""
        self.cookie = ""

    def get_full_url(self) -> str:
        return self.url

    def has_header(self, name: str) -> bool:
        return False

    def add_unredirected_header(self, name: str, value: str) -> None:
        if name == "Cookie":
            self.cookie = value


class _Answer:
    """As much of an answer as the standard library reads cookies from."""

    def __init__(self, headers: Headers) -> None:
        self.message = Message()
        for line in headers.get_list("set-cookie")[:LINES]:
            if _LINE.fullmatch(line):
                self.message["Set-Cookie"] = line

    def info(self) -> Message:
        return self.message
