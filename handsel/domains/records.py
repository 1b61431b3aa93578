"""What the DNS says of a tracking domain, and exactly what its form lacks."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from handsel.domains.addresses import is_cloudflare
from handsel.domains.findings import Finding, Params, Record
from handsel.domains.hosts import registered_part
from handsel.domains.names import Answer, Names, Said

SHOWN_MAX = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """`addresses` are those to be connected to: ours, or of a network that may stand in front."""

    findings: tuple[Finding, ...]
    leads_here: bool = False
    proxied: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """A host's records beside those of the host that it is to lead to."""

    names: Names
    host: str
    target: str
    zone: str = ""
    ours: frozenset[str] = frozenset()
    answers: tuple[Answer, ...] = ()
    wanted: tuple[Record, ...] = ()
    found: frozenset[str] = field(default=frozenset())

    @property
    def chain(self) -> tuple[str, ...]:
        return max((answer.chain for answer in self.answers), key=len, default=())

    @property
    def leads_by_name(self) -> bool:
        return self.target in self.chain


def see(names: Names, host: str, target: str, authority: str) -> Seen:
    """Look up a host that is to lead to `target`, for which `authority` issues certificates;
    empty: links are plain HTTP here and need none."""
    ours = frozenset(_addresses(names, target))
    zone = names.zone_of(host, registered_part(host))
    answers = tuple(names.ask(host, kind) for kind in ("A", "AAAA"))
    lookup = Lookup(
        names=names,
        host=host,
        target=target,
        zone=zone,
        ours=ours,
        answers=answers,
        wanted=_wanted(host, zone, target, ours),
        found=frozenset(value for answer in answers for value in answer.values),
    )
    if not ours:
        return Seen((Finding("target-unknown", "wrong", {"target": target}),))
    seen = _seen(lookup)
    return _with_caa(lookup, seen, authority) if seen.addresses and authority else seen


def name_in_zone(host: str, zone: str) -> str:
    """What is typed into the zone's form.

    >>> name_in_zone("go.shop.example", "shop.example"), name_in_zone("go.example", "go.example")
    ('go', '@')
    """
    return "@" if host == zone else host.removesuffix(f".{zone}")


def _seen(lookup: Lookup) -> Seen:
    if all(answer.said is Said.SILENT for answer in lookup.answers):
        return Seen((Finding("dns-silent", "wrong", {"zone": lookup.zone}),))
    if not lookup.found:
        return _nothing(lookup)
    if lookup.leads_by_name:
        # Whatever addresses our own name has at the moment.
        addresses = tuple(sorted(lookup.found))
        return Seen((_leads_here(lookup),), leads_here=True, addresses=addresses)
    if ours := sorted(lookup.found & lookup.ours):
        return _partly(lookup, ours)
    if any(is_cloudflare(address) for address in lookup.found):
        proxied = tuple(sorted(a for a in lookup.found if is_cloudflare(a)))
        hint = Finding("proxied", "hint", {"proxy": "Cloudflare"}, add=lookup.wanted)
        return Seen((hint,), proxied=True, addresses=proxied)
    return Seen((_elsewhere(lookup),))


def _nothing(lookup: Lookup) -> Seen:
    """No address: no record at all, or a CNAME that leads to nothing."""
    if lookup.chain:
        params = _led(lookup.host, lookup.chain[0])
        remove = _records(lookup, "CNAME", lookup.chain[:1])
        return Seen((Finding("other-target", "wrong", params, lookup.wanted, remove),))
    return Seen((Finding("record-missing", "wrong", {"host": lookup.host}, lookup.wanted),))


def _partly(lookup: Lookup, ours: Sequence[str]) -> Seen:
    """Some addresses are ours. Others beside them take every second visitor elsewhere."""
    stray = sorted(lookup.found - lookup.ours)
    if not stray:
        return Seen((_leads_here(lookup),), leads_here=True, addresses=tuple(ours))
    remove = tuple(r for address in stray for r in _records(lookup, _type_of(address), [address]))
    finding = Finding("stray-address", "wrong", {"addresses": stray[:SHOWN_MAX]}, (), remove)
    return Seen((finding,))


def _leads_here(lookup: Lookup) -> Finding:
    if lookup.leads_by_name:
        via = list(lookup.chain[: lookup.chain.index(lookup.target)])
        return Finding("leads-here", "ok", {"target": lookup.target, "via": via[:SHOWN_MAX]})
    # The addresses are copied: right today, and wrong on the day this server moves.
    if lookup.host != lookup.zone:
        return Finding("address-copied", "hint", {"target": lookup.target}, add=lookup.wanted)
    return Finding("leads-here", "ok", {"target": lookup.target, "via": []})


def _elsewhere(lookup: Lookup) -> Finding:
    found = list(lookup.chain[:1]) or sorted(lookup.found)[:SHOWN_MAX]
    if not lookup.chain and _is_wildcard(lookup):
        params = {"host": lookup.host, "zone": lookup.zone, "found": found}
        return Finding("wildcard", "wrong", params, lookup.wanted)
    if lookup.chain:
        remove = _records(lookup, "CNAME", found)
        return Finding("other-target", "wrong", _led(lookup.host, found[0]), lookup.wanted, remove)
    remove = tuple(r for address in found for r in _records(lookup, _type_of(address), [address]))
    return Finding(
        "other-target", "wrong", _led(lookup.host, ", ".join(found)), lookup.wanted, remove
    )


def _is_wildcard(lookup: Lookup) -> bool:
    """Whether a name that nobody has written leads to the same place."""
    parent = lookup.host.partition(".")[2]
    invented = lookup.names.ask(f"handsel-{secrets.token_hex(6)}.{parent}", "A")
    return invented.said is Said.FOUND and set(invented.values) <= lookup.found


def _with_caa(lookup: Lookup, seen: Seen, authority: str) -> Seen:
    """CAA records name who may issue certificates. The nearest that there are hold alone."""
    place, records = lookup.names.caa(lookup.host)
    allowed = [value.partition(";")[0].strip() for tag, value in records if tag == "issue"]
    if not allowed or authority in allowed:
        return seen
    params = {"authority": authority, "place": place, "allowed": [n for n in allowed if n]}
    # Beside those that are there: a name with a CNAME has room for nothing else.
    add = (Record("CAA", name_in_zone(place, lookup.zone), f'0 issue "{authority}"'),)
    finding = Finding("caa-forbids", "wrong", params, add)
    return Seen((*seen.findings, finding), seen.leads_here, seen.proxied, seen.addresses)


def _wanted(host: str, zone: str, target: str, ours: frozenset[str]) -> tuple[Record, ...]:
    """A CNAME; at the head of a zone, where there can be none, addresses."""
    name = name_in_zone(host, zone)
    if name != "@":
        return (Record("CNAME", name, target),)
    return tuple(Record(_type_of(address), name, address) for address in sorted(ours))


def _records(lookup: Lookup, kind: str, values: Sequence[str]) -> tuple[Record, ...]:
    name = name_in_zone(lookup.host, lookup.zone)
    return tuple(Record(kind, name, value) for value in values)


def _led(host: str, found: str) -> Params:
    return {"host": host, "found": found}


def _addresses(names: Names, name: str) -> list[str]:
    return [value for kind in ("A", "AAAA") for value in names.ask(name, kind).values]


def _type_of(address: str) -> str:
    return "AAAA" if ":" in address else "A"
