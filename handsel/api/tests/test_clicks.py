"""Clicks one by one, and in sums by day, link, partnership, sub-id, country and device."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.api.tests.conftest import Api, key_of
from handsel.cast import TERMS
from handsel.clicks.reports import Group
from handsel.clicks.tests.visits import click_through, show
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.programs.services import create_program

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERIOD = "since=2026-11-16&until=2026-11-20"


@pytest.fixture
def hats(bens: Partnership, ada: Member) -> Link:
    return create_link(bens, url="https://acme.example/hats", slug="hats", actor=ada)


@pytest.fixture
def clicks(bens_link: Link, hats: Link) -> Iterator[list[str]]:
    """Their ids, the latest first: one of yesterday, two of today on two links, one filtered."""
    rows = [
        click_through(
            bens_link, NOON - DAY, country="SE", device="phone", subs={"s1": "post-1", "s5": "y"}
        ),
        click_through(bens_link, NOON, subs={"s1": "post-2", "s2": "x"}),
        click_through(hats, NOON + timedelta(minutes=1)),
        click_through(
            hats,
            NOON + timedelta(minutes=2),
            counts=False,
            may_attribute=False,
            filtered_reason="bot",
            device="bot",
        ),
    ]
    show(hats, NOON)
    yield [row.click_id for row in reversed(rows)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clicks_click; DELETE FROM clicks_impression")


def test_clicks_are_listed_with_why_they_do_not_count(acme_api: Api, clicks: list[str]) -> None:
    items = acme_api.get("clicks").json()["items"]

    assert [item["id"] for item in items] == clicks
    assert (items[0]["counts"], items[0]["filtered_reason"]) == (False, "bot")
    assert items[2]["subs"] == {"s1": "post-2", "s2": "x"}
    assert not {"ip", "visitor", "user_agent"} & set(items[0])


def test_clicks_come_once_page_by_page(acme_api: Api, clicks: list[str]) -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = acme_api.get(f"clicks?limit=1{cursor and f'&cursor={cursor}'}").json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert found == clicks


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("country=SE", [3]),
        ("device=bot", [0]),
        ("sub1=post-2", [2]),
        ("sub5=y", [3]),
        ("sub4=y", []),
        ("counts=false", [0]),
        ("filtered_reason=bot", [0]),
        ("came_by=script", []),
        ("clicked_since=2026-11-18T12:01:00Z", [0, 1]),
        ("clicked_before=2026-11-18T00:00:00Z", [3]),
    ],
)
def test_clicks_are_narrowed(
    acme_api: Api, clicks: list[str], query: str, places: list[int]
) -> None:
    items = acme_api.get(f"clicks?{query}").json()["items"]

    assert [item["id"] for item in items] == [clicks[place] for place in places]


def test_clicks_of_a_link(acme_api: Api, clicks: list[str], hats: Link) -> None:
    items = acme_api.get(f"clicks?link={hats.pk}").json()["items"]

    assert [item["id"] for item in items] == clicks[:2]


def test_a_partner_sees_its_own_clicks_and_nobody_elses(
    clicks: list[str], ben: Member, mallory: Member, program: Program
) -> None:
    bens_api, mallorys = Api(key_of(ben)), Api(key_of(mallory))

    assert [item["id"] for item in bens_api.get("clicks").json()["items"]] == clicks
    assert mallorys.get(f"clicks?program={program.pk}").json()["items"] == []
    assert mallorys.get(f"reports/clicks?group=day&{PERIOD}").json()["total"]["clicks"] == 0


def test_with_two_programs_one_is_named(
    acme_api: Api, clicks: list[str], program: Program, bens: Partnership, ada: Member
) -> None:
    create_program(
        program.brand, name="Second", site_url="https://acme.example", terms=TERMS, actor=ada
    )

    refused = acme_api.get("clicks")

    assert (refused.status_code, refused.json()["field"]) == (422, "program")
    assert len(acme_api.get(f"clicks?program={program.pk}").json()["items"]) == 4
    assert len(acme_api.get(f"clicks?partnership={bens.pk}").json()["items"]) == 4


def report(api: Api, query: str) -> dict[str, tuple[int, int | None, int | None]]:
    found = api.get(f"reports/clicks?{PERIOD}&{query}").json()
    return {
        row["key"]: (row["clicks"], row["filtered"], row["impressions"]) for row in found["items"]
    }


def test_sums_by_what_was_asked_for(
    acme_api: Api, clicks: list[str], bens_link: Link, hats: Link, bens: Partnership
) -> None:
    assert report(acme_api, "group=day") == {"2026-11-17": (1, 0, 0), "2026-11-18": (2, 1, 1)}
    assert report(acme_api, "group=link") == {bens_link.pk: (2, 0, 0), hats.pk: (1, 1, 1)}
    assert report(acme_api, "group=partnership") == {bens.pk: (3, 1, 1)}
    assert report(acme_api, "group=sub1") == {"post-1": (1, 0, None), "post-2": (1, 0, None)}
    assert report(acme_api, "group=sub2") == {"x": (1, 0, None)}
    assert report(acme_api, "group=sub3") == {}
    assert report(acme_api, "group=sub5") == {"y": (1, 0, None)}
    assert report(acme_api, "group=country") == {"NO": (2, None, None), "SE": (1, None, None)}
    assert report(acme_api, "group=device") == {
        "computer": (2, None, None),
        "phone": (1, None, None),
    }


def test_sums_are_narrowed_and_end_with_their_days(
    acme_api: Api, clicks: list[str], hats: Link
) -> None:
    assert report(acme_api, f"group=day&link={hats.pk}") == {"2026-11-18": (1, 1, 1)}
    narrow = acme_api.get("reports/clicks?group=country&since=2026-11-17&until=2026-11-17")
    assert [row["key"] for row in narrow.json()["items"]] == ["SE"]


def test_a_partner_gets_sums_of_its_own(clicks: list[str], ben: Member, bens: Partnership) -> None:
    bens_api = Api(key_of(ben))

    assert report(bens_api, "group=partnership") == {bens.pk: (3, 1, 1)}
    assert report(bens_api, "group=country") == {}


@pytest.mark.parametrize("group", ["day", "link", "sub1", "country", "device"])
def test_pages_of_a_report_add_up_to_its_total(
    acme_api: Api, clicks: list[str], group: str
) -> None:
    whole = acme_api.get(f"reports/clicks?{PERIOD}&group={group}").json()
    path, rows, total = f"reports/clicks?{PERIOD}&group={group}&limit=1", [], {}
    while path:
        response = acme_api.get(path)
        rows += response.json()["items"]
        total = response.json()["total"]
        path = response.get("Link", "").partition(">")[0].removeprefix("</api/v1/")

    assert rows == whole["items"]
    assert len(rows) == 2
    assert total == whole["total"]
    assert sum(row["clicks"] for row in rows) == total["clicks"]


def test_reports_read_no_clicks(acme_api: Api, clicks: list[str]) -> None:
    for group in get_args(Group):
        with CaptureQueriesContext(connection) as queries:
            acme_api.get(f"reports/clicks?{PERIOD}&group={group}")

        assert not [query for query in queries if '"clicks_click"' in query["sql"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "group"),
        ("group=hour", "group"),
        ("group=day&since=2026-11-20&until=2026-11-19", "since"),
        ("group=day&since=2000-01-01", "since"),
        ("group=day&since=0001-01-01&until=0001-01-01", ""),
        ("group=day&until=0001-01-01", ""),
        ("group=day&until=9999-12-31", "since"),
        ("group=day&since=20.11.2026", "since"),
        ("group=day&until=0", "until"),
        ("group=day&until=-1.5e-186", "until"),
        ("group=day&limit=1001", "limit"),
        ("group=day&sort=clicks", "sort"),
        ("group=country&link=lnk_x", "link"),
        ("group=day&cursor=x", "cursor"),
        ("group=day&cursor=bGluayBsbmtfMDA", "cursor"),
        ("group=day&cursor=ZGF5IDIwMjYtMTM", "cursor"),
        ("group=link&cursor=bGluayBsbmtfMDA", "cursor"),
        ("group=sub1&cursor=c3ViMSBhAGI", "cursor"),
    ],
)
def test_a_report_that_makes_no_sense_is_refused(acme_api: Api, query: str, field: str) -> None:
    response = acme_api.get(f"reports/clicks?{query}")

    assert response.status_code == (422 if field else 200), response.content
    assert not field or response.json()["field"] == field
