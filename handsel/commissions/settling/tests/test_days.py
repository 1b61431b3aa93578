"""Clicks and impressions: one commission per link and day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from handsel.clicks.models import Watermark
from handsel.clicks.tests.visits import click_through, show
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.settling.days import settle_days
from handsel.commissions.settling.tests.conftest import amounts, owed
from handsel.engine.terms import Hold, Percent, PerClick, PerThousand, Terms, When
from handsel.links.models import Link
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def emptied(db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("DELETE FROM clicks_click")


@pytest.fixture
def terms() -> Terms:
    """0.07 for a click, 0.10 from Sweden; 2.00 for a thousand impressions."""
    return Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=100_000),
            PerClick(amount_minor=7, currency="EUR"),
            PerClick(amount_minor=10, currency="EUR", when=When(countries=("SE",))),
            PerThousand(amount_minor=200, currency="EUR"),
        ),
        hold=Hold(days=0),
    )


@pytest.fixture
def noon() -> datetime:
    """Of the day before yesterday, which is over wherever one is."""
    at = now().astimezone(UTC)
    return at.replace(hour=12, minute=0, second=0, microsecond=0) - 2 * DAY


def test_a_day_is_paid_by_what_counted_on_it(
    bens: Partnership, bens_link: Link, noon: datetime
) -> None:
    for country in ("SE", "SE", "NO"):
        click_through(bens_link, noon, country=country)
    click_through(bens_link, noon, country="SE", counts=False)
    for number in range(5):
        show(bens_link, noon, number=number + 1)
    click_through(bens_link, noon + 2 * DAY)

    assert settle_days() == 1

    assert amounts(bens) == {f"day {bens_link.slug}:{noon.date()}": 20 + 7 + 1}
    assert owed(bens) == 28
    found = Commission.objects.get()
    assert found.about == {"day": noon.date().isoformat(), "link": bens_link.slug}


def test_late_clicks_adjust_the_day_and_nothing_else_does(
    bens: Partnership, bens_link: Link, noon: datetime
) -> None:
    click_through(bens_link, noon, country="NO")
    assert (settle_days(), settle_days()) == (1, 0)

    click_through(bens_link, noon, country="NO")
    assert settle_days() == 1
    assert owed(bens) == 14
    assert Commission.objects.get().revisions.count() == 2


def test_a_day_waits_until_all_its_clicks_have_arrived(
    bens: Partnership, bens_link: Link, noon: datetime
) -> None:
    click_through(bens_link, noon, country="NO")
    host = Watermark.objects.create(host="a", passed_at=noon, seen_at=now())
    assert settle_days() == 0

    host.passed_at = noon + DAY
    host.save()
    assert settle_days() == 1


class TestElsewhere:
    @pytest.fixture
    def terms(self) -> Terms:
        pay = (Percent(rate_ppm=100_000), PerClick(amount_minor=7, currency="EUR"))
        return Terms(currency="EUR", pay=pay, time_zone="Pacific/Auckland")

    def test_days_are_those_of_the_time_zone_of_the_terms(
        self, bens: Partnership, bens_link: Link, noon: datetime
    ) -> None:
        """What is noon in UTC is after midnight in Auckland."""
        click_through(bens_link, noon - DAY)

        settle_days()

        assert list(amounts(bens)) == [f"day {bens_link.slug}:{noon.date()}"]
