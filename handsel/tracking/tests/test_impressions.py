from pathlib import Path

import pytest

from handsel.tracking.tests.harness import PARTNERSHIP, Tracking

pytestmark = pytest.mark.anyio

BANNER = {"user-agent": "Firefox", "referer": "https://ben.example/shoes?session=secret"}


async def test_an_impression_is_kept_with_its_circumstances(tracking: Tracking) -> None:
    response = await tracking.browser.get("/i/ben.gif", headers=BANNER)

    assert (response.status_code, response.headers["content-type"]) == (200, "image/gif")
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    [shown] = tracking.spooled("impression")
    assert len(shown.pop("imp")) == 24
    assert len(shown.pop("visitor")) == 20
    assert shown == {
        "link": 7,
        "partnership": PARTNERSHIP,
        "at_ms": tracking.now_ms,
        "ip": "198.51.100.0",
        "ua": "Firefox",
        "referrer": "https://ben.example/shoes",
    }
    assert tracking.counted("impressions_total") == 1


async def test_each_impression_has_a_name_of_its_own(tracking: Tracking) -> None:
    for _ in range(3):
        await tracking.browser.get("/i/ben.gif")

    assert len({shown["imp"] for shown in tracking.spooled("impression")}) == 3


@pytest.mark.parametrize(
    ("slug", "reason"), [("nobody", "unknown"), ("over", "disabled"), ("a/b", "unknown")]
)
async def test_a_picture_is_shown_though_nothing_is_kept(
    tracking: Tracking, slug: str, reason: str
) -> None:
    response = await tracking.browser.get(f"/i/{slug}.gif")

    assert response.headers["content-type"] == "image/gif"
    assert tracking.spooled("impression") == []
    assert tracking.counted("impressions_unrecorded_total", reason=reason) == 1


async def test_a_picture_is_shown_when_the_spool_fails(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    async with Tracking(tmp_path) as tracking:
        response = await tracking.browser.get("/i/ben.gif")
        unrecorded = tracking.counted("impressions_unrecorded_total", reason="unavailable")

    assert (response.status_code, unrecorded) == (200, 1)


async def test_asking_for_the_head_is_no_impression(tracking: Tracking) -> None:
    assert (await tracking.browser.head("/i/ben.gif")).status_code == 200
    assert tracking.spooled("impression") == []
