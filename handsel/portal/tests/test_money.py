"""What a partner is told of its money, from the order to the bank."""

from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.conversions.models import Conversion
from handsel.ledger.queries import balance_minor
from handsel.payouts.models import Payout
from handsel.payouts.services import (
    approve_batch,
    mark_failed,
    mark_paid,
    propose_batch,
    set_payee,
)

IBAN = "NO9386011117947"


@pytest.fixture
def account(bens, ben):
    return set_payee(bens.partner, holder_name="Ben Berg", iban=IBAN, actor=ben)


@pytest.fixture
def owed(sells, month, ada, account):
    """100.00 that were approved two months ago."""
    long_ago = month - timedelta(days=40)
    sold = sells("L-7", 100_000, at=long_ago)
    approve_commission(sold.pk, actor=ada)
    Commission.objects.update(approved_at=long_ago + timedelta(days=1))
    return sold


@pytest.fixture
def proposed(owed, program, ada):
    return propose_batch(program, actor=ada)


@pytest.fixture
def queued(proposed, ada):
    approve_batch(proposed.pk, actor=ada)
    return Payout.objects.get()


def state_shown(client):
    [row] = client.get("/portal/earnings/?month=all").context["rows"]
    return row.state_code


def standing(client):
    [one] = client.get("/portal/earnings/").context["standings"]
    return one


def test_a_proposal_is_the_brands_draft(as_ben, proposed):
    assert state_shown(as_ben) == "approved"
    assert standing(as_ben).payable_minor == 10_000


def test_what_was_approved_to_be_paid_is_in_a_payout(as_ben, queued):
    assert state_shown(as_ben) == "in_batch"
    assert (standing(as_ben).payable_minor, standing(as_ben).on_its_way_minor) == (0, 10_000)
    assert as_ben.get("/portal/").context["next_payout"].is_moving


def test_what_arrived_is_paid(as_ben, queued, bens, ada):
    mark_paid(queued.pk, actor=ada)

    assert state_shown(as_ben) == "paid"
    assert standing(as_ben).paid_minor == 10_000
    assert balance_minor(f"in_transit:{bens.pk}") == balance_minor(f"payable:{bens.pk}") == 0
    page = as_ben.get("/portal/earnings/", {"month": "all", "status": "paid"})
    assert [(t.state, t.amount_minor) for t in page.context["totals"]] == [("paid", 10_000)]


def test_what_did_not_arrive_is_owed_again_and_asks_for_an_account(as_ben, queued, ada):
    mark_failed(queued.pk, reason="The account is closed.", actor=ada)

    assert state_shown(as_ben) == "approved"
    [waiting] = [one for one in as_ben.get("/portal/").context["waiting"] if one.icon]
    assert waiting.title == "A payout did not reach you"


def test_all_states_together_are_all_that_was_earned(as_ben, queued, sells, month, shop):
    """The sums of a list and its rows come from one query, and say the same."""
    sells("L-8", 20_000, at=month)
    sells("L-9", 30_000, at=month)
    shop.refund("L-9", 30_000, at=month)
    Conversion.objects.update(due_at=now())
    evaluate_due()

    context = as_ben.get("/portal/earnings/?month=all").context

    by_state = {total.state: total.amount_minor for total in context["totals"]}
    assert by_state == {"pending": 2_000, "in_batch": 10_000, "reversed": 0}
    assert sum(row.commission.amount_minor for row in context["rows"]) == 12_000
    taken = next(row for row in context["rows"] if row.state_code == "reversed")
    assert taken.amount_minor == -3_000


def test_the_next_payout_says_what_is_missing_to_it(as_ben, owed, program, bens):
    shown = as_ben.get("/portal/").context["next_payout"]

    assert (shown.amount_minor, shown.missing_minor, shown.is_moving) == (10_000, 0, False)


def test_without_an_account_nothing_can_be_paid_and_the_first_page_says_so(
    as_ben, bens, ben, waiting
):
    agreement = bens.agreements.get()
    address = f"/portal/agreements/{agreement.pk}/"
    page = as_ben.get(address)
    as_ben.post(
        f"{address}acceptance/",
        {"terms_digest": agreement.terms_digest, "text_sha256": page.context["text_sha256"]},
    )

    [asked] = as_ben.get("/portal/").context["waiting"]
    assert asked.url == "/portal/earnings/payouts/account/"
    set_payee(bens.partner, holder_name="Ben Berg", iban=IBAN, actor=ben)
    assert as_ben.get("/portal/").context["waiting"] == []


def test_earnings_to_take_along_are_those_on_the_page(as_ben, queued, sells, month):
    sells("L-8", 20_000, at=month)

    everything = as_ben.get("/portal/earnings/export.csv?month=all")
    one_state = as_ben.get("/portal/earnings/export.csv?month=all&status=in_batch")

    assert everything["Content-Disposition"] == 'attachment; filename="earnings-all.csv"'
    lines = everything.content.decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["L-7", "L-8"]
    [only] = one_state.content.decode().splitlines()[1:]
    assert only.startswith("L-7,")
    assert "Lambswool beanie,ben,Acme Friends,100.00,EUR,in_batch," in only


def test_another_partners_table_is_empty(client, queued, cleo, signed_in):
    table = signed_in(client, cleo).get("/portal/earnings/export.csv?month=all")

    assert len(table.content.decode().splitlines()) == 1
