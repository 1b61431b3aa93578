"""The smallest writer of MaxMind's format (version 2.0) that a test needs: one network."""

from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

RECORD_BITS = 24
MARKER = b"\xab\xcd\xefMaxMind.com"


def write(path: Path, network: str, record: Any, made_at: int = 1_700_000_000) -> Path:
    """A database of IPv4 in which only this network is known."""
    nodes = _nodes(IPv4Network(network))
    tree = b"".join(part.to_bytes(3, "big") for node in nodes for part in node)
    about = {
        "node_count": _number(6, len(nodes)),
        "record_size": _number(5, RECORD_BITS),
        "ip_version": _number(5, 4),
        "database_type": "Test-Country",
        "languages": [],
        "binary_format_major_version": _number(5, 2),
        "binary_format_minor_version": _number(5, 0),
        "build_epoch": _number(9, made_at),
        "description": {},
    }
    path.write_bytes(tree + bytes(16) + _encoded(record) + MARKER + _encoded(about))
    return path


def _nodes(network: IPv4Network) -> list[tuple[int, int]]:
    """One node per bit of the prefix. The way out of the last one leads to the record, at the
    beginning of the data section; every other way leads nowhere."""
    total = network.prefixlen
    nodes = []
    for place in range(total):
        bit = int(network.network_address) >> (31 - place) & 1
        onward = place + 1 if place + 1 < total else total + 16
        nodes.append((total, onward) if bit else (onward, total))
    return nodes


def _encoded(value: Any) -> bytes:
    """`bytes` are encoded already."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        parts = b"".join(_encoded(key) + _encoded(part) for key, part in value.items())
        return _head(7, len(value)) + parts
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_encoded, value))
    text = str(value).encode()
    return _head(2, len(text)) + text


def _number(kind: int, value: int) -> bytes:
    number = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _head(kind, len(number)) + number


def _head(kind: int, size: int) -> bytes:
    """Kinds up to 7 stand in the first byte; later ones in a second."""
    assert size < 29
    return bytes([kind << 5 | size]) if kind < 8 else bytes([size, kind - 7])
