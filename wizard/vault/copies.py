"""Which copy of the answers is the latest, and what to tell about the others. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from wizard.vault.keys import SealingKey
from wizard.vault.sealed import Document, Purpose, SealedError, unseal


class Place(Enum):
    """In the order in which a copy is believed when the numbers are equal."""

    FILE = "file"
    KEYRING = "keyring"
    PREVIOUS = "file from before the update"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy as it was found. `error` says why there is no document; all None: there is no such copy."""

    place: Place
    blob: bytes | None
    document: Document | None = None
    error: SealedError | None = None


class NothingKept(Exception):
    """There is no copy of this project at all."""

    def __init__(self) -> None:
        super().__init__("Nothing is kept of this project on this computer.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """`notices` are sentences for the person; `damaged` are the copies that must be set aside, never overwritten."""

    copy: Copy
    document: Document
    notices: tuple[str, ...]
    damaged: tuple[Copy, ...]


def open_copy(place: Place, blob: bytes | None, key: SealingKey, project: bytes) -> Copy:
    if blob is None:
        return Copy(place, None)
    try:
        return Copy(place, blob, unseal(blob, key, project=project, purpose=Purpose.ANSWERS))
    except SealedError as error:
        return Copy(place, blob, error=error)


def choose(copies: tuple[Copy, ...]) -> Chosen:
    """The copy with the highest seq. Raises NothingKept, or the SealedError of the first copy when none opens."""
    opened = [(copy, copy.document) for copy in copies if copy.document is not None]
    damaged = tuple(copy for copy in copies if copy.error is not None)
    if not opened:
        raise next((copy.error for copy in damaged if copy.error), NothingKept())
    order = list(Place)
    copy, document = max(opened, key=lambda pair: (pair[1].seq, -order.index(pair[0].place)))
    return Chosen(copy, document, _notices(copies, copy, document), damaged)


def _notices(copies: tuple[Copy, ...], chosen: Copy, document: Document) -> tuple[str, ...]:
    told = []
    by_place = {copy.place: copy for copy in copies}
    file, keyring = by_place.get(Place.FILE), by_place.get(Place.KEYRING)
    if file is not None and chosen.place is not Place.FILE:
        told.append(_why_not_the_file(file, chosen, document))
    if keyring is not None and chosen.place is Place.FILE:
        if keyring.error is not None:
            told.append("The copy in the keyring could not be read; it is written anew from the file.")
        elif keyring.document is not None and keyring.document.seq < document.seq:
            behind = document.seq - keyring.document.seq
            told.append(
                f"The copy in the keyring is older than the file ({_saves(behind)} behind); the file counts."
            )
        elif keyring.document is not None and keyring.document.content != document.content:
            told.append("The file and the copy in the keyring differ although equally old; the file counts.")
    return tuple(told)


def _why_not_the_file(file: Copy, chosen: Copy, document: Document) -> str:
    where = "the keyring" if chosen.place is Place.KEYRING else "the file from before the last update"
    if file.document is not None:
        behind = document.seq - file.document.seq
        return (
            f"The file is older than the copy in {where} ({_saves(behind)} behind), as after a restored backup; "
            f"the copy in {where} counts."
        )
    if file.error is not None:
        return (
            f"The file could not be opened and was set aside ({_clause(file.error)}). Your answers come from "
            f"{where}; look over the last ones, as the very latest may be missing."
        )
    return (
        f"The file was gone. Your answers come from {where}; look over the last ones, as the very latest "
        "may be missing."
    )


def _saves(number: int) -> str:
    return "1 save" if number == 1 else f"{number} saves"


def _clause(error: SealedError) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]
