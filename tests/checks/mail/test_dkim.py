"""DKIM is "key seen" or "unknown", and never "missing"."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from checks.mail.dkim import (
    DkimKey,
    DkimKeys,
    common_selectors,
    dkim_key_seen,
    dkim_keys,
    is_key,
    is_revoked,
    tags_of,
)
from checks.model import Cause, Outcome
from checks.sandbox.state import ANY, DnsTrouble
from checks.target import MailDomain
from tests.checks.dns.zone import MAIL, PLAIN, zone_world

NAMED = MailDomain("acme.example", selectors=("pm2026",))
KEY = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDabc"


def key_at(selector: str, record: str = KEY) -> dict[str, dict[str, tuple[str, ...]]]:
    return {f"{selector}._domainkey.acme.example": {"TXT": (f'"{record}"',)}}


@pytest.mark.parametrize(
    ("record", "key", "revoked"),
    [
        (KEY, True, False),
        ("p=MIGf", True, False),
        ("k=rsa; p=MIGf", True, False),
        ("v=DKIM1;p= MIGf MIGf ;", True, False),
        ("v=DKIM1; p=", False, True),
        ("v=DKIM1; k=ed25519", False, False),
        ("v=DKIM2; p=MIGf", False, False),
        ("v=spf1 -all", False, False),
        ("hello", False, False),
        ("", False, False),
    ],
)
def test_what_is_a_key(record: str, key: bool, revoked: bool) -> None:
    assert (is_key(record), is_revoked(record)) == (key, revoked)


def test_tags_keep_the_padding_of_a_key() -> None:
    assert tags_of("v=DKIM1; p=AB==") == {"v": "DKIM1", "p": "AB=="}


class TestJudge:
    def test_key_seen(self) -> None:
        keys = (DkimKey("google", KEY), DkimKey("pm2026", "p=MIGf", "pm.example"))
        result = dkim_key_seen(MAIL, DkimKeys(keys, ("google", "pm2026")))
        assert result.outcome is Outcome.PASS
        assert "google (Google Workspace), pm2026" in result.summary
        assert "by CNAME to pm.example" in result.evidence[1].seen

    @pytest.mark.parametrize(
        ("fact", "says"),
        [
            (DkimKeys((), ("google",)), "1 common selectors"),
            (DkimKeys((), ("pm2026", "google"), named=1), "at pm2026 and 1 common selectors"),
            (
                DkimKeys((), ("google",), namespace=False),
                "nothing at all exists below _domainkey.acme.example",
            ),
            (DkimKeys((), ("google",), namespace=True), "another selector may be in use"),
            (DkimKeys((), ("google",), revoked=("google",)), "withdrawn"),
            (
                DkimKeys((), tuple("abcdefg"), revoked=tuple("abcdefg")),
                "those at a, b, c and 4 more were withdrawn",
            ),
        ],
    )
    def test_unknown(self, fact: DkimKeys, says: str) -> None:
        result = dkim_key_seen(MAIL, fact)
        assert result.outcome is Outcome.COULD_NOT_CHECK
        assert result.cause is not None
        assert result.cause.code == "dkim-selector-unknown"
        assert result.cause.removable
        assert says in result.cause.sentence
        assert "missing" not in result.cause.sentence

    def test_no_answer_is_told_as_its_own_cause(self) -> None:
        cause = Cause("dns-timeout", "Nobody answered")
        assert dkim_key_seen(MAIL, DkimKeys((), ("pm2026",), named=1, cause=cause)).cause == cause


async def test_the_named_selector_is_enough() -> None:
    async with zone_world({**PLAIN, **key_at("pm2026")}) as world:
        fact = await world.find(dkim_keys, NAMED)
    assert [key.selector for key in fact.keys] == ["pm2026"]
    assert fact.asked == ("pm2026",)


@pytest.mark.parametrize("record", [KEY, "p=MIGfMA0"])
async def test_a_common_selector_is_found_without_being_named(record: str) -> None:
    async with zone_world({**PLAIN, **key_at("resend", record)}) as world:
        fact = await world.find(dkim_keys, MAIL)
    assert [key.selector for key in fact.keys] == ["resend"]


async def test_a_key_behind_an_alias_is_found() -> None:
    zone = {
        **PLAIN,
        "s1._domainkey.acme.example": {"CNAME": ("s1.domainkey.sender.example.",)},
        "s1.domainkey.sender.example": {"TXT": (f'"{KEY}"',)},
    }
    async with zone_world(zone) as world:
        fact = await world.find(dkim_keys, MAIL)
    assert fact.keys == (DkimKey("s1", KEY, "s1.domainkey.sender.example"),)


@pytest.mark.parametrize(
    ("zone", "namespace"),
    [({}, False), (key_at("zx81"), True), (key_at("google", "v=DKIM1; p="), True)],
)
async def test_no_key_seen_tells_whether_anything_is_there(
    zone: dict[str, dict[str, tuple[str, ...]]], namespace: bool
) -> None:
    async with zone_world({**PLAIN, **zone}) as world:
        fact = await world.find(dkim_keys, NAMED)
    assert fact.keys == ()
    assert fact.namespace is namespace
    assert fact.cause is None
    assert dkim_key_seen(NAMED, fact).outcome is Outcome.COULD_NOT_CHECK


async def test_a_wildcard_that_answers_with_something_else_is_no_key() -> None:
    zone = {**PLAIN, "*._domainkey.acme.example": {"TXT": ('"v=spf1 -all"',)}}
    async with zone_world(zone) as world:
        assert (await world.find(dkim_keys, MAIL)).keys == ()


async def test_a_selector_that_cannot_be_asked_for_is_a_cause() -> None:
    async with zone_world(troubles={("pm2026._domainkey.acme.example", ANY): DnsTrouble.SERVFAIL}) as world:
        fact = await world.find(dkim_keys, NAMED)
    assert fact.cause is not None
    assert fact.cause.code == "dns-servfail"


def test_the_list_of_selectors_has_a_source_and_is_modest() -> None:
    data = tomllib.loads((files("assets") / "dkim_selectors.toml").read_text(encoding="utf-8"))
    assert isinstance(data["date"], date)
    assert data["source"].startswith("https://")
    assert 20 <= len(common_selectors()) <= 40
