from datetime import timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.receipt import Way, receipt
from handsel.commissions.services import (
    approve_commission,
    decline_commission,
    evaluate_due,
    withhold_commission,
)
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import NOON
from handsel.engine.terms import Fixed, Percent, Terms, When, digest
from handsel.ledger.seal import seal_new
from handsel.rows.scope import seen_by


@pytest.fixture
def lofty(shop, bens, cleos):
    """The order of the design's mock: 9.5 % of 120.18, and 3.00 for a new customer."""
    terms = Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=95_000),
            Fixed(amount_minor=300, currency="EUR", when=When(customer="new")),
        ),
    )
    bens.agreements.update(terms=terms.model_dump(mode="json"), terms_digest=digest(terms))
    shop.order(
        "L-20418",
        lines=[
            {"line_id": "1", "sku": "fjell", "name": "Fjell base layer", "gross_minor": 9_400,
             "discount_minor": 940, "tax_minor": 1_351},
            {"line_id": "2", "sku": "sock", "name": "Everyday sock", "quantity": 2,
             "gross_minor": 2_490, "discount_minor": 249, "tax_minor": 358},
            {"line_id": "3", "sku": "beanie", "gross_minor": 4_000, "discount_minor": 400,
             "tax_minor": 574},
        ],
        shipping_minor=490,
        customer={"id": "17"},
        click_ids=[
            click_on(bens.links.get(), NOON - timedelta(days=6)),
            click_on(cleos.links.get(), NOON - timedelta(days=8)),
        ],
    )  # fmt: skip
    evaluate_due()
    return Commission.objects.get()


def test_the_sum_in_a_row(lofty, ada):
    shown = receipt(lofty, ada)

    assert [(p.clause, p.basis_minor, p.rate_ppm, p.amount_minor) for p in shown.formula] == [
        (2, 12_018, 95_000, 1_142),
        (3, None, None, 300),
    ]
    assert shown.amount_minor == 1_442
    assert (shown.lines[0].numerator, shown.lines[0].denominator) == (1_141_710_000, 1_000_000)


def test_the_order_and_what_counts_of_it(lofty, ada):
    order = receipt(lofty, ada).order

    assert [(a.label, a.quantity, a.counts_minor) for a in order.articles] == [
        ("Fjell base layer", 1, 7_109),
        ("Everyday sock", 2, 1_883),
        ("beanie", 1, 3_026),
    ]
    assert (order.goods_minor, order.discount_minor, order.tax_minor) == (14_301, 1_589, 2_283)
    assert (order.counts_minor, order.shipping_minor, order.shipping_counts_minor) == (
        12_018,
        490,
        0,
    )
    assert (order.reference, order.customer_is_new) == ("L-20418", True)


def test_the_terms_clause_by_clause(lofty, ada):
    agreement = receipt(lofty, ada).agreement

    assert (agreement.number, agreement.because) == (1, "in_force_at_click")
    assert set(agreement.signed) == {"brand"}
    assert [(c.number, c.code, c.pays_minor) for c in agreement.clauses][:4] == [
        (1, "credit", None),
        (2, "percent", 1_142),
        (3, "fixed", 300),
        (4, "basis", None),
    ]


def test_a_clause_that_did_not_pay_says_why(lofty, shop, ada):
    shop.order("L-1", customer={"id": "17"}, at=NOON - timedelta(days=20))
    evaluate_due()

    clause = receipt(Commission.objects.get(pk=lofty.pk), ada).agreement.clauses[2]

    assert (clause.pays_minor, clause.not_met) == (None, "customer_returning")


def test_the_brand_sees_everybody_involved_by_name(lofty, ada):
    shown = receipt(lofty, ada)

    assert [(t.partner_name, t.verdict) for t in shown.touches] == [
        ("Cleo's Coupons", "earlier_than_last"),
        ("Ben's Blog", "credited"),
    ]
    assert shown.partner_count == 2
    assert shown.credited == shown.touches[1]
    assert shown.touches[1].link_slug == "ben"
    assert shown.touches[1].before_order == timedelta(days=6)


def test_a_partner_sees_others_only_by_kind_and_time(lofty, ben):
    with seen_by([ben.organization_id]):
        shown = receipt(Commission.objects.visible_to(ben).get(), ben)

    other, own = shown.touches
    assert (other.kind, other.at, other.verdict) == (
        "click", NOON - timedelta(days=8), "earlier_than_last",
    )  # fmt: skip
    assert (other.partner_name, other.link_slug, other.click_id, other.partnership_id) == ("",) * 4
    assert (own.partner_name, own.is_credited) == ("Ben's Blog", True)
    assert shown.partner_count == 2


def test_both_sides_see_the_same_sum_order_terms_and_entries(lofty, ada, ben):
    mine = receipt(lofty, ada)
    with seen_by([ben.organization_id]):
        theirs = receipt(Commission.objects.visible_to(ben).get(), ben)

    for part in ("formula", "order", "agreement", "lines", "steps", "entries", "stages"):
        assert getattr(mine, part) == getattr(theirs, part)
    assert (mine.for_brand, theirs.for_brand) == (True, False)


def test_the_ledger_with_both_sides_of_every_entry(lofty, ada):
    approve_commission(lofty.pk, actor=ada)
    seal_new()
    shown = receipt(Commission.objects.get(), ada)

    assert [
        (e.transition, [(p.kind, p.debit_minor, p.credit_minor) for p in e.postings])
        for e in shown.entries
    ] == [
        ("recorded", [("commission_expense", 1_442, 0), ("pending", 0, 1_442)]),
        ("approved", [("pending", 1_442, 0), ("payable", 0, 1_442)]),
    ]
    assert shown.debit_minor == 2_884
    assert all(entry.number is not None for entry in shown.entries)


def test_a_refund_is_a_revision_with_its_difference(lofty, shop, ada):
    shop.refund("L-20418", 3_600, lines=[{"line_id": "3", "amount_minor": 3_600}])
    evaluate_due()

    shown = receipt(Commission.objects.get(), ada)

    assert [(r.cause, r.amount_minor, r.difference_minor) for r in shown.revisions] == [
        ("first", 1_442, 1_442),
        ("refund", 1_154, -288),
    ]
    assert shown.order.articles[2].refunded_minor == 3_600
    assert shown.checks.refunded_minor == 3_600


def test_it_is_computed_again_and_comes_out_the_same(lofty, ada):
    verification = receipt(lofty, ada).verification

    assert verification.is_same
    assert verification.computed_minor == 1_442
    assert len(verification.inputs_sha256) == 64


def stages(commission, member):
    shown = receipt(Commission.objects.get(pk=commission.pk), member)
    return [(stage.code, stage.state) for stage in shown.stages]


def test_where_it_is_now(lofty, ada):
    assert stages(lofty, ada) == [("counted", "done"), ("approved", "now"), ("paid", "later")]

    withhold_commission(lofty.pk, reason="Odd.", actor=ada)
    assert stages(lofty, ada)[1] == ("withheld", "now")

    decline_commission(lofty.pk, reason="Own order.", actor=ada)
    assert stages(lofty, ada) == [("counted", "done"), ("declined", "done")]


@pytest.mark.parametrize(
    ("paid_at", "last"), [(None, ("on_its_way", "now")), (NOON, ("paid", "done"))]
)
def test_a_payout_that_carries_it_says_how_far_the_money_is(lofty, ada, paid_at, last):
    Commission.objects.update(status="approved", approved_at=NOON)

    shown = receipt(Commission.objects.get(), ada, Way(queued_at=NOON, paid_at=paid_at))

    assert [(stage.code, stage.state) for stage in shown.stages][-2:] == [
        ("in_payout", "done"),
        last,
    ]


def test_who_decided_what_and_why(lofty, ada):
    withhold_commission(lofty.pk, reason="Looks like a repeat.", actor=ada)

    latest, first = receipt(Commission.objects.get(), ada).activities

    assert (latest.verb, latest.reason) == ("commission.withheld", "Looks like a repeat.")
    assert first.verb == "commission.recorded"


def test_a_receipt_of_what_went_to_another_keeps_the_order(lofty, shop, cleos, ada):
    shop.order(
        "L-20418", 16_000, trust="postback", source="postback",
        click_ids=[click_on(cleos.links.get(), NOON - timedelta(minutes=2))],
    )  # fmt: skip
    evaluate_due()

    shown = receipt(Commission.objects.get(pk=lofty.pk), ada)

    assert (shown.amount_minor, shown.formula) == (0, ())
    assert [t.partner_name for t in shown.touches if t.is_credited] == ["Cleo's Coupons"]
    assert shown.order.goods_minor == 14_301
    assert shown.order.articles[0].counts_minor is None
    assert shown.stages[-1].code == "reversed"
    assert shown.checks.reversed_because == "another_touch"
