"""The sealed document: what every file of the vault, every keyring mirror and every transfer file consists of.

All numbers are big-endian. The header (80 bytes) is the associated data of AES-256-GCM, so nothing in it can be
changed; the digest at the end only tells a damaged copy from a wrong key.

    offset  bytes  what
         0      8  magic, b"LRVAULT\\n"
         8      1  format, 1
         9      1  purpose: 1 answers, 2 results, 3 transfer between computers
        10      1  key: 0 random, 1 from a passphrase by Argon2id
        11      1  0
        12      2  schema of the document
        14      8  seq, one higher at each save
        22     16  project id
        38      4  Argon2id memory in KiB   (0 for a random key, as the next three)
        42      1  Argon2id passes
        43      1  Argon2id lanes
        44     16  Argon2id salt
        60     12  nonce
        72      8  n, bytes of ciphertext with its tag
        80      n  AES-256-GCM of zlib(JSON)
      80+n     32  SHA-256 of everything before

Every later format keeps the magic, the format byte and the digest at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wizard.vault.keys import Argon2Cost, SealingKey

MAGIC: Final = b"LRVAULT\n"
FORMAT: Final = 1
PROJECT_ID_BYTES: Final = 16
_HEADER: Final = struct.Struct(">8s4BHQ16sIBB16s12sQ")
_DIGEST_BYTES: Final = 32
LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
"""Bytes of JSON that are unpacked at most."""

JsonObject = dict[str, Any]


class Purpose(IntEnum):
    ANSWERS = 1
    RESULTS = 2
    TRANSFER = 3


class SealedError(Exception):
    """A sealed document could not be opened. The message is one sentence for the person; nothing was changed."""

    sentence = "This file could not be opened."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class NotSealed(SealedError):
    sentence = "This is no file of Launch Ready."


class Truncated(SealedError):
    sentence = "The file is cut off: its end is missing."


class Unfinished(SealedError):
    """Torn: the right length or longer, with an end that was never written (zeros), or with something after it."""

    sentence = "The file was never finished: the end of it was not written."


class Damaged(SealedError):
    sentence = "The file is damaged: it is not what Launch Ready wrote."


class NewerFormat(SealedError):
    sentence = "The file was written by a newer Launch Ready; update this one to open it."


class OtherProject(SealedError):
    sentence = "The file belongs to another project."


class OtherPurpose(SealedError):
    sentence = "The file holds something else than belongs in this place; it may have been renamed."


class WrongKey(SealedError):
    sentence = "The key in the keyring does not open this file; it was sealed with another one."


class WrongPassphrase(WrongKey):
    sentence = "The passphrase does not open this file."


class NeedsPassphrase(SealedError):
    sentence = "The file is sealed with a passphrase."


@dataclass(frozen=True, slots=True)
class Header:
    """What can be read without the key. `cost` is None for a random key."""

    purpose: int
    schema: int
    seq: int
    project: bytes
    salt: bytes
    cost: Argon2Cost | None


@dataclass(frozen=True, slots=True)
class Document:
    """An opened document. `schema` is the one it was written under."""

    project: bytes
    purpose: Purpose
    schema: int
    seq: int
    content: JsonObject


def pack(content: JsonObject) -> bytes:
    """Raises TypeError or ValueError for what is no JSON (NaN included)."""
    if not isinstance(content, dict):
        raise TypeError("a document is a JSON object")
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    if len(text) > LARGEST_DOCUMENT:
        raise ValueError("the document is larger than 64 MiB")
    return zlib.compress(text.encode("ascii"), 1)


def seal(document: Document, key: SealingKey) -> bytes:
    packed = pack(document.content)
    cost = key.cost or Argon2Cost(0, 0, 0)
    nonce = os.urandom(12)
    header = _HEADER.pack(
        MAGIC,
        FORMAT,
        document.purpose,
        0 if key.cost is None else 1,
        0,
        document.schema,
        document.seq,
        document.project,
        cost.memory_kib,
        cost.passes,
        cost.lanes,
        key.salt or bytes(16),
        nonce,
        len(packed) + 16,
    )
    sealed = header + AESGCM(key.value).encrypt(nonce, packed, header)
    return sealed + hashlib.sha256(sealed).digest()


def read_header(blob: bytes) -> Header:
    """What a whole, undamaged file says of itself. Raises SealedError; needs no key."""
    if not blob.startswith(MAGIC):
        raise Truncated if len(blob) < len(MAGIC) and MAGIC.startswith(blob) else NotSealed
    if len(blob) < _HEADER.size + _DIGEST_BYTES:
        raise Truncated
    if hashlib.sha256(blob[:-_DIGEST_BYTES]).digest() != blob[-_DIGEST_BYTES:]:
        raise _what_broke(blob)
    _, form, purpose, kind, _, schema, seq, project, memory, passes, lanes, salt, _, length = _HEADER.unpack(
        blob[: _HEADER.size]
    )
    if form > FORMAT:
        raise NewerFormat
    if kind > 1 or form < 1 or length != len(blob) - _HEADER.size - _DIGEST_BYTES:
        raise Damaged
    cost = Argon2Cost(memory, passes, lanes) if kind else None
    if cost is not None and not cost.is_sane:
        raise Damaged("The file asks for an absurd amount of computing before it opens; it is not ours.")
    return Header(purpose, schema, seq, project, salt if kind else b"", cost)


def _what_broke(blob: bytes) -> SealedError:
    whole = _HEADER.size + int(_HEADER.unpack(blob[: _HEADER.size])[-1]) + _DIGEST_BYTES
    if blob[8] == FORMAT and len(blob) < whole <= LARGEST_DOCUMENT * 2:
        return Truncated()
    if not any(blob[-_DIGEST_BYTES:]) or (blob[8] == FORMAT and len(blob) > whole):
        return Unfinished()
    return Damaged()


def unseal(blob: bytes, key: SealingKey, *, project: bytes | None, purpose: Purpose) -> Document:
    """Raises SealedError. `project` None takes whatever project the file says (a transfer file)."""
    header = read_header(blob)
    if project is not None and header.project != project:
        raise OtherProject
    if header.purpose != purpose:
        raise OtherPurpose
    if header.cost is not None and key.cost is None:
        raise NeedsPassphrase
    body = slice(_HEADER.size, len(blob) - _DIGEST_BYTES)
    try:
        packed = AESGCM(key.value).decrypt(blob[60:72], blob[body], blob[: _HEADER.size])
    except InvalidTag:
        raise (WrongKey if header.cost is None else WrongPassphrase) from None
    return Document(header.project, purpose, header.schema, header.seq, unpack(packed))


def unpack(packed: bytes) -> JsonObject:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, LARGEST_DOCUMENT)
        content = json.loads(text) if unpacker.eof else None
    except (zlib.error, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Damaged
    return content
