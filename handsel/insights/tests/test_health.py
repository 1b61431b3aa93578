from datetime import timedelta

import pytest

from handsel.clicks.tests.visits import count_clicks
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import decline_commission, evaluate_due, withhold_commission
from handsel.insights.health import health_of
from handsel.links.joining import add_partner
from handsel.partnerships.services import accept_agreement


@pytest.fixture
def orders(shop, bens):
    """Six orders of 100.00 in the last 90 days by three customers, and four before."""
    for n in range(6):
        at = now() - timedelta(days=10 + n)
        shop.order(f"L-{n}", codes=["BEN10"], customer={"id": str(n % 3)}, at=at, received_at=at)
    for n in range(6, 10):
        at = now() - timedelta(days=94 + n)
        shop.order(f"L-{n}", codes=["BEN10"], customer={"id": str(n)}, at=at, received_at=at)
    evaluate_due()


def parts(partnership):
    found = health_of([partnership])[partnership.pk]
    return {part.code: part for part in found.parts}


def reasons(partnership, code):
    return {reason.code: dict(reason.params) for reason in parts(partnership)[code].reasons}


def test_it_compares_with_the_days_before_and_counts_new_customers(bens, orders):
    assert reasons(bens, "growth") == {"revenue_up": {"change_ppm": 500_000}}
    assert reasons(bens, "customers")["new_share"] == {"share_ppm": 500_000}


def test_what_was_declined_is_not_counted_and_what_came_back_is(bens, orders, shop, ada):
    declined = Commission.objects.get(conversion__order_reference="L-3")
    decline_commission(declined.pk, reason="Own order", actor=ada)
    shop.refund("L-4", amount_minor=10_000, at=now(), received_at=now())
    evaluate_due()

    assert reasons(bens, "growth") == {"revenue_up": {"change_ppm": 0}}
    assert reasons(bens, "customers")["sent_back"] == {"share_ppm": 200_000}


def test_clicks_that_do_not_count_and_what_is_withheld_cost_trust(bens, orders, ada):
    count_clicks(bens.links.get(), now().date(), clicks=60, filtered=40)
    withhold_commission(Commission.objects.earliest("pk").pk, reason="Look", actor=ada)

    assert reasons(bens, "traffic") == {
        "clicks_odd": {"share_ppm": 400_000},
        "withheld": {"count": 1},
    }


def test_the_partners_signature_belongs_to_the_relationship(bens, orders, ben):
    assert "unsigned" in reasons(bens, "relationship")

    agreement = bens.agreements.get()
    accept_agreement(
        agreement.pk, member=ben, terms_digest=agreement.terms_digest, text="", language="en"
    )
    assert "signed" in reasons(bens, "relationship")


def test_many_are_asked_for_as_often_as_one(
    bens, orders, program, ada, django_assert_max_num_queries
):
    others = [add_partner(program, name=f"Partner {n}", actor=ada) for n in range(5)]
    with django_assert_max_num_queries(5):
        found = health_of([bens, *others])

    assert {found[other.pk].level for other in others} == {"new"}
    assert found[bens.pk].score is not None
