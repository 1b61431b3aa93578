"""Full addresses touch no disk: every file of a busy tracking process is searched for them."""

import asyncio
import json
import random
import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import httpx
import pytest

from handsel.tracking import clients
from handsel.tracking.tests.harness import PROGRAM, InProcess, Tracking

pytestmark = pytest.mark.anyio

PLANTED = 10_000
PROXY = "10.0.0.1"
# What proxies and networks of delivery write addresses into.
HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip")

Address = IPv4Address | IPv6Address


def planted() -> list[Address]:
    """Addresses whose last part is never the zero that a cut one ends with."""
    chance = random.Random(4)
    found: list[Address] = []
    for n in range(PLANTED):
        if n % 2:
            found.append(IPv4Address(chance.randrange(11 << 24, 223 << 24) | 1 + n % 254))
        else:
            found.append(IPv6Address(0x2A << 120 | chance.getrandbits(116) | 1))
    return found


def requests_of(address: Address) -> list[httpx.Request]:
    """Whatever a visitor's browser and a shop's server may ask of us, by proxies of all sorts."""
    headers = {name: str(address) for name in HEADERS}
    headers["forwarded"] = f'for="{address}"'
    told = json.dumps({"kind": "basket_started", "program": PROGRAM})
    return [
        httpx.Request("GET", "http://go.example/ben", headers=headers),
        httpx.Request("POST", "http://go.example/e", content=told, headers=headers),
        httpx.Request(
            "POST", f"http://go.example/postback/{PROGRAM}", content="x", headers=headers
        ),
        httpx.Request("GET", f"http://go.example/pixel.gif?program={PROGRAM}", headers=headers),
        httpx.Request("GET", "http://go.example/i/ben.gif", headers=headers),
    ]


async def found_on_disk(folder: Path) -> list[str]:
    """The planted addresses that any file holds, as text or (IPv6) as bytes."""
    addresses = planted()
    async with Tracking(folder, trusted_proxies="10.0.0.0/8", peer=PROXY) as tracking:
        transport = InProcess(tracking.app, peer=f"{PROXY}:40000")
        for start in range(0, PLANTED, 500):
            asked = (
                requests_of(address)[n % 5]
                for n, address in enumerate(addresses[start : start + 500])
            )
            await asyncio.gather(*(transport.handle_async_request(one) for one in asked))
    return search(folder, addresses)


def search(folder: Path, addresses: list[Address]) -> list[str]:
    disk = b"\n".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())
    assert len(disk) > 100 * PLANTED, "there is something to be searched"
    texts = set(re.findall(rb"[0-9a-f:.]{7,}", disk))
    packed = {disk[start : start + 16] for start in range(len(disk))}
    return [str(a) for a in addresses if str(a).encode() in texts or a.packed in packed]


async def test_no_file_holds_a_full_address(tmp_path: Path) -> None:
    assert await found_on_disk(tmp_path) == []


async def test_control_an_address_that_is_not_cut_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[[Address], str] = str
    monkeypatch.setattr(clients, "_truncated", whole)
    clients._parsed.cache_clear()
    found = await found_on_disk(tmp_path)
    clients._parsed.cache_clear()

    assert len(found) > 0.9 * PLANTED
