import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handsel.tracking.click_id import read
from handsel.tracking.keys import load_keys
from handsel.tracking.tests.harness import PARTNERSHIP, PROGRAM, Tracking, change

pytestmark = pytest.mark.anyio

PAGE = "https://shop.example/shoes"
SCRIPT = {
    "origin": "https://shop.example",
    "user-agent": "Firefox",
    "accept-language": "sv",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
}


def visit(**fields: object) -> str:
    return json.dumps({"program": PROGRAM, "ref": "ben", "page": PAGE, **fields})


async def test_a_visit_is_a_click_as_of_a_redirect(tracking: Tracking) -> None:
    said = visit(
        referrer="https://ben.example/shoes?session=secret",
        subs={"s1": "mail", "sub2": "top", "s9": "no", "s3": 7},
        ads=["gclid", "gclid", "no such name!", 7],
    )
    response = await tracking.browser.post("/visit", content=said, headers=SCRIPT)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    [click] = tracking.spooled()
    assert len(click.pop("visitor")) == 20
    assert click == {
        "id": response.json()["click_id"],
        "link": 7,
        "partnership": PARTNERSHIP,
        "at_ms": tracking.now_ms,
        "ip": "198.51.100.0",
        "ua": "Firefox",
        "by": "script",
        "to": PAGE,
        "referrer": "https://ben.example/shoes",
        "lang": "sv",
        "subs": {"s1": "mail", "s2": "top"},
        "ads": ["gclid"],
    }
    parts = read(load_keys(tracking.data / "keys").click, click["id"])
    assert parts is not None
    assert parts.link_number == 7


async def test_a_page_that_is_loaded_ahead_says_so(tracking: Tracking) -> None:
    headers = {**SCRIPT, "sec-purpose": "prefetch;prerender"}
    await tracking.browser.post("/visit", content=visit(), headers=headers)

    assert tracking.spooled()[0]["fetch"] == {"purpose": "prefetch;prerender"}


async def test_a_shop_in_a_frame_is_a_link_in_a_frame(tracking: Tracking) -> None:
    await tracking.browser.post("/visit", content=visit(framed=True), headers=SCRIPT)
    await tracking.browser.post("/visit", content=visit(framed=False), headers=SCRIPT)

    assert [click.get("fetch") for click in tracking.spooled()] == [{"dest": "iframe"}, None]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
values = st.fixed_dictionaries(
    {"program": st.just(PROGRAM) | anything, "ref": st.just("ben") | anything},
    optional={
        "page": st.just(PAGE) | anything,
        **dict.fromkeys(("framed", "referrer", "subs", "ads"), anything),
    },
)

REFUSED = [
    (visit(ref="nobody"), {}, "ref", 404),
    (visit(ref="over"), {}, "ref", 404),
    (visit(ref="ended"), {}, "ref", 404),
    (visit(ref="../ben"), {}, "ref", 404),
    (visit(ref=["ben"]), {}, "ref", 400),
    (visit(program="prg_01m7w3n2p5exyv9yzdeftyh8k9"), {}, "ref", 404),
    (visit(program=None), {}, "program", 400),
    (visit(page="https://evil.example/"), {}, "page", 403),
    (visit(page="https://evilshop.example/"), {}, "page", 403),
    (visit(page="https://shop.example@evil.example/"), {}, "page", 403),
    (visit(page="javascript:alert(1)"), {}, "page", 403),
    (visit(page=None), {}, "page", 403),
    (visit(), {"origin": "https://evil.example"}, "Origin", 403),
    (visit(), {"origin": "null"}, "Origin", 403),
    ("[]", {}, "body", 400),
    ("{", {}, "body", 400),
    (visit(padding="x" * 65_536), {}, "body", 413),
]


@pytest.mark.parametrize(("said", "headers", "field", "status"), REFUSED, ids=range(len(REFUSED)))
async def test_a_visit_that_is_none_is_refused_and_leaves_nothing(
    tmp_path: Path, said: str, headers: dict[str, str], field: str, status: int
) -> None:
    links = [change(7, "ben"), change(8, "over", disabled=True), change(9, "ended", ends_ms=1)]
    async with Tracking(tmp_path, changes=links) as tracking:
        response = await tracking.browser.post(
            "/visit", content=said, headers={**SCRIPT, **headers}
        )
        refused = tracking.counted("events_refused_total", source="visit", reason=field)

    assert (response.status_code, response.json()["field"], refused) == (status, field, 1)
    assert response.headers["access-control-allow-origin"] == "*"
    assert tracking.spooled() == []


async def test_no_id_is_given_when_the_click_is_not_on_disk(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    async with Tracking(tmp_path) as tracking:
        response = await tracking.browser.post("/visit", content=visit(), headers=SCRIPT)
        unrecorded = tracking.counted("clicks_unrecorded_total", reason="unavailable")

    assert (response.status_code, unrecorded) == (503, 1)
    assert "click_id" not in response.json()


async def test_a_page_may_ask_beforehand(tracking: Tracking) -> None:
    response = await tracking.browser.options("/visit")

    assert response.status_code == 204
    assert response.headers["access-control-allow-methods"] == "POST"


@given(said=st.one_of(st.binary(max_size=200), values.map(lambda v: json.dumps(v).encode())))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
async def test_nothing_that_is_said_is_answered_with_an_error(
    tracking: Tracking, said: bytes
) -> None:
    response = await tracking.browser.post("/visit", content=said, headers=SCRIPT)

    assert response.status_code in (200, 400, 403, 404)
