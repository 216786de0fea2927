"""The sealed document: it opens again, or says in one sentence why not, whatever happened to its bytes."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.vault import sealed
from wizard.vault.keys import Argon2Cost, SealingKey, key_from_passphrase, new_data_key
from wizard.vault.sealed import (
    Damaged,
    Document,
    NeedsPassphrase,
    NewerFormat,
    NotSealed,
    OtherProject,
    OtherPurpose,
    Purpose,
    SealedError,
    Truncated,
    Unfinished,
    WrongKey,
    WrongPassphrase,
    read_header,
    seal,
    unseal,
)

CHEAP = Argon2Cost(memory_kib=64, passes=1, lanes=1)
PROJECT = bytes(range(16))
KEY = new_data_key()
CONTENT = {"answers": {"S1.1": {"value": "ja — 同", "by": "Ana"}}, "at": [1, 2.5, None, True]}
BLOB = seal(Document(PROJECT, Purpose.ANSWERS, 3, 7, CONTENT), KEY)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def opened(blob: bytes, key: SealingKey = KEY) -> Document:
    return unseal(blob, key, project=PROJECT, purpose=Purpose.ANSWERS)


def resealed(blob: bytes) -> bytes:
    """With a digest that fits again, as only somebody who means it would write it."""
    return blob[:-32] + hashlib.sha256(blob[:-32]).digest()


@given(
    content=st.dictionaries(st.text(), json_values, max_size=6),
    seq=st.integers(0, 2**64 - 1),
    schema=st.integers(0, 2**16 - 1),
    project=st.binary(min_size=16, max_size=16),
    purpose=st.sampled_from(Purpose),
)
def test_what_was_sealed_opens_again(
    content: dict[str, Any], seq: int, schema: int, project: bytes, purpose: Purpose
) -> None:
    document = Document(project, purpose, schema, seq, content)
    blob = seal(document, KEY)
    assert unseal(blob, KEY, project=project, purpose=purpose) == document
    header = read_header(blob)
    assert (header.seq, header.schema, header.project, header.cost) == (seq, schema, project, None)


@pytest.mark.parametrize("offset", range(len(BLOB)))
def test_every_byte_counts(offset: int) -> None:
    for bit in (1, 0x80):
        flipped = bytearray(BLOB)
        flipped[offset] ^= bit
        with pytest.raises(NotSealed if offset < 8 else (Damaged, Truncated, Unfinished)):
            opened(bytes(flipped))


@given(offset=st.integers(8, len(BLOB) - 33), value=st.integers(1, 255))
def test_not_even_with_a_digest_that_fits(offset: int, value: int) -> None:
    changed = bytearray(BLOB)
    changed[offset] ^= value
    with pytest.raises(SealedError):
        opened(resealed(bytes(changed)))


@pytest.mark.parametrize("length", range(len(BLOB)))
def test_every_length_short_of_the_whole_is_cut_off(length: int) -> None:
    with pytest.raises(Truncated):
        opened(BLOB[:length])


@pytest.mark.parametrize("written", range(len(BLOB) - 32, len(BLOB) - 1))
def test_an_end_that_was_never_written(written: int) -> None:
    with pytest.raises((Unfinished, Damaged)):
        opened(BLOB[:written] + bytes(len(BLOB) - written))


def test_zeros_where_the_rest_should_be_and_a_tail_behind_it() -> None:
    for torn in (BLOB[:100] + bytes(len(BLOB) - 100), BLOB + b"x", BLOB + BLOB):
        with pytest.raises(Unfinished):
            opened(torn)


@given(st.binary(max_size=400))
def test_anything_else_is_no_file_of_ours(blob: bytes) -> None:
    with pytest.raises(SealedError):
        opened(blob)


@given(st.binary(max_size=300))
def test_nor_with_our_first_letters(rest: bytes) -> None:
    with pytest.raises(SealedError):
        opened(sealed.MAGIC + rest)
    with pytest.raises(SealedError):
        opened(resealed(sealed.MAGIC + rest + bytes(32)))


def test_another_project_another_purpose_another_key() -> None:
    with pytest.raises(OtherProject):
        unseal(BLOB, KEY, project=bytes(16), purpose=Purpose.ANSWERS)
    with pytest.raises(OtherPurpose):
        unseal(BLOB, KEY, project=PROJECT, purpose=Purpose.RESULTS)
    with pytest.raises(WrongKey):
        opened(BLOB, new_data_key())


def test_a_newer_format_is_said_to_be_newer() -> None:
    newer = bytearray(BLOB)
    newer[8] = 2
    with pytest.raises(NewerFormat):
        opened(resealed(bytes(newer)))


def test_a_passphrase_opens_what_it_sealed_however_it_is_typed() -> None:
    key = key_from_passphrase("correct  horse\tbattery é ", cost=CHEAP)
    blob = seal(Document(PROJECT, Purpose.ANSWERS, 1, 1, CONTENT), key)
    header = read_header(blob)
    assert header.cost == CHEAP and header.salt == key.salt
    again = key_from_passphrase("correct horse battery e\u0301\n", salt=header.salt, cost=header.cost)
    assert opened(blob, again).content == CONTENT
    wrong = key_from_passphrase("correct horse battery f", salt=header.salt, cost=header.cost)
    with pytest.raises(WrongPassphrase):
        opened(blob, wrong)
    with pytest.raises(NeedsPassphrase):
        opened(blob, KEY)


def test_a_strangers_file_cannot_ask_for_a_terabyte() -> None:
    blob = bytearray(seal(Document(PROJECT, Purpose.ANSWERS, 1, 1, {}), key_from_passphrase("x", cost=CHEAP)))
    blob[38:42] = b"\xff\xff\xff\xff"
    with pytest.raises(Damaged, match="absurd"):
        read_header(resealed(bytes(blob)))


def test_the_cost_is_the_one_of_rfc_9106() -> None:
    assert Argon2Cost() == Argon2Cost(65536, 3, 4) and Argon2Cost().is_sane


def test_two_saves_of_the_same_are_never_the_same_bytes() -> None:
    document = Document(PROJECT, Purpose.ANSWERS, 1, 1, CONTENT)
    assert seal(document, KEY) != seal(document, KEY)
    assert b"Ana" not in BLOB


@pytest.mark.parametrize("content", [{"x": float("nan")}, {"x": object()}, [], None])
def test_what_is_no_json_object_is_refused_before_anything_is_written(content: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        seal(Document(PROJECT, Purpose.ANSWERS, 1, 1, content), KEY)


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "LARGEST_DOCUMENT", 1000)
    with pytest.raises(Damaged):
        sealed.unpack(zlib.compress(b'{"x":"' + b"0" * 5000 + b'"}'))


def test_a_key_does_not_print_itself() -> None:
    assert KEY.value.hex() not in repr(KEY) and repr(KEY.value) not in repr(KEY)


@settings(max_examples=30)
@given(st.sampled_from(SealedError.__subclasses__()))
def test_every_error_is_one_sentence(kind: type[SealedError]) -> None:
    said = str(kind())
    assert said.endswith(".") and "\n" not in said and said[0].isupper()
