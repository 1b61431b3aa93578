import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handsel.tracking.allowance import Allowance
from handsel.tracking.http import Request
from handsel.tracking.inbound import ASTRAY_ALLOWED
from handsel.tracking.tests.harness import PROGRAM, AsServed, Tracking

pytestmark = pytest.mark.anyio


def beacon(**fields: object) -> str:
    return json.dumps({"program": PROGRAM, "kind": "conversion", **fields})


async def test_a_beacon_is_kept_as_it_came(tracking: Tracking) -> None:
    raw = beacon(order_reference="1001", amount_minor=4990, currency="EUR", clicks=["x" * 32])
    response = await tracking.browser.post("/e", content=raw, headers={"user-agent": "Firefox"})

    assert response.status_code == 202
    assert response.headers["access-control-allow-origin"] == "*"
    [event] = tracking.spooled("event")
    assert event.pop("client").keys() == {"ip", "visitor", "ua"}
    assert event == {
        "source": "script",
        "program": PROGRAM,
        "at_ms": tracking.now_ms,
        "raw": raw,
        "headers": {},
        "query": {},
    }


async def test_a_body_that_breaks_off_is_no_event(tracking: Tracking) -> None:
    """It would be refused for its signature, as if the shop did not know the secret."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"order_reference": "1'

    headers = AsServed([("content-length", "100")])
    request = Request("POST", f"/postback/{PROGRAM}", "", "127.0.0.1:4000", headers, half())
    answer = await tracking.app.answer(request)

    assert (answer.status, json.loads(answer.body)["field"]) == (400, "body")
    assert tracking.spooled("event") == []


@pytest.mark.parametrize("path", ["/e", "/visit", f"/postback/{PROGRAM}"])
async def test_a_body_that_never_ends_is_not_waited_for(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    async def halting() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    monkeypatch.setattr("handsel.tracking.inbound.BODY_SECONDS_MAX", 0.02)
    request = Request("POST", path, "", "127.0.0.1:4000", AsServed([]), halting())
    async with asyncio.timeout(5):
        answer = await tracking.app.answer(request)

    assert (answer.status, json.loads(answer.body)["field"]) == (408, "body")
    assert tracking.spooled("event") == []


REFUSED = [
    ("{", "body", 400),
    ("[]", "body", 400),
    ("[" * 100_000, "body", 413),
    ("[" * 60_000, "body", 400),
    (b"\xff", "body", 400),
    (beacon(kind="purchase"), "kind", 400),
    (beacon(kind=["lead"]), "kind", 400),
    (beacon(padding="x" * 65_536), "body", 413),
]


@pytest.mark.parametrize(("raw", "field", "status"), REFUSED, ids=range(len(REFUSED)))
async def test_what_is_no_event_is_refused_with_the_field_named(
    tracking: Tracking, raw: str | bytes, field: str, status: int
) -> None:
    response = await tracking.browser.post("/e", content=raw)

    assert (response.status_code, response.json()["field"]) == (status, field)
    assert response.headers["content-type"] == "application/problem+json"
    assert tracking.spooled("event") == []
    assert tracking.counted("events_refused_total", source="script", reason=field) == 1


async def test_a_browser_may_ask_before_it_sends(tracking: Tracking) -> None:
    response = await tracking.browser.options("/e", headers={"origin": "https://shop.example"})

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]


async def test_a_pixel_is_kept_and_shown(tracking: Tracking) -> None:
    query = f"program={PROGRAM}&kind=conversion&order_reference=%C3%A51&amount_minor=4990"
    response = await tracking.browser.get(f"/pixel.gif?{query}")

    assert response.headers["content-type"] == "image/gif"
    assert response.headers["cache-control"] == "no-store"
    assert response.content.startswith(b"GIF89a")
    [event] = tracking.spooled("event")
    assert (event["source"], event["raw"]) == ("pixel", query)
    assert event["query"]["order_reference"] == "å1"


async def test_a_pixel_that_cannot_be_read_is_shown_and_counted(tracking: Tracking) -> None:
    query = f"program={PROGRAM}" + "&a=1" * 200
    response = await tracking.browser.get(f"/pixel.gif?{query}")

    assert response.status_code == 200
    assert tracking.spooled("event") == []
    assert tracking.counted("events_refused_total", source="pixel", reason="query") == 1


@pytest.mark.parametrize("named", [None, "", "prg_'; --", "acme", ["prg_"], "x" * 500])
async def test_what_names_no_program_is_refused_and_kept_for_whoever_looks(
    tracking: Tracking, named: object
) -> None:
    response = await tracking.browser.post("/e", content=beacon(program=named))

    assert (response.status_code, response.json()["field"]) == (400, "program")
    [event] = tracking.spooled("event")
    assert event["program"] == ("" if named is None else str(named)[:40])
    assert tracking.counted("events_refused_total", source="script", reason="program") == 1


async def test_a_pixel_and_a_postback_that_name_no_program_are_kept_too(
    tracking: Tracking,
) -> None:
    pixel = await tracking.browser.get("/pixel.gif?program=x&order_reference=1")
    postback = await tracking.browser.post("/postback/acme", content="{}")

    assert (pixel.status_code, postback.status_code) == (200, 400)
    kept = [(event["source"], event["program"]) for event in tracking.spooled("event")]
    assert kept == [("pixel", "x"), ("postback", "acme")]


async def test_of_what_names_no_program_little_is_kept(tracking: Tracking) -> None:
    large = await tracking.browser.post("/e", content=beacon(program="x", padding="x" * 5000))
    assert (large.status_code, tracking.spooled("event")) == (400, [])

    for _ in range(60):
        await tracking.browser.post("/e", content=beacon(program="x"))
    assert len(tracking.spooled("event")) == ASTRAY_ALLOWED[0]
    assert tracking.counted("events_refused_total", source="script", reason="program") == 61

    assert (await tracking.browser.post("/e", content=beacon())).status_code == 202


def test_an_allowance_grows_again_minute_by_minute() -> None:
    at = [0.0]
    allowance = Allowance(3, 2, clock=lambda: at[0])
    first = [allowance.take() for _ in range(5)]
    at[0] = 60.0
    later = [allowance.take() for _ in range(5)]
    at[0] = 10_000.0

    assert (first, later) == ([True] * 3 + [False] * 2, [True] * 2 + [False] * 3)
    assert [allowance.take() for _ in range(5)] == [True] * 3 + [False] * 2


async def test_a_postback_keeps_what_its_signature_covers(tracking: Tracking) -> None:
    raw = '{"order": "1001",  "å": 1}'
    headers = {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": "1790000000",
        "webhook-signature": "v1,abc=",
        "x-shopify-hmac-sha256": "def=",
        "authorization": "Bearer secret",
        "cookie": "a=b",
    }
    response = await tracking.browser.post(
        f"/postback/{PROGRAM}?shop=1", content=raw.encode(), headers=headers
    )

    assert response.status_code == 202
    [event] = tracking.spooled("event")
    assert (event["source"], event["program"]) == ("postback", PROGRAM)
    assert event["raw"].encode() == raw.encode()
    assert event["query"] == {"shop": "1"}
    del headers["authorization"], headers["cookie"]
    assert event["headers"] == headers


async def test_a_postback_by_get_keeps_its_query(tracking: Tracking) -> None:
    await tracking.browser.get(f"/postback/{PROGRAM}?order=1&signature=abc")

    [event] = tracking.spooled("event")
    assert event["raw"] == "order=1&signature=abc"


async def test_a_postback_to_no_program_is_refused(tracking: Tracking) -> None:
    response = await tracking.browser.post("/postback/acme", content="{}")

    assert (response.status_code, response.json()["field"]) == (400, "program")


async def test_when_the_spool_fails_machines_are_asked_again_and_people_are_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    async with Tracking(tmp_path) as tracking:
        script = await tracking.browser.post("/e", content=beacon())
        postback = await tracking.browser.post(f"/postback/{PROGRAM}", content="{}")
        pixel = await tracking.browser.get(f"/pixel.gif?program={PROGRAM}")
        counted = [
            tracking.counted("events_unrecorded_total", source=source, reason="unavailable")
            for source in ("script", "postback", "pixel")
        ]

    assert [script.status_code, postback.status_code, pixel.status_code] == [503, 503, 200]
    assert script.headers["retry-after"] == postback.headers["retry-after"] == "5"
    assert counted == [1, 1, 1]
