"""Passphrases: made up, judged, read from files and descriptors, and never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.vault.passphrase import (
    NoPassphrase,
    new_passphrase,
    passphrase_from_descriptor,
    passphrase_from_file,
    weakness,
    word_list,
)


def test_the_words() -> None:
    words = word_list()
    assert len(words) == len(set(words)) == len({word[:4] for word in words}) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 8 for word in words)


def test_ten_words_and_never_the_same() -> None:
    made = {new_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(each.split()) == 10 and set(each.split()) <= set(word_list()) for each in made)
    assert all(weakness(each) == "" for each in made)


@pytest.mark.parametrize(
    "passphrase", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaaaaaa", "a a a a a a a a a"]
)
def test_weak_ones_are_told(passphrase: str) -> None:
    assert weakness(passphrase).endswith(".")


@pytest.mark.parametrize(
    "data", [b"tr\xc3\xa4um was\n", b"tr\xc3\xa4um was\r\nmore", b"\xef\xbb\xbftr\xc3\xa4um was"]
)
def test_the_first_line_of_a_file_or_a_descriptor(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(data)
    assert passphrase_from_file(file) == "träum was"
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    assert passphrase_from_descriptor(reader) == "träum was"
    os.close(reader)


@pytest.mark.parametrize("data", [b"", b"\n", b"  \nsecond", b"\xff\xfe\x00", b"x" * 5000])
def test_what_is_no_passphrase(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(data)
    with pytest.raises(NoPassphrase) as told:
        passphrase_from_file(file)
    assert "xxxx" not in str(told.value) and str(told.value).endswith(".")


def test_nothing_to_read_from(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "gone"):
        with pytest.raises(NoPassphrase):
            passphrase_from_file(place)
    with pytest.raises(NoPassphrase):
        passphrase_from_descriptor(9999)
