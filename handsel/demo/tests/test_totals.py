"""The demo's sums, counted a second time from the raw file and the simulated touches."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Sum

from handsel import clock
from handsel.clicks.models import Click, Impression
from handsel.clicks.queries import rollup_differences
from handsel.commissions.models import Commission
from handsel.commissions.receipt import recompute_all
from handsel.demo.calendar import Calendar
from handsel.demo.loading import WORKED_OFF_AFTER, Settings, load
from handsel.demo.partners import partners
from handsel.demo.shop import invoices
from handsel.demo.tests.recount import recount
from handsel.demo.touches import Simulation
from handsel.ledger.check import check_all
from handsel.ledger.queries import balances
from handsel.links.models import Link
from handsel.papers.models import Statement
from handsel.payouts.models import Batch, Payout, PayoutLine
from handsel.recruiting.models import Application
from handsel.relations.models import Question

Status = Payout.Status
LIVING = ("pending", "payable", "in_transit")


@pytest.fixture
def lived(outbox):
    """`lived(thin)`: the demo's year, with one customer in so many; its calendar."""

    def live(thin: int, clicks: int) -> tuple[Calendar, Settings]:
        at = datetime.now(UTC)
        settings = Settings(seed=3, clicks_total=clicks, thin=thin, apart=False, at=at)
        load(settings)
        return Calendar.ending(at - WORKED_OFF_AFTER), settings

    yield live
    clock.set_offset(timedelta())
    # Clicks are in no table that Django empties after a test.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE clicks_click, clicks_impression")


def earned_by_partner():
    """Commissions and their cents, by the partner's first link."""
    slugs = {partner.slug for partner in partners()}
    links = Link.objects.filter(slug__in=slugs).values_list("partnership", "slug")
    sums = Commission.objects.values_list("partnership").annotate(
        n=Count("pk"), s=Sum("amount_minor")
    )
    slug_of = dict(links)
    return {slug_of[partnership]: (count, int(cents)) for partnership, count, cents in sums}


def paid_or_owed_minor(partnership: str) -> int:
    """By the ledger: what waits, is approved or on its way, less what is owed back; and by the
    payouts: what was paid."""
    told = {str(one.kind): one.amount_minor for one in balances(owners=[partnership])}
    owed = sum(told.get(kind, 0) for kind in LIVING) - told.get("receivable", 0)
    paid = Payout.objects.filter(partnership=partnership, status=Status.PAID)
    return owed + sum(paid.values_list("amount_minor", flat=True))


def check(calendar: Calendar, settings: Settings) -> None:
    simulation = Simulation(calendar, settings.seed)
    touches = simulation.touches(invoices(calendar, settings.thin))

    assert earned_by_partner() == recount(touches, calendar, settings.thin)
    counted = Commission.objects.exclude(status="declined")
    for partnership, amount_minor in counted.values_list("partnership").annotate(
        sum=Sum("amount_minor")
    ):
        assert paid_or_owed_minor(partnership) == amount_minor
    for payout in Payout.objects.annotate(sum=Sum("lines__amount_minor")):
        assert payout.amount_minor == payout.sum
    assert rollup_differences() == []
    assert [one for one in recompute_all(Commission.objects.all()) if not one.is_same] == []
    report = check_all()
    assert report.ok, report.findings


@pytest.mark.django_db(transaction=True)
def test_a_year_with_few_customers_agrees_with_a_recount_to_the_cent(lived):
    check(*lived(thin=24, clicks=4_000))

    # The story has happened.
    assert set(Batch.objects.values_list("completed_at", flat=True)) - {None}
    assert Statement.objects.count() == Payout.objects.filter(queued_at__isnull=False).count() > 0
    assert Application.objects.filter(status="waiting").count() == 8
    assert Question.objects.filter(state="open").exists()
    assert PayoutLine.objects.exists()
    assert Click.objects.latest("clicked_at").clicked_at <= datetime.now(UTC)
    assert not Click.objects.filter(country="").exists()
    assert Click.objects.exclude(destination_choice="").exists()
    assert Impression.objects.exists()
    assert Link.objects.filter(split__winner="b").count() == 1


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_whole_year_agrees_with_a_recount_to_the_cent(lived):
    check(*lived(thin=1, clicks=300_000))

    states = set(Payout.objects.values_list("status", flat=True))
    assert states >= {Status.PAID, Status.FAILED, Status.RETURNED}
