"""Questions to the DNS, with answers as plain values."""

import re
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address

import dns.exception
import dns.name
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.CAA import CAA

LIFETIME_S = 5.0
DNS_PORT = 53
CHAIN_MAX = 16
_SERVER = re.compile(r"\[(?P<v6>[0-9a-f:.]+)\](?::(?P<port6>\d+))?|(?P<v4>[^:]+):(?P<port>\d+)")


class BadDnsServers(ValueError):
    """DNS_SERVERS is not a list of addresses."""


class Said(Enum):
    FOUND = "found"
    NOTHING = "nothing"  # the name is there, but no record of this type
    NO_NAME = "no name"
    SILENT = "silent"  # no server answers, or none that knows


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` as in a zone file; `chain` are the names that a CNAME led to, in order."""

    said: Said
    values: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()


class Names:
    """Asks the DNS servers that the operator chose, or this machine's own. Remembers nothing:
    who has just mended a record wants to know of the new one."""

    def __init__(self, servers: str = "", *, lifetime_s: float = LIFETIME_S) -> None:
        """`servers` as `9.9.9.9, [2620:fe::fe]:53`. Raises BadDnsServers."""
        self._resolver = dns.resolver.Resolver(configure=not servers.strip())
        self._resolver.lifetime = lifetime_s
        self._resolver.timeout = lifetime_s / 2
        if servers.strip():
            self._resolver.nameservers = [
                dns.nameserver.Do53Nameserver(*_server(part)) for part in servers.split(",")
            ]

    def ask(self, name: str, kind: str) -> Answer:
        try:
            answer = self._resolver.resolve(f"{name}.", kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN as error:
            return Answer(Said.NO_NAME, chain=_chain_of(error, name))
        except (dns.exception.DNSException, OSError, ValueError):
            return Answer(Said.SILENT)
        chain = tuple(_text(link.target) for rr in answer.chaining_result.cnames for link in rr)
        values = tuple(_value(record) for record in answer)
        return Answer(Said.FOUND if values else Said.NOTHING, values, chain[:CHAIN_MAX])

    def caa(self, name: str) -> tuple[str, list[tuple[str, str]]]:
        """Where the CAA records stand that hold for a name, and their tags and values: its own
        (or, by CNAME, another's), else those of the nearest name above (RFC 8659, section 3)."""
        labels = name.split(".")
        for start in range(len(labels)):
            place, found = self._caa_at(".".join(labels[start:]))
            if found:
                return place, found
        return "", []

    def zone_of(self, name: str, otherwise: str) -> str:
        """The zone that a name is written in: the nearest name above with a SOA record."""
        labels = name.split(".")
        for start in range(len(labels) - 1):
            candidate = ".".join(labels[start:])
            answer = self.ask(candidate, "SOA")
            if answer.said is Said.FOUND and not answer.chain:
                return candidate
            if answer.said is Said.SILENT:
                return otherwise
        return otherwise

    def _caa_at(self, name: str) -> tuple[str, list[tuple[str, str]]]:
        try:
            answer = self._resolver.resolve(f"{name}.", "CAA", raise_on_no_answer=False)
        except (dns.exception.DNSException, OSError, ValueError):
            return "", []
        found = [
            (record.tag.decode().lower(), record.value.decode("utf-8", "replace"))
            for record in answer
            if isinstance(record, CAA)
        ]
        return _text(answer.canonical_name), found


def _server(text: str) -> tuple[str, int]:
    text = text.strip()
    match = _SERVER.fullmatch(text)
    address = (match["v6"] or match["v4"]) if match else text
    port = int((match["port6"] or match["port"] or DNS_PORT) if match else DNS_PORT)
    try:
        return str(ip_address(address)), port
    except ValueError as error:
        raise BadDnsServers(
            f"DNS_SERVERS: {error}. Write addresses as 9.9.9.9, [2620:fe::fe]:53."
        ) from error


def _chain_of(error: dns.resolver.NXDOMAIN, name: str) -> tuple[str, ...]:
    """Where a CNAME led before the name at its end was not there."""
    try:
        end = _text(error.canonical_name)
    except (TypeError, KeyError, dns.exception.DNSException):
        return ()
    return () if end == name else (end,)


def _value(record: dns.rdata.Rdata) -> str:
    return record.to_text().rstrip(".").lower()


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
