"""Links whose visitors go to several places, through the whole app and onto the disk."""

from pathlib import Path
from typing import Any

import pytest

from handsel.tracking.links import Change
from handsel.tracking.tests.harness import Tracking, change, spooled

pytestmark = pytest.mark.anyio

SHOP = "https://shop.example"
AT_MS = 1_790_000_000_000  # the harness's
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
RULES = [
    {"url": f"{SHOP}/app", "devices": ["phone"]},
    {"url": f"{SHOP}/norsk", "languages": ["nb"]},
]
VARIANTS = [{"name": name, "weight": 1, "url": f"{SHOP}/{name}"} for name in "ab"]


def routed(**fields: Any) -> list[Change]:
    return [change(7, "ben", fallback_url=f"{SHOP}/over", **fields)]


async def visit(
    data: Path, links: list[Change], path: str = "/ben", **headers: str
) -> tuple[str, list[dict[str, Any]]]:
    """Where a visitor is sent, without the click id, and what is then on the disk."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with Tracking(data, changes=links) as tracking:
        answer = await tracking.browser.get(path, headers=named)
    assert answer.status_code == 302
    location = answer.headers["location"]
    return location.partition("hs_click=")[0].rstrip("?&"), spooled(data)


async def test_a_phone_is_sent_to_its_page_and_the_click_says_by_which_rule(tmp_path: Path) -> None:
    location, [click] = await visit(tmp_path, routed(rules=RULES), user_agent=IPHONE)

    assert (location, click["dest"]) == (f"{SHOP}/app", {"rule": 1})


async def test_a_language_decides_where_no_device_does(tmp_path: Path) -> None:
    headers = {"user_agent": "curl/8", "accept_language": "nb-NO,nb;q=0.9"}
    location, [click] = await visit(tmp_path, routed(rules=RULES), **headers)

    assert (location, click["dest"]) == (f"{SHOP}/norsk", {"rule": 2})


async def test_a_variant_is_written_down_with_the_click(tmp_path: Path) -> None:
    location, [click] = await visit(tmp_path, routed(split={"variants": VARIANTS}))

    assert location == f"{SHOP}/{click['dest']['variant']}"


async def test_tags_carry_the_sub_ids_of_the_visit(tmp_path: Path) -> None:
    fields = {"utm": {"utm_content": "{sub1}", "utm_term": "{sub2}"}, "subs": {"s2": "own"}}
    location, [click] = await visit(tmp_path, routed(**fields), "/ben?subid=story")

    assert location == f"{SHOP}/start?from=ben&utm_content=story&utm_term=own"
    assert click["subs"] == {"s1": "story", "s2": "own"}


async def test_a_page_that_is_asked_for_carries_the_tags_too(tmp_path: Path) -> None:
    fields = {"utm": {"utm_source": "{slug}"}, "rules": RULES}
    path = f"/ben?to={SHOP}/hats"
    location, [click] = await visit(tmp_path, routed(**fields), path, user_agent=IPHONE)

    assert location == f"{SHOP}/hats?utm_source=ben"
    assert "dest" not in click


async def test_a_link_whose_moment_has_come_is_over_and_counts_no_click(tmp_path: Path) -> None:
    location, clicks = await visit(tmp_path / "past", routed(ends_ms=AT_MS))
    still, [_click] = await visit(tmp_path / "future", routed(ends_ms=AT_MS + 1))

    assert (location, clicks) == (f"{SHOP}/over", [])
    assert still == f"{SHOP}/start?from=ben"


@pytest.mark.parametrize(("ends_ms", "kept"), [(AT_MS, 0), (AT_MS + 1, 1)])
async def test_a_banner_of_a_link_that_is_over_is_not_counted(
    tmp_path: Path, ends_ms: int, kept: int
) -> None:
    async with Tracking(tmp_path, changes=routed(ends_ms=ends_ms)) as tracking:
        assert (await tracking.browser.get("/i/ben.gif")).status_code == 200

    assert len(spooled(tmp_path, "impression")) == kept
