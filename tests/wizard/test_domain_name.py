"""What people type as their domain."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wizard.made import STEADY
from wizard.domain_name import DomainName, NotADomain, read_domain


@pytest.mark.parametrize(
    ("typed", "name", "host"),
    [
        ("acme.ai", "acme.ai", "acme.ai"),
        ("ACME.ai", "acme.ai", "acme.ai"),
        ("  acme.ai \n", "acme.ai", "acme.ai"),
        ("acme . ai", "acme.ai", "acme.ai"),
        ("acme.ai.", "acme.ai", "acme.ai"),
        ("www.acme.ai", "acme.ai", "www.acme.ai"),
        ("https://acme.ai", "acme.ai", "acme.ai"),
        ("HTTPS://Acme.ai/", "acme.ai", "acme.ai"),
        ("https://acme.ai:8443/pricing?utm=1#top", "acme.ai", "acme.ai"),
        ("acme.ai/pricing", "acme.ai", "acme.ai"),
        ("acme.ai:8080", "acme.ai", "acme.ai"),
        ("acme.ai?x=1", "acme.ai", "acme.ai"),
        ("https:/acme.ai", "acme.ai", "acme.ai"),
        ("//acme.ai/x", "acme.ai", "acme.ai"),
        ("https://acme.ai:443/@ana", "acme.ai", "acme.ai"),
        ("https://acme.ai/@ana", "acme.ai", "acme.ai"),
        ("https://ana:pa/ss@acme.ai/x", "acme.ai", "acme.ai"),
        ("https://ana:1234/ss@acme.ai", "acme.ai", "acme.ai"),
        ("ana@acme.ai", "acme.ai", "acme.ai"),
        ("mailto:ana@acme.ai", "acme.ai", "acme.ai"),
        ("app.acme.co.uk", "acme.co.uk", "app.acme.co.uk"),
        ("plumline.example", "plumline.example", "plumline.example"),
        ("münchen.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("MÜNCHEN.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("ａｃｍｅ。ai。", "acme.ai", "acme.ai"),
        ("acme\u200b.ai", "acme.ai", "acme.ai"),
        ("“acme.ai”", "acme.ai", "acme.ai"),
        ("<https://acme.ai/>", "acme.ai", "acme.ai"),
        ("my-app.lovable.app", "my-app.lovable.app", "my-app.lovable.app"),
    ],
)
def test_understood(typed: str, name: str, host: str) -> None:
    read = read_domain(typed)
    assert (read.name, read.host) == (name, host)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("acme.ai", ""),
        ("ACME.ai.", ""),
        ("www.acme.ai", "Understood as acme.ai, without www"),
        ("https://acme.ai:8443/x", "Understood as acme.ai, without the path and the port"),
        ("https://ana:pw@acme.ai:1/x", "Understood as acme.ai, without the login, the path and the port"),
        ("münchen.de", "Understood as münchen.de (xn--mnchen-3ya.de)"),
        ("app.acme.ai", "Understood as acme.ai, with app.acme.ai among its hosts"),
    ],
)
def test_it_says_what_it_understood(typed: str, understood: str) -> None:
    assert read_domain(typed).understood == understood


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "Type a domain"),
        ("   ", "Type a domain"),
        ("https://", "no domain in that"),
        ("...", "no domain in that"),
        ("a" * 300, "at most 253 characters, this has 300"),
        ("ü" * 300, "too long"),
        ("a" * 64 + ".ai", "at most 63"),
        (".".join(["abc"] * 80), "at most 253"),
        ("x" * 2001, "far too long"),
        ("-acme.ai", "begins or ends with a dash"),
        ("--help", "begins or ends with a dash"),
        ("acme-.ai", "begins or ends with a dash"),
        ("acme\x1b[31m.ai", "control characters"),
        ("acme\x9b31m.ai", "control characters"),
        ("ac\x00me.ai", "control characters"),
        ("acme\nai", "control characters"),
        ("\u202eia.emca", "not allowed"),
        ("\ud800.ai", "not allowed"),
        ("☃.ai", "not allowed"),
        ("203.0.113.7", "IP address"),
        ("203.0.113.7:443", "IP address"),
        ("http://203.0.113.7/x", "IP address"),
        ("2001:db8::1", "IP address"),
        ("[::1]", "IP address"),
        ("https://[::1]:8443/x", "IP address"),
        ("fe80::1%eth0", "IP address"),
        ("2130706433", "IP address"),
        ("0x7f.1", "IP address"),
        ("１.１.１.１", "IP address"),
        ("acme", "no ending"),
        ("localhost", "no ending"),
        ("co.uk", "an ending that many owners share"),
        ("https://vercel.app/", "an ending that many owners share"),
        ("acme,ai", "comma"),
        ("acme ai", "space"),
        ("acme.ai, other.ai", "several domains"),
        ("acme.ai other.ai", "several domains"),
        ("acme..ai", "two dots"),
        (".acme.ai", "two dots in a row or begins with one"),
        ("*.acme.ai", "no domain has"),
        ("acme.ai:99999999", "no domain has"),
        ("ac_me.ai", "underscore"),
    ],
)
def test_refused_in_one_sentence(typed: str, part: str) -> None:
    with pytest.raises(NotADomain) as refusal:
        read_domain(typed)
    message = str(refusal.value)
    assert part in message
    assert message[0].isupper() or message[0] == "“"
    assert message.endswith(".")
    assert _plain_line(message)


_LOGIN = "s3cr3tL0gin"


@pytest.mark.parametrize(
    "typed",
    [
        "https://{}:x@acme.ai",
        "https://ana:{}@acme.ai/x",
        "https://ana:{}@",
        "https://ana:{}@-bad-",
        "https://ana:{}@203.0.113.7",
        "https://ana:{}@two words.ai",
        "https://ana:{}@acme,ai",
        "https://ana:{}/more@acme.ai",
        "https://ana:x/{}@acme.ai",
        "https://{}:1234/x@acme.ai",
        "https://ana:{}#x@acme.ai",
        "https://ana:x?{}@acme",
        "https://ana:a@{}@acme.ai",
        "ana:{}@acme.ai",
        "{}@acme",
        "https://ana:{}＠acme",
        "https://ana:{}@" + "a" * 300,
    ],
)
def test_a_login_is_never_shown(typed: str) -> None:
    try:
        said = repr(read_domain(typed.format(_LOGIN)))
    except NotADomain as refusal:
        said = f"{refusal} {refusal.args} {refusal.__context__} {refusal.__cause__}"
    assert _LOGIN.lower() not in said.lower()


def _plain_line(text: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


_NEAR_DOMAINS = st.text(st.sampled_from("aB1-_.:/@?#[]%, \\xn ü。Ａ٣\u200d\u202eßé"), max_size=40)


@settings(STEADY, max_examples=500)
@given(
    st.one_of(
        st.text(max_size=300), _NEAR_DOMAINS, st.text(st.characters(categories=["C", "Z", "M"]), max_size=20)
    )
)
def test_either_a_domain_that_reads_the_same_again_or_one_clean_sentence(typed: str) -> None:
    try:
        read = read_domain(typed)
    except NotADomain as refusal:
        message = str(refusal)
        assert message
        assert len(message) < 300
        assert _plain_line(message)
        return
    assert isinstance(read, DomainName)
    for name in (read.name, read.host):
        assert read_domain(name).name == read.name
        assert name.isascii()
        assert name == name.lower()
        assert len(name) <= 253
    assert read_domain(read.readable).name == read.name
    assert _plain_line(read.readable + read.understood)
