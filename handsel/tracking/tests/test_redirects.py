import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handsel.tracking import redirects
from handsel.tracking.click_id import read
from handsel.tracking.keys import load_keys
from handsel.tracking.tests.harness import (
    PARTNERSHIP,
    Tracking,
    asked,
    change,
    click_id_of,
    spooled,
)
from handsel.tracking.tests.test_destinations import REFUSED

pytestmark = pytest.mark.anyio


async def test_a_visitor_is_sent_to_the_shop_with_a_click_id(tracking: Tracking) -> None:
    response = await tracking.browser.get("/ben")

    assert response.status_code == 302
    location = response.headers["location"]
    click_id = click_id_of(location)
    assert location == f"https://shop.example/start?from=ben&hs_click={click_id}#offer"
    parts = read(load_keys(tracking.data / "keys").click, click_id or "")
    assert parts is not None
    assert (parts.link_number, parts.clicked_at_ms) == (7, tracking.now_ms)


async def test_a_click_is_kept_with_its_circumstances(tracking: Tracking) -> None:
    headers = {
        "user-agent": "Firefox",
        "referer": "https://ben.example/shoes?session=secret#top",
        "accept-language": "sv",
        "sec-fetch-dest": "document",
        "sec-purpose": "prefetch",
    }
    url = "/r/ben?s1=mail&s5=top&s6=no&to=https://shop.example/shoes"
    response = await tracking.browser.get(url, headers=headers)

    [click] = tracking.spooled()
    assert len(click.pop("visitor")) == 20
    assert click == {
        "id": click_id_of(response.headers["location"]),
        "link": 7,
        "at_ms": tracking.now_ms,
        "partnership": PARTNERSHIP,
        "ip": "198.51.100.0",
        "ua": "Firefox",
        "referrer": "https://ben.example/shoes",
        "lang": "sv",
        "subs": {"s1": "mail", "s5": "top"},
        "fetch": {"dest": "document", "purpose": "prefetch"},
        "to": "https://shop.example/shoes",
    }


async def test_a_referrer_as_long_as_a_header_is_not_remembered(tracking: Tracking) -> None:
    """Thousands are, and a header may have 400,000 bytes."""
    before = redirects._page_of.cache_info().misses
    for query in ("a", "b"):
        referrer = f"https://long.example/page?{'x' * 4000}{query}"
        await tracking.browser.get("/ben", headers={"referer": referrer})

    assert redirects._page_of.cache_info().misses == before + 1
    assert {click["referrer"] for click in tracking.spooled()} == {"https://long.example/page"}


async def test_the_click_is_on_disk_at_the_moment_of_the_answer(tracking: Tracking) -> None:
    """The files are copied when the answer is handed over, as kill -9 would leave them, and
    read there."""
    await tracking.app.answer(asked("/ben"))
    copy = tracking.data / "copy"
    shutil.copytree(tracking.data / "spool", copy / "spool")

    assert [click["link"] for click in spooled(copy)] == [7]


async def test_nothing_on_the_way_is_cached(tracking: Tracking) -> None:
    headers = (await tracking.browser.get("/ben")).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "set-cookie" not in headers


async def test_asking_for_the_head_is_no_click(tracking: Tracking) -> None:
    response = await tracking.browser.head("/ben")

    assert response.status_code == 302
    assert response.headers["location"] == "https://shop.example/start?from=ben#offer"
    assert tracking.spooled() == []


@pytest.mark.parametrize("to", REFUSED)
async def test_no_visitor_is_led_off_the_programs_domains(tracking: Tracking, to: str) -> None:
    response = await tracking.browser.get("/ben", params={"to": to})

    assert response.headers["location"].startswith("https://shop.example/start?from=ben&hs_click=")
    assert "to" not in tracking.spooled()[0]
    assert tracking.counted("deep_links_refused_total") == (1 if to else 0)


async def test_two_targets_in_one_address_are_judged_as_one(tracking: Tracking) -> None:
    response = await tracking.browser.get("/ben?to=https://shop.example/a&to=https://evil.example/")

    assert response.headers["location"].startswith("https://shop.example/a?hs_click=")


async def test_a_deep_link_carries_the_id_before_its_fragment(tracking: Tracking) -> None:
    response = await tracking.browser.get("/ben", params={"to": "https://shop.example/a?b=c#d"})

    location = response.headers["location"]
    assert location == f"https://shop.example/a?b=c&hs_click={click_id_of(location)}#d"


@pytest.mark.parametrize(("slug", "reason"), [("nobody", "unknown"), ("over", "disabled")])
async def test_a_link_that_leads_nowhere_says_so(
    tracking: Tracking, slug: str, reason: str
) -> None:
    response = await tracking.browser.get(f"/{slug}", headers={"accept-language": "pl,en;q=0.5"})

    assert response.status_code == 404
    assert response.headers["content-language"] == "pl"
    assert "Ten link donikąd nie prowadzi" in response.text
    assert tracking.counted("links_unavailable_total", reason=reason) == 1
    assert tracking.spooled() == []


async def test_a_disabled_link_may_have_a_fallback(tmp_path: Path) -> None:
    over = change(8, "over", disabled=True, fallback_url="https://shop.example/")
    async with Tracking(tmp_path, changes=[over]) as tracking:
        response = await tracking.browser.get("/over")

    assert response.headers["location"] == "https://shop.example/"


async def test_a_host_may_have_a_fallback_for_unknown_links(tmp_path: Path) -> None:
    own = change(1, "", host="go.acme.example", fallback_url="https://acme.example/")
    async with Tracking(tmp_path, changes=[own, change(7, "ben")]) as tracking:
        acme = await tracking.browser.get("/x", headers={"host": "GO.acme.example:443"})
        other = await tracking.browser.get("/x")

    assert acme.headers["location"] == "https://acme.example/"
    assert other.status_code == 404


async def test_a_visitor_goes_on_when_the_spool_fails(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    async with Tracking(tmp_path) as tracking:
        response = await tracking.browser.get("/ben")
        ready = await tracking.browser.get("/readyz")
        unrecorded = tracking.counted("clicks_unrecorded_total", reason="unavailable")

    assert response.headers["location"] == "https://shop.example/start?from=ben#offer"
    assert unrecorded == 1
    assert (ready.status_code, ready.text) == (503, "spool: unavailable\n")


async def test_writing_to_a_link_is_refused(tracking: Tracking) -> None:
    assert (await tracking.browser.post("/ben")).status_code == 405
    assert tracking.spooled() == []


@given(
    query=st.text(max_size=60),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                ["user-agent", "referer", "accept-language", "x-forwarded-for", "host"]
            ),
            st.text(max_size=40),
        ),
        max_size=6,
    ),
    slug=st.sampled_from(["ben", "over", "nobody", "ben%00", "../ben", "å"]),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
async def test_no_request_is_answered_with_an_error(
    tracking: Tracking, query: str, headers: list[tuple[str, str]], slug: str
) -> None:
    answer = await tracking.app.answer(asked(f"/{slug}", query=query, headers=headers))

    assert answer.status == (302 if slug == "ben" else 404)


async def test_odd_text_is_kept_without_control_characters(tracking: Tracking) -> None:
    await tracking.browser.get("/ben?s1=a%00b%0Ac&s2=%ED%A0%80", headers={"user-agent": "a\tb"})

    [click] = tracking.spooled()
    assert click["subs"]["s1"] == "abc"
    assert click["ua"] == "ab"
    json.dumps(click).encode("ascii")
