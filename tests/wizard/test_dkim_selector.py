"""The selector that a person names."""

from __future__ import annotations

import pytest

from wizard.dkim_selector import NotASelector, read_selector
from wizard.domain_name import read_domain
from wizard.project import new_project
from wizard.session import Session


@pytest.mark.parametrize(
    ("typed", "selector"),
    [
        ("pm2026", "pm2026"),
        (" S1 ", "s1"),
        ("20230601._domainkey.acme.ai.", "20230601"),
        ("k1.mail._domainkey", "k1.mail"),
        ("s=PM2026;", "pm2026"),
        ("DKIM-Signature: v=1; a=rsa-sha256; d=acme.ai; s=pm; bs=x; h=from:to; b=AbC=", "pm"),
    ],
)
def test_a_selector_or_the_name_of_its_record(typed: str, selector: str) -> None:
    assert read_selector(typed) == selector


@pytest.mark.parametrize(
    "typed", ["", " ", "._domainkey.acme.ai", "a b", "-x", "x" * 300, "é", "a..b", "\x1b[31m"]
)
def test_anything_else_is_refused_in_one_sentence(typed: str) -> None:
    with pytest.raises(NotASelector) as refused:
        read_selector(typed)
    assert "\n" not in str(refused.value) and "\x1b" not in str(refused.value)


def test_the_next_run_looks_under_a_named_selector() -> None:
    session = Session(new_project(read_domain("acme.example")))
    session.name_selector("acme.example", "pm")
    session.name_selector("acme.example", "pm")
    (mail,) = session.state.target.mail_domains
    assert mail.selectors == ("pm",)
    with pytest.raises(KeyError):
        session.name_selector("other.example", "pm")
