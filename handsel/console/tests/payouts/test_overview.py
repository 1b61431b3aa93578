"""What the overview says of money that is due, on its way, and paid."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.console.owed import owed_in
from handsel.console.payouts_due import ready_for
from handsel.console.tests.conftest import YESTERDAY
from handsel.console.tests.reading import page_text
from handsel.payouts.schedule import collected_until
from handsel.payouts.services import approve_batch, discard_batch, export_batch, mark_batch_paid

URL = "/console/"


@pytest.fixture
def approved(bens_payout, batch, payer, ada):
    """Ben's payout of 21.00; Cleo has no account."""
    return approve_batch(batch.pk, payouts=[bens_payout.pk], actor=ada)


def test_what_is_in_a_payout_is_on_its_way_until_it_arrives(program, approved, ada):
    owed = owed_in(program, ada)
    assert (owed.approved_minor, owed.in_transit_minor) == (1_050, 2_100)
    assert owed.total_minor == 3_150
    assert owed.agrees

    export_batch(approved.pk, rail="sepa", actor=ada)
    mark_batch_paid(approved.pk, paid_on=localdate(now()), actor=ada)
    owed = owed_in(program, ada)
    assert (owed.in_transit_minor, owed.total_minor) == (0, 1_050)
    assert owed.agrees


def test_what_comes_back_after_it_was_paid_is_owed_back(program, approved, ada, shop):
    export_batch(approved.pk, rail="sepa", actor=ada)
    mark_batch_paid(approved.pk, paid_on=localdate(now()), actor=ada)
    shop.refund("L-1", amount_minor=12_500, at=YESTERDAY + timedelta(hours=1))
    evaluate_due()
    owed = owed_in(program, ada)

    assert Commission.objects.get(conversion__order_reference="L-1").status == "reversed"
    assert (owed.owed_back_minor, owed.total_minor) == (1_050, 0)
    assert owed.agrees


def test_a_batch_that_waits_is_due_and_before_a_payout_day_one_to_propose(as_ada, batch, ada):
    text = page_text(as_ada, URL)
    assert "Payouts due 1" in text
    assert "To be proposed" not in text

    discard_batch(batch.pk, reason="Too early", actor=ada)
    assert "€31.50 To be proposed · 2 partners" in page_text(as_ada, URL)


def test_what_is_approved_after_the_cut_off_waits_for_the_next_day(program, batch, ada):
    discard_batch(batch.pk, reason="Too early", actor=ada)
    whole = ready_for(program, ada, batch.pays_on)
    Commission.objects.filter(conversion__order_reference="L-1").update(
        approved_at=collected_until(program, batch.pays_on)
    )
    rest = ready_for(program, ada, batch.pays_on)

    assert (whole.amount_minor, whole.partners_total) == (3_150, 2)
    assert 0 < rest.amount_minor < whole.amount_minor
