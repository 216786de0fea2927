"""What lies in the keyring: opaque names, values that prove themselves, nothing left after forgetting."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.secret import Secret
from tests.wizard.vault.keyrings import MemoryKeyring, calls_to
from wizard.vault.items import IDS_ON_A_PAGE, Card, Index, ProjectItems, unwrap, wrap
from wizard.vault.keyring_calls import USER, KeyringCalls
from wizard.vault.keyring_faults import Refused, TooLarge

PROJECT = bytes(range(16))


@given(st.binary(max_size=200))
def test_a_value_comes_back(value: bytes) -> None:
    text = wrap(value)
    assert unwrap(text) == value
    assert set(text) <= set(string.ascii_letters + string.digits + "+/=.")


@given(st.binary(min_size=1, max_size=60), st.data())
def test_half_a_value_is_none(value: bytes, data: st.DataObject) -> None:
    text = wrap(value)
    assert unwrap(text[: data.draw(st.integers(0, len(text) - 1))]) is None


@given(st.none() | st.text())
def test_nor_is_anything_else_a_value(text: str | None) -> None:
    assert unwrap(text) is None


def test_the_key_is_written_once() -> None:
    items = ProjectItems(calls_to(MemoryKeyring()), PROJECT)
    key = items.create_data_key()
    assert items.data_key() == key
    with pytest.raises(Refused, match="already holds"):
        items.create_data_key()
    assert items.data_key() == key


def test_a_key_that_does_not_come_back_is_not_used() -> None:
    class Empty(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, "")

    with pytest.raises(Refused, match="did not give back"):
        ProjectItems(calls_to(Empty()), PROJECT).create_data_key()


def test_names_of_items_say_nothing_and_never_meet() -> None:
    backend = MemoryKeyring()
    for project in (PROJECT, bytes(16)):
        items = ProjectItems(calls_to(backend), project)
        items.create_data_key()
        items.keep_mirror(b"x")
        items.keep_card(Card("Acme GmbH"))
        items.keep_credential("cloudflare", Secret("value" * 3))
        items.keep_credential("cloudflare2", Secret("value" * 3))
    assert len(backend.items) == 10
    for service, user in backend.items:
        assert user == USER
        assert service.startswith("launch-ready:") and len(service) == len("launch-ready:") + 32
        assert "acme" not in service.lower() and "cloudflare" not in service


def test_credentials_come_and_go_and_forgetting_leaves_nothing() -> None:
    backend = MemoryKeyring()
    items = ProjectItems(calls_to(backend), PROJECT)
    items.create_data_key()
    items.keep_card(Card("Acme"))
    value = "tök\ud800en\n\0" * 3
    items.keep_credential("github", Secret(value))
    items.keep_credential("cloudflare", Secret("other"))
    found = items.credential("github")
    assert found is not None and found.reveal() == value
    assert items.card() == Card("Acme", ("github", "cloudflare"))
    items.forget_credential("github")
    assert items.credential("github") is None
    assert items.card() == Card("Acme", ("cloudflare",))
    items.forget_all()
    assert backend.items == {}


def test_a_lost_card_does_not_hide_a_credential_from_forgetting() -> None:
    backend = MemoryKeyring()
    items = ProjectItems(calls_to(backend), PROJECT)
    items.keep_credential("github", Secret("value"))
    items.calls.delete(items.service("card"))
    items.forget_all(["github", "never-given"])
    assert backend.items == {}


def windows() -> tuple[MemoryKeyring, KeyringCalls]:
    class WinVaultKeyring(MemoryKeyring):
        __module__, __qualname__ = "keyring.backends.Windows", "WinVaultKeyring"

    backend = WinVaultKeyring()
    return backend, KeyringCalls(lambda: backend)


def test_a_credential_too_long_is_refused_and_leaves_the_old_one() -> None:
    _, calls = windows()
    items = ProjectItems(calls, PROJECT)
    items.keep_credential("github", Secret("old"))
    with pytest.raises(TooLarge):
        items.keep_credential("github", Secret("n" * 2000))
    kept = items.credential("github")
    assert kept is not None and kept.reveal() == "old"


def test_the_index_fits_into_windows_and_grows_by_pages() -> None:
    backend, calls = windows()
    index = Index(calls)
    projects = [n.to_bytes(16, "big") for n in range(2 * IDS_ON_A_PAGE + 3)]
    for project in (*projects, *projects):
        index.add(project)
    assert index.projects() == tuple(projects)
    assert len(backend.items) == 3
    assert max(map(len, backend.items.values())) <= 1280
    index.remove(projects[0])
    index.add(bytes([9]) * 16)
    assert len(index.projects()) == len(projects) and len(backend.items) == 3
    for project in index.projects():
        index.remove(project)
    assert index.projects() == () and backend.items == {}
