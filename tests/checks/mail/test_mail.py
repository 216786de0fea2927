"""MX, SPF and DMARC: every verdict, and what the probes make of real answers."""

from __future__ import annotations

import pytest

from checks.mail.dmarc import DmarcRecords, dmarc_present, dmarc_records, first_step
from checks.mail.mx import MxRecords, mx_present, mx_records
from checks.mail.spf import SpfRecords, mended, merged, spf_present, spf_records
from checks.model import Outcome
from checks.sandbox.state import ANY, DnsTrouble
from checks.target import MailDomain
from tests.checks.dns.zone import DOMAIN, MAIL, PLAIN, cause_from, zone_world

TXT = dict[str, dict[str, tuple[str, ...]]]


def with_txt(name: str, *texts: str) -> TXT:
    zone: TXT = {known: dict(types) for known, types in PLAIN.items()}
    zone.setdefault(name, {})["TXT"] = tuple(f'"{text}"' for text in texts)
    return zone


class TestMx:
    @pytest.mark.parametrize("records", [("10 mx.acme.example",), ("0 .",)])
    def test_pass(self, records: tuple[str, ...]) -> None:
        assert mx_present(MAIL, MxRecords(exists=True, records=records)).outcome is Outcome.PASS

    def test_null_mx_says_so(self) -> None:
        assert "takes no mail" in mx_present(MAIL, MxRecords(exists=True, records=("0 .",))).summary

    def test_null_mx_beside_others_is_partial(self) -> None:
        result = mx_present(MAIL, MxRecords(exists=True, records=("0 .", "10 mx.acme.example")))
        assert result.outcome is Outcome.PARTIAL

    @pytest.mark.parametrize("exists", [True, False])
    def test_fail(self, exists: bool) -> None:
        result = mx_present(MAIL, MxRecords(exists=exists, records=()))
        assert result.outcome is Outcome.FAIL
        assert ("is not in DNS" in result.summary) is not exists
        assert result.change is not None
        assert result.change.paste == "", "which servers take the mail is not ours to invent"

    async def test_fact_comes_most_preferred_first(self) -> None:
        zone = {
            **PLAIN,
            DOMAIN.name: {**PLAIN[DOMAIN.name], "MX": ("20 b.acme.example.", "9 a.acme.example.")},
        }
        async with zone_world(zone) as world:
            fact = await world.find(mx_records, MAIL)
        assert fact.records == ("9 a.acme.example", "20 b.acme.example")
        assert fact.exists
        assert fact.name_servers == ("ns1.acme.example",)


class TestSpf:
    def test_pass(self) -> None:
        assert spf_present(MAIL, SpfRecords(("v=spf1 -all",))).outcome is Outcome.PASS

    def test_missing(self) -> None:
        result = spf_present(MAIL, SpfRecords(()))
        assert result.outcome is Outcome.FAIL
        assert result.change is not None
        assert result.change.paste == "", "senders are never invented"

    def test_nearly(self) -> None:
        result = spf_present(MAIL, SpfRecords((), ("v=spf include:x ~all",)))
        assert result.outcome is Outcome.FAIL
        assert "nearly SPF" in result.summary

    @pytest.mark.parametrize(
        "text",
        [
            "v=spf a -all",
            "v = spf1 a -all",
            "spf1 a -all",
            '"v=spf1 a -all"',
            "“v=spf1 a -all”",
            "V=SPF2 a -all",
        ],
    )
    def test_mending_touches_the_beginning_alone(self, text: str) -> None:
        assert mended(text) == "v=spf1 a -all"

    def test_several(self) -> None:
        result = spf_present(
            MAIL, SpfRecords(("v=spf1 include:a.example ~all", "v=spf1 include:b.example -all"))
        )
        assert result.outcome is Outcome.FAIL
        assert len(result.evidence) == 2
        assert result.change is not None
        assert result.change.paste == "v=spf1 include:a.example include:b.example ~all"

    @pytest.mark.parametrize(
        ("records", "one"),
        [
            (("v=spf1 a mx -all", "v=spf1 mx -all"), "v=spf1 a mx -all"),
            (("v=spf1 a", "v=spf1 mx"), "v=spf1 a mx ~all"),
            (("v=spf1 a +all", "v=spf1 mx -all"), "v=spf1 a mx ~all"),
            (("v=spf1 a ALL", "v=spf1 mx ?all"), "v=spf1 a mx ~all"),
            (("v=spf1 a -all", "v=spf1 redirect=b.example"), ""),
        ],
    )
    def test_merging_never_opens_the_door_to_all(self, records: tuple[str, ...], one: str) -> None:
        assert merged(records) == one

    @pytest.mark.parametrize(
        ("texts", "records", "nearly"),
        [
            (("v=spf1 -all", "google-site-verification=x"), 1, 0),
            (("V=SPF1 mx -all",), 1, 0),
            (("v=spf1",), 1, 0),
            (("v=spf10 -all",), 0, 1),
            (("spf1 include:x -all",), 0, 1),
            (("spf2.0/pra -all",), 0, 0),
            (("v=spf1 a -all", "v=spf1 mx -all"), 2, 0),
            (("hello",), 0, 0),
        ],
    )
    async def test_fact(self, texts: tuple[str, ...], records: int, nearly: int) -> None:
        async with zone_world(with_txt(DOMAIN.name, *texts)) as world:
            fact = await world.find(spf_records, MAIL)
        assert (len(fact.records), len(fact.nearly)) == (records, nearly)

    async def test_long_records_in_several_strings_are_one(self) -> None:
        zone = with_txt(DOMAIN.name)
        zone[DOMAIN.name]["TXT"] = ('"v=spf1 include:a.ex" "ample -all"',)
        async with zone_world(zone) as world:
            assert (await world.find(spf_records, MAIL)).records == ("v=spf1 include:a.example -all",)


class TestDmarc:
    def test_pass(self) -> None:
        result = dmarc_present(MAIL, DmarcRecords("_dmarc.acme.example", ("v=DMARC1; p=none",)))
        assert result.outcome is Outcome.PASS
        assert "has a DMARC record" in result.summary

    def test_covered_by_a_parent(self) -> None:
        mail = MailDomain("news.acme.example")
        result = dmarc_present(mail, DmarcRecords("_dmarc.acme.example", ("v=DMARC1; p=none",)))
        assert result.outcome is Outcome.PASS
        assert "covered by the DMARC record at _dmarc.acme.example" in result.summary

    @pytest.mark.parametrize(
        ("fact", "says"),
        [
            (DmarcRecords("", ()), "has no DMARC record"),
            (DmarcRecords("_dmarc.acme.example", ("v=DMARC1; p=none", "v=DMARC1; p=reject")), "There are 2"),
            (DmarcRecords("", (), nearly=("v=DMARC; p=none",)), "nearly DMARC"),
            (DmarcRecords("", (), doubled="_dmarc.acme.example.acme.example"), "twice"),
        ],
    )
    def test_fail(self, fact: DmarcRecords, says: str) -> None:
        result = dmarc_present(MAIL, fact)
        assert result.outcome is Outcome.FAIL
        assert says in result.summary
        assert result.change is not None

    def test_the_first_step_changes_nothing_about_delivery(self) -> None:
        result = dmarc_present(MAIL, DmarcRecords("", ()))
        assert result.change is not None
        assert result.change.paste == first_step(MAIL) == "v=DMARC1; p=none; rua=mailto:dmarc@acme.example"

    @pytest.mark.parametrize(
        ("text", "records", "nearly"),
        [
            ("v=DMARC1; p=none", 1, 0),
            ("v=DMARC1;p=reject", 1, 0),
            ("v = DMARC1 ; p=none", 1, 0),
            ("v=DMARC1", 1, 0),
            ("v=dmarc1; p=none", 0, 1),
            ("v=DMARC10; p=none", 0, 1),
            ("p=none; v=DMARC1", 0, 1),
            ("v=spf1 -all", 0, 0),
        ],
    )
    async def test_fact(self, text: str, records: int, nearly: int) -> None:
        async with zone_world(with_txt("_dmarc.acme.example", text)) as world:
            fact = await world.find(dmarc_records, MAIL)
        assert (len(fact.records), len(fact.nearly)) == (records, nearly)

    async def test_a_parent_domain_covers_and_the_own_record_wins(self) -> None:
        mail = MailDomain("news.acme.example")
        zone = with_txt("_dmarc.acme.example", "v=DMARC1; p=none")
        zone[mail.name] = {"MX": ("10 mx.acme.example.",)}
        async with zone_world(zone) as world:
            assert (await world.find(dmarc_records, mail)).found_at == "_dmarc.acme.example"
        zone["_dmarc.news.acme.example"] = {"TXT": ('"v=DMARC1; p=reject"',)}
        async with zone_world(zone) as world:
            assert (await world.find(dmarc_records, mail)).records == ("v=DMARC1; p=reject",)

    async def test_a_doubled_name_is_found(self) -> None:
        async with zone_world(with_txt("_dmarc.acme.example.acme.example", "v=DMARC1; p=none")) as world:
            assert (await world.find(dmarc_records, MAIL)).doubled == "_dmarc.acme.example.acme.example"

    async def test_a_record_behind_an_alias_counts(self) -> None:
        zone = with_txt("dmarc.reports.example", "v=DMARC1; p=none")
        zone["_dmarc.acme.example"] = {"CNAME": ("dmarc.reports.example.",)}
        async with zone_world(zone) as world:
            assert (await world.find(dmarc_records, MAIL)).records == ("v=DMARC1; p=none",)

    async def test_an_unknown_own_record_is_not_replaced_by_the_parents(self) -> None:
        mail = MailDomain("news.acme.example")
        zone = with_txt("_dmarc.acme.example", "v=DMARC1; p=none")
        zone[mail.name] = {"MX": ("10 mx.acme.example.",)}
        async with zone_world(
            zone, troubles={("_dmarc.news.acme.example", ANY): DnsTrouble.SERVFAIL}
        ) as world:
            assert (await cause_from(world, dmarc_records, mail)).code == "dns-servfail"


async def test_a_name_server_in_trouble_is_one_cause_and_nothing_is_missing() -> None:
    troubles = {
        (DOMAIN.name, "MX"): DnsTrouble.SERVFAIL,
        (DOMAIN.name, "TXT"): DnsTrouble.SERVFAIL,
        ("_dmarc.acme.example", ANY): DnsTrouble.SERVFAIL,
    }
    async with zone_world(troubles=troubles) as world:
        causes = {
            await cause_from(world, mx_records, MAIL),
            await cause_from(world, spf_records, MAIL),
            await cause_from(world, dmarc_records, MAIL),
        }
    (cause,) = causes
    assert cause.code == "dns-servfail"
    assert "acme.example" in cause.sentence


async def test_a_mail_domain_that_does_not_exist_fails_once() -> None:
    mail = MailDomain("news.acme.example")
    async with zone_world() as world:
        fact = await world.find(mx_records, mail)
        causes = {await cause_from(world, spf_records, mail), await cause_from(world, dmarc_records, mail)}
    assert not fact.exists
    (cause,) = causes
    assert cause.code == "mail-domain-missing"


async def test_below_a_domain_that_does_not_exist_everything_has_its_cause() -> None:
    async with zone_world({}) as world:
        causes = {
            await cause_from(world, mx_records, MAIL),
            await cause_from(world, spf_records, MAIL),
            await cause_from(world, dmarc_records, MAIL),
        }
    (cause,) = causes
    assert cause.code == "name-missing"
