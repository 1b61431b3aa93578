import json
from pathlib import Path

import pytest

from handsel.tracking.clients import DAY_MS, BadTrustedProxies, Client, Clients
from handsel.tracking.salt import DailySalt
from handsel.tracking.tests.harness import Tracking, asked

PROXIES = "10.0.0.0/8, fd00::/8"


@pytest.fixture(scope="module")
def salt(tmp_path_factory: pytest.TempPathFactory) -> DailySalt:
    return DailySalt(tmp_path_factory.mktemp("keys") / "visitor.salt")


def read(
    peer: str, *forwarded: str, salt: DailySalt | None = None, agent: str = "Firefox"
) -> Client:
    headers = [("user-agent", agent), *(("x-forwarded-for", value) for value in forwarded)]
    return Clients(salt, PROXIES).read(asked(peer=f"{peer}:1", headers=headers), 0)


FORWARDED = [
    ("203.0.113.9", [], "203.0.113.0"),
    ("203.0.113.9", ["192.0.2.1"], "203.0.113.0"),  # forged: the peer is no proxy of ours
    ("10.0.0.1", ["192.0.2.1"], "192.0.2.0"),
    ("10.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.0"),  # the first entry is the visitor's own word
    ("10.0.0.1", ["192.0.2.1, 10.9.9.9"], "192.0.2.0"),
    ("10.0.0.1", ["6.6.6.6", "192.0.2.1"], "192.0.2.0"),
    ("10.0.0.1", ["192.0.2.1:5555"], "192.0.2.0"),
    ("10.0.0.1", ["[2001:db8:1:2::3]:443"], "2001:db8:1::"),
    ("10.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1::"),
    ("10.0.0.1", ["nonsense"], ""),
    ("10.0.0.1", [""], ""),
    ("fd00::1", ["192.0.2.1"], "192.0.2.0"),
    ("::ffff:10.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.0"),
    ("", ["192.0.2.1"], ""),
    # Somebody who wants to be taken for a neighbour, or for nobody.
    ("10.0.0.1", ["10.0.0.5, 192.0.2.1"], "192.0.2.0"),
    ("10.0.0.1", ["127.0.0.1, 192.0.2.1, 10.0.0.5"], "192.0.2.0"),
    ("10.0.0.1", ["6.6.6.6, unknown"], ""),
    ("10.0.0.1", ["6.6.6.6, , 192.0.2.1"], "192.0.2.0"),
    ("10.0.0.1", ["6.6.6.6, 192.0.2.1,"], ""),
    ("10.0.0.1", ["fe80::1%eth0, 192.0.2.1"], "192.0.2.0"),
    ("11.0.0.1", ["10.0.0.1"], "11.0.0.0"),
]


@pytest.mark.parametrize(("peer", "forwarded", "ip"), FORWARDED)
def test_only_trusted_proxies_speak_for_others(peer: str, forwarded: list[str], ip: str) -> None:
    assert read(peer, *forwarded).ip == ip


@pytest.mark.parametrize(
    ("forwarded", "internal"),
    [([], True), (["10.0.0.7"], True), (["93.184.216.34"], False)]
    + [([said], False) for said in ("unknown", "", "6.6.6.6, _hidden", "10.0.0.7, 999.1.1.1")],
)
def test_who_cannot_be_read_is_no_neighbour(forwarded: list[str], internal: bool) -> None:
    headers = [("x-forwarded-for", value) for value in forwarded]
    request = asked(peer="10.0.0.1:1", headers=headers)

    assert Clients(None, PROXIES).is_internal(request) is internal


def test_what_speaks_for_others_without_being_trusted_is_counted() -> None:
    clients = Clients(None, PROXIES)
    named = [("x-forwarded-for", "192.0.2.1")]
    for peer, headers in (("172.17.0.1:1", named), ("172.17.0.1:1", []), ("10.0.0.1:1", named)):
        clients.address(asked(peer=peer, headers=headers))

    assert clients.forwarded_untrusted == 1


def test_a_visitor_is_the_same_for_a_day_and_not_longer(salt: DailySalt) -> None:
    clients = Clients(salt)
    request = asked(peer="192.0.2.1:1")
    moments = (5 * DAY_MS, 6 * DAY_MS - 1, 6 * DAY_MS)
    morning, evening, tomorrow = (clients.read(request, at_ms).visitor for at_ms in moments)

    assert morning == evening != tomorrow


def test_two_processes_agree_within_a_minute_after_a_clock_jumped(tmp_path: Path) -> None:
    path = tmp_path / "visitor.salt"
    one, other = Clients(DailySalt(path)), Clients(DailySalt(path))
    request, today = asked(peer="192.0.2.1:1"), 20_700 * DAY_MS
    other.read(request, today)
    for at_ms in (today, today + 90 * DAY_MS, today + 1000):
        one.read(request, at_ms)

    later = today + 61_000
    assert one.read(request, later).visitor == other.read(request, later).visitor


def test_visitors_behind_one_cut_address_are_told_apart(salt: DailySalt) -> None:
    visitors = {
        read("192.0.2.1", salt=salt).visitor,
        read("192.0.2.2", salt=salt).visitor,
        read("192.0.2.1", salt=salt, agent="Safari").visitor,
    }

    assert len(visitors) == 3


def test_a_mistake_in_the_trusted_proxies_is_named() -> None:
    with pytest.raises(BadTrustedProxies, match=r"10\.0\.0\.1/8"):
        Clients(None, "10.0.0.1/8")


@pytest.mark.anyio
async def test_no_full_address_reaches_the_disk(tmp_path: Path) -> None:
    """Planted at every door: as peer, as forwarded address, by click, pixel, beacon, postback."""
    planted = [f"203.0.113.{n}" for n in range(1, 251)] + [f"2001:db8:7:8::{n}" for n in range(9)]
    program = "prg_01m7w3n2p5exyv9yzdeftyh8k6"
    async with Tracking(tmp_path, trusted_proxies="198.51.100.0/24") as tracking:
        for address in planted:
            headers = {"x-forwarded-for": address, "forwarded": f"for={address}"}
            headers |= {"x-real-ip": address, "cf-connecting-ip": address}
            await tracking.browser.get("/ben", headers=headers)
        await tracking.browser.get(f"/pixel.gif?program={program}", headers=headers)
        beacon = json.dumps({"program": program, "kind": "lead"})
        await tracking.browser.post("/e", content=beacon, headers=headers)
        await tracking.browser.post(f"/postback/{program}", content="x", headers=headers)
        clicks, events = tracking.spooled(), tracking.spooled("event")

    assert (len(clicks), len(events)) == (len(planted), 3)
    assert {click["ip"] for click in clicks} == {"203.0.113.0", "2001:db8:7::"}
    assert len({click["visitor"] for click in clicks}) == len(planted)
    disk = everything_on(tmp_path)
    assert b"203.0.113.0" in disk, "the search looks where the clicks are"
    assert [a for a in (*planted, "198.51.100.77") if a.encode() in disk] == []


def everything_on(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
