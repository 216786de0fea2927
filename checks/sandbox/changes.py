"""Small pure edits of a State, from which the faults are put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from checks.sandbox.state import (
    ANY,
    Certificate,
    DnsTrouble,
    Door,
    Place,
    Reply,
    Served,
    Site,
    State,
)

K = TypeVar("K")
V = TypeVar("V")

Change = Callable[[State], State]


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    return {known: value for known, value in mapping.items() if known != key}


def together(*changes: Change) -> Change:
    """One change after the other."""

    def apply(state: State) -> State:
        for change in changes:
            state = change(state)
        return state

    return apply


def set_record(name: str, rdtype: str, *values: str) -> Change:
    """Give `name` exactly these records of a type; none removes the type, and the name with its last type."""

    def apply(state: State) -> State:
        types = _without(state.records.get(name, {}), rdtype)
        if values:
            types = _with(types, rdtype, values)
        records = _with(state.records, name, types) if types else _without(state.records, name)
        return replace(state, records=records)

    return apply


def remove_name(name: str) -> Change:
    return lambda state: replace(state, records=_without(state.records, name))


def remove_zone(domain: str) -> Change:
    """Forget `domain` and every name below it, as if nobody had registered it."""

    def apply(state: State) -> State:
        kept = {n: t for n, t in state.records.items() if n != domain and not n.endswith(f".{domain}")}
        return replace(state, records=kept)

    return apply


def trouble(name: str, kind: DnsTrouble, rdtype: str = ANY) -> Change:
    return lambda state: replace(state, troubles=_with(state.troubles, (name, rdtype), kind))


def change_site(host: str, edit: Callable[[Site], Site]) -> Change:
    return lambda state: replace(state, sites=_with(state.sites, host, edit(state.sites[host])))


def change_certificate(host: str, edit: Callable[[Certificate], Certificate]) -> Change:
    return change_site(host, lambda site: replace(site, certificate=edit(site.certificate)))


def serve(host: str, served: Served) -> Change:
    """What `host` serves over https."""
    return change_site(host, lambda site: replace(site, secure=served))


def serve_plain(host: str, served: Served) -> Change:
    """What `host` serves over http."""
    return change_site(host, lambda site: replace(site, plain=served))


def set_reply(host: str, path: str, reply: Reply) -> Change:
    def edit(site: Site) -> Site:
        return replace(site, secure=replace(site.secure, replies=_with(site.secure.replies, path, reply)))

    return change_site(host, edit)


def change_reply(host: str, path: str, edit: Callable[[Reply], Reply]) -> Change:
    return lambda state: set_reply(host, path, edit(state.sites[host].secure.replies[path]))(state)


def change_doors(edit: Callable[[Door], Door], *places: Place) -> Change:
    def apply(state: State) -> State:
        return replace(
            state,
            doors={place: edit(door) if place in places else door for place, door in state.doors.items()},
        )

    return apply


def close_doors(*places: Place) -> Change:
    return change_doors(lambda door: replace(door, open=False), *places)
