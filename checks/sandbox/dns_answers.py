"""What the name servers answer: a pure function of the state and the question."""

from __future__ import annotations

from functools import lru_cache

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from checks.sandbox.state import ANY, DnsTrouble, Records, State

ADDRESS_TTL = 300
OTHER_TTL = 3600
UDP_LIMIT = 1232
"""Octets that a server sends at most over UDP (DNS flag day 2020)."""
_LONGEST_CHAIN = 16

Types = dict[str, tuple[str, ...]]


@lru_cache(maxsize=4096)
def _rdata(rdtype: str, value: str) -> dns.rdata.Rdata:
    return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(rdtype), value)


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""


def _rrset(name: str, rdtype: str, values: tuple[str, ...]) -> dns.rrset.RRset:
    ttl = ADDRESS_TTL if rdtype in ("A", "AAAA", "CNAME") else OTHER_TTL
    owner = dns.name.from_text(f"{name}.")
    return dns.rrset.from_rdata_list(owner, ttl, [_rdata(rdtype, value) for value in values])


def _parents(name: str) -> list[str]:
    """Every name above `name`, nearest first, the root ("") last."""
    labels = name.split(".") if name else []
    return [".".join(labels[start:]) for start in range(1, len(labels) + 1)]


def _exists(records: Records, name: str) -> bool:
    """Whether a name exists, by records of its own or as a part of a longer name (RFC 8020)."""
    return name in records or any(known.endswith(f".{name}") for known in records)


def _types_at(records: Records, name: str) -> Types | None:
    """The records of `name`, its own or those of a wildcard (RFC 4592); None when there is no such name."""
    if name in records:
        return dict(records[name])
    if _exists(records, name):
        return {}
    for parent in _parents(name):
        if _exists(records, parent):
            wildcard = records.get(f"*.{parent}" if parent else "*")
            return None if wildcard is None else dict(wildcard)
    return None


def _trouble(state: State, name: str, rdtype: str) -> DnsTrouble | None:
    for key in ((name, rdtype), (name, ANY), (ANY, ANY)):
        if key in state.troubles:
            return state.troubles[key]
    return None


def _zone_of(records: Records, name: str) -> str:
    return next(zone for zone in (name, *_parents(name)) if "SOA" in records.get(zone, {}))


def answer(state: State, query: dns.message.Message) -> dns.message.Message | None:
    """The response to `query`, untruncated; None stands for silence.

    One and the same server is the authority and, for who wants recursion, the resolver.
    """
    response = dns.message.make_response(query, recursion_available=True, our_payload=UDP_LIMIT)
    if not query.flags & dns.flags.RD:
        response.flags |= dns.flags.AA
    if len(query.question) != 1 or query.question[0].rdclass != dns.rdataclass.IN:
        response.set_rcode(dns.rcode.FORMERR)
        return response
    name, rdtype = _text(query.question[0].name), dns.rdatatype.to_text(query.question[0].rdtype)
    trouble = _trouble(state, name, rdtype)
    if trouble is DnsTrouble.SILENT:
        return None
    if trouble is not None:
        response.set_rcode(dns.rcode.REFUSED if trouble is DnsTrouble.REFUSED else dns.rcode.SERVFAIL)
        return response
    if state.captive_address:
        if rdtype == "A":
            response.answer.append(_rrset(name, "A", (state.captive_address,)))
        return response
    _resolve(state, name, rdtype, response)
    return response


def _resolve(state: State, name: str, rdtype: str, response: dns.message.Message) -> None:
    """Fill in the answer, aliases followed. A loop of aliases is answered by its members, as servers do."""
    seen: list[str] = []
    while len(seen) < _LONGEST_CHAIN:
        seen.append(name)
        trouble = _trouble(state, name, rdtype) if len(seen) > 1 else None
        if trouble is not None:
            response.answer.clear()
            response.set_rcode(dns.rcode.SERVFAIL)
            return
        types = _types_at(state.records, name)
        if types is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif rdtype == "ANY":
            response.answer.extend(_rrset(name, known, values) for known, values in types.items())
            return
        elif rdtype in types:
            response.answer.append(_rrset(name, rdtype, types[rdtype]))
            return
        elif "CNAME" in types:
            response.answer.append(_rrset(name, "CNAME", types["CNAME"]))
            name = types["CNAME"][0].rstrip(".").lower()
            if name in seen:
                return
            continue
        zone = _zone_of(state.records, name)
        response.authority.append(_rrset(zone, "SOA", state.records[zone]["SOA"]))
        return


def to_wire(response: dns.message.Message, query: dns.message.Message, *, udp: bool) -> bytes:
    """The response as sent; over UDP cut down to an empty one with the TC flag when it is too large."""
    if not udp:
        return response.to_wire(max_size=65535)
    limit = min(max(query.payload, 512), UDP_LIMIT) if query.edns >= 0 else 512
    wire = response.to_wire(max_size=65535)
    if len(wire) <= limit:
        return wire
    response.flags |= dns.flags.TC
    for section in (response.answer, response.authority, response.additional):
        section.clear()
    return response.to_wire()
