"""Lists in pages: everything once, whatever is added meanwhile."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.api.paging import LIMIT_MAX
from handsel.api.tests.conftest import Api
from handsel.links.models import Link
from handsel.partnerships.models import Partnership

LISTED = 12


@pytest.fixture
def twelve_links(acme_api: Api, bens: Partnership) -> list[str]:
    """Their ids, the latest first."""
    for number in range(LISTED - 1):
        acme_api.post("links", {"partnership": bens.pk, "slug": f"link-{number}"})
    ids: list[str] = [link["id"] for link in acme_api.get("links").json()["items"]]
    assert len(ids) == LISTED
    return ids


def leaf_through(api: Api, path: str, between: object = None) -> list[str]:
    """The ids on all pages, by the header `Link`."""
    found: list[str] = []
    while path:
        response = api.get(path)
        found += [item["id"] for item in response.json()["items"]]
        link = response.get("Link", "")
        path = ""
        if link:
            matched = re.fullmatch(r'</api/v1/(.+)>; rel="next"', link)
            assert matched
            path = matched[1]
            assert f"cursor={response.json()['next_cursor']}" in path
        else:
            assert response.json()["next_cursor"] is None
        if callable(between):
            between()
    return found


@pytest.mark.parametrize("limit", [1, 5, 11, 12, 13])
def test_the_link_header_leads_through_all_pages(
    acme_api: Api, twelve_links: list[str], limit: int
) -> None:
    assert leaf_through(acme_api, f"links?limit={limit}") == twelve_links


def test_the_link_header_keeps_the_filters(
    acme_api: Api, twelve_links: list[str], bens: Partnership
) -> None:
    response = acme_api.get(f"links?partnership={bens.pk}&limit=2&disabled=false")

    assert f"partnership={bens.pk}" in response["Link"]
    assert "limit=2" in response["Link"]
    assert "disabled=false" in response["Link"]


def test_what_is_added_meanwhile_moves_nothing(
    acme_api: Api, twelve_links: list[str], bens: Partnership
) -> None:
    def add() -> None:
        acme_api.post("links", {"partnership": bens.pk})

    assert leaf_through(acme_api, "links?limit=4", add) == twelve_links
    assert Link.objects.count() == LISTED + 3


def test_rows_of_one_moment_come_once(acme_api: Api, twelve_links: list[str]) -> None:
    at = Link.objects.latest("created_at").created_at
    Link.objects.update(created_at=at)

    found = leaf_through(acme_api, "links?limit=5")

    assert sorted(found) == sorted(twelve_links)
    assert found == sorted(found, reverse=True)


def test_a_page_is_not_larger_than_it_may_be(acme_api: Api, program: object) -> None:
    assert acme_api.get(f"links?limit={LIMIT_MAX}").status_code == 200
    assert acme_api.get(f"links?limit={LIMIT_MAX + 1}").status_code == 422
    assert acme_api.get("links?limit=0").status_code == 422


def test_a_later_page_counts_nothing_that_was_on_the_earlier_ones(
    acme_api: Api, twelve_links: list[str]
) -> None:
    second = acme_api.get("links?limit=2").json()["next_cursor"]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        acme_api.get(f"links?limit=2&cursor={second}")

    assert not [query for query in queries if "OFFSET" in query["sql"] or "COUNT(" in query["sql"]]
