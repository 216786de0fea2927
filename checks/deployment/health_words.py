"""Reading what a health endpoint says: parts it looked at, the release it names, whether it says that all is well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# fmt: off
GOOD_WORDS = frozenset([
    "ok", "up", "healthy", "pass", "passed", "passing", "alive", "ready", "running", "operational", "connected",
    "available", "green", "true", "success", "good", "online", "live", "active",
])
BAD_WORDS = frozenset([
    "degraded", "down", "unhealthy", "fail", "failed", "failing", "error", "critical", "unavailable", "disconnected",
    "not ok", "red", "false", "outage", "offline", "out_of_service", "timeout", "unreachable",
    "maintenance",
])
STATUS_KEYS = frozenset(["status", "health", "state", "ok", "healthy", "success", "alive", "ready", "up"])
RELEASE_KEYS = frozenset([
    "version", "commit", "sha", "revision", "release", "build", "git", "git_sha", "gitsha", "commit_sha", "build_id",
    "releaseid", "release_id", "deployment", "tag",
])
GROUPS = frozenset([
    "checks", "components", "dependencies", "services", "details", "info", "entries", "results", "systems",
    "subsystems", "error",
])
PARTS = frozenset([
    "db", "database", "postgres", "postgresql", "mysql", "mongo", "mongodb", "sqlite", "supabase", "redis", "cache",
    "queue", "worker", "workers", "storage", "s3", "disk", "memory", "smtp", "mail", "email", "openai", "anthropic",
    "llm", "model", "stripe", "payments", "search", "elasticsearch", "kafka", "rabbitmq", "auth", "vector", "pinecone",
    "migrations",
])
# Switches of the product, not states of its parts.
SETTINGS = frozenset(["features", "feature_flags", "featureflags", "flags", "config", "settings", "env"])
NO_RELEASE = frozenset(["unknown", "undefined", "null", "none", "n/a"])
# fmt: on
_DEPTH = 8
_SENTENCE = 200
_BROKEN = re.compile(
    r"\b(refused|timed out|timeout|time-out|unreachable|unavailable|unhealthy|fail(ed|ing|ure)?"
    r"|(not|cannot|can't|could not|unable to) (be )?(connect(ed)?|reach(ed|able)?|ready|available|healthy|ok)"
    r"|disconnected|down|econn[a-z]+|enotfound)\b"
)
_WELL = re.compile(r"\b(no|not|without|zero|0) (errors?|fail\w*|timeouts?|down)\b")


@dataclass(frozen=True, slots=True)
class Spoken:
    """`parts`: what it looked at, `release`: the version or commit it names, `trouble`: what it says is not well."""

    parts: tuple[str, ...]
    release: str
    trouble: tuple[str, ...]

    @property
    def useful(self) -> bool:
        return bool(self.parts or self.release)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip().lower() if isinstance(value, str) and len(value) <= 40 else ""


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path of lower-case keys, value) of everything in a JSON value, lists by the `name` of their items."""
    if len(path) > _DEPTH:
        return
    if isinstance(value, dict):
        for key, item in list(value.items())[:200]:
            yield from _leaves(item, (*path, str(key).lower()))
    elif isinstance(value, list):
        for item in value[:200]:
            name = item.get("name") if isinstance(item, dict) else None
            yield from _leaves(item, (*path, str(name).lower()) if name else path)
    else:
        yield path, value


def _part(path: tuple[str, ...]) -> str:
    """The dependency that a leaf speaks about, or ""."""
    for index, key in enumerate(path):
        plain = key.split(":")[0]
        if plain in PARTS:
            return plain
        if key in GROUPS and index + 1 < len(path) and path[index + 1] not in STATUS_KEYS:
            # Spring nests components in components; the innermost named one is what was looked at.
            return _part(path[index + 1 :]) or path[index + 1].split(":")[0]
    return ""


def _is_verdict(path: tuple[str, ...], value: Any) -> bool:
    """Whether a leaf says how something is, rather than how many or since when."""
    if not path or not _word(value):
        return False
    return path[-1] in STATUS_KEYS or path[-1] == _part(path)


def _is_told_error(path: tuple[str, ...], value: Any) -> bool:
    """Whether a part carries an error of its own: `{"redis": {"error": "ECONNREFUSED"}}`."""
    said = value.strip().lower() if isinstance(value, str) else ""
    own = len(path) > 1 and path[-1] == "error" and _part(path[:-1]) != ""
    return own and bool(said) and said not in GOOD_WORDS | NO_RELEASE and not _WELL.search(said)


def _sounds_broken(path: tuple[str, ...], value: Any) -> bool:
    """Whether a verdict is a sentence that tells of trouble: `{"database": "connection refused"}`."""
    if not isinstance(value, str) or len(value) > _SENTENCE or not path:
        return False
    if path[-1] not in STATUS_KEYS and path[-1] != _part(path):
        return False
    said = value.lower()
    return bool(_BROKEN.search(said)) and not _WELL.search(said)


def _trouble(path: tuple[str, ...], value: Any) -> str:
    if SETTINGS & set(path):
        return ""
    word = _word(value)
    if _is_verdict(path, value) and word in BAD_WORDS:
        return f"{_part(path) or path[-1]}: {word}"
    if _sounds_broken(path, value) or _is_told_error(path, value):
        return f"{_part(path[:-1]) or path[-1]}: {str(value).strip()[:60]}"
    return ""


def _of_json(value: Any) -> Spoken:
    leaves = list(_leaves(value))
    parts = dict.fromkeys(part for path, _ in leaves if not SETTINGS & set(path) and (part := _part(path)))
    release = next(
        (
            str(v)[:60]
            for path, v in leaves
            if path and path[-1] in RELEASE_KEYS and v and not isinstance(v, bool)
            if str(v).strip().lower() not in NO_RELEASE
        ),
        "",
    )
    trouble = dict.fromkeys(told for path, v in leaves if (told := _trouble(path, v)))
    return Spoken(tuple(parts), release, tuple(trouble))


_LINE = re.compile(
    r"^[ \t]*[\[+\]-]{0,3}[ \t]*([A-Za-z][\w .-]{0,30}?)[ \t]*[:=\]][ \t]*([A-Za-z_ ]{2,20})\b", re.MULTILINE
)


def _of_text(text: str) -> Spoken:
    words = text.strip().lower().rstrip(".!")
    lines = [(name.lower(), value.strip().lower()) for name, value in _LINE.findall(text[:5000])]
    parts = [name for name, value in lines if name in PARTS and value in GOOD_WORDS | BAD_WORDS]
    trouble = [f"{name}: {value}" for name, value in lines if value in BAD_WORDS]
    if words in BAD_WORDS:
        trouble.append(words)
    found = re.search(
        r"\b(?:version|commit|revision|release)\s*[:= ]\s*(\S{3,40})", text[:5000], re.IGNORECASE
    )
    return Spoken(tuple(parts), found.group(1) if found else "", tuple(trouble))


def read_health(text: str) -> Spoken:
    """What a body says, JSON or plain text."""
    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _of_text(text)
    if isinstance(value, str):
        return _of_text(value)
    return _of_json(value)


def is_html(content_type: str, text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return "text/html" in content_type.lower() or start.startswith(("<!doctype html", "<html"))
