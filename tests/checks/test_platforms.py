"""Names that are bought, and names that are lent."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from checks.platforms import platform_of, registrable_domain


@pytest.mark.parametrize(
    ("name", "suffix", "operator"),
    [
        ("acme.lovable.app", "lovable.app", "Lovable"),
        ("acme.vercel.app", "vercel.app", "Vercel"),
        ("acme-git-main-ana.vercel.app", "vercel.app", "Vercel"),
        ("acme.v0.app", "v0.app", "v0 by Vercel"),
        ("acme.bolt.host", "bolt.host", "Bolt"),
        ("acme.replit.app", "replit.app", "Replit"),
        ("acme.netlify.app", "netlify.app", "Netlify"),
        ("acme.onrender.com", "onrender.com", "Render"),
        ("acme.fly.dev", "fly.dev", "Fly"),
        ("acme.up.railway.app", "up.railway.app", "Railway"),
        ("acme.railway.app", "railway.app", "Railway"),
        ("acme.pages.dev", "pages.dev", "Cloudflare"),
        ("acme.ana.workers.dev", "workers.dev", "Cloudflare"),
        ("acme.web.app", "web.app", "Firebase"),
        ("acme.github.io", "github.io", "GitHub"),
        ("acme.herokuapp.com", "herokuapp.com", "Heroku"),
        ("acme.streamlit.app", "streamlit.app", "Streamlit"),
        ("acme.hf.space", "hf.space", "Hugging Face"),
        ("acme.base44.app", "base44.app", "Base44"),
        ("acme.framer.website", "framer.website", "Framer"),
        ("acme.webflow.io", "webflow.io", "Webflow"),
        ("acme.softr.app", "softr.app", "Softr"),
        ("acme.bubbleapps.io", "bubbleapps.io", "Bubble"),
        ("www.acme.lovable.app", "lovable.app", "Lovable"),
        ("acme.us-east-1.elasticbeanstalk.com", "us-east-1.elasticbeanstalk.com", "AWS"),
    ],
)
def test_a_name_below_a_platform_is_lent(name: str, suffix: str, operator: str) -> None:
    found = platform_of(name)
    assert found is not None
    assert (found.suffix, found.name) == (suffix, operator)


def test_a_platform_without_a_name_in_our_list_is_called_by_its_suffix() -> None:
    found = platform_of("acme.durumis.com")
    assert found is not None
    assert found.name == "durumis.com"


def test_names_of_wildcard_rules_are_lent_too() -> None:
    found = platform_of("0a1b.picard.replit.dev")
    assert found is not None
    assert found.name == "Replit"


@pytest.mark.parametrize(
    "name",
    [
        "acme.ai",
        "app.acme.ai",
        "acme.co.uk",
        "plumline.example",
        "acme.xn--p1ai",
        "acme.uk.com",
        "app.acme.us.com",
        "acme.eu.com",
        "acme.de.com",
        "acme.co.com",
        "acme.eu.org",
        "acme.de.eu.org",
        "acme.com.de",
        "acme.gb.net",
        "acme.jpn.com",
        "acme.za.com",
        "acme.in.net",
        "acme.it.com",
        "mylovable.app",
        "acmevercel.app",
    ],
)
def test_a_bought_name_belongs_to_no_platform(name: str) -> None:
    assert platform_of(name) is None


@pytest.mark.parametrize(
    "name", ["lovable.app", "github.io", "v0.app", "co.uk", "uk.com", "com", "up.railway.app"]
)
def test_a_suffix_itself_is_nobodys_lent_name(name: str) -> None:
    assert platform_of(name) is None
    assert registrable_domain(name) == name


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("acme.ai", "acme.ai"),
        ("app.acme.ai", "acme.ai"),
        ("a.b.acme.co.uk", "acme.co.uk"),
        ("www.plumline.example", "plumline.example"),
        ("x.acme.lovable.app", "acme.lovable.app"),
        ("x.acme.v0.app", "acme.v0.app"),
        ("app.acme.uk.com", "acme.uk.com"),
        ("app.acme.de.eu.org", "acme.de.eu.org"),
        ("app.acme.durumis.com", "acme.durumis.com"),
        ("app.xn--bcher-kva.de", "xn--bcher-kva.de"),
    ],
)
def test_the_registrable_part(name: str, own: str) -> None:
    assert registrable_domain(name) == own


def test_our_list_says_where_it_comes_from_and_holds_each_suffix_once() -> None:
    data = tomllib.loads((files("assets") / "platform_suffixes.toml").read_text(encoding="utf-8"))
    assert isinstance(data["date"], date)
    assert data["source"].startswith("https://")
    suffixes = [s for row in data["platforms"] for s in row["suffixes"]]
    both = [*suffixes, *data["registries"]]
    assert len(both) == len(set(both))
    assert all(s == s.lower() and s.isascii() and "." in s for s in both)
