from datetime import timedelta

import pytest
from django.utils.timezone import now

from handsel.activity.models import Activity
from handsel.commissions.models import Commission
from handsel.commissions.services import (
    CommissionNotApprovable,
    CommissionNotDeclinable,
    CommissionNotWithholdable,
    ReasonMissing,
    approve_commission,
    approve_held,
    decline_commission,
    evaluate_due,
    release_commission,
    withhold_commission,
)
from handsel.conversions.models import Conversion
from handsel.conversions.tests.shop import NOON
from handsel.ledger.models import Entry
from handsel.ledger.queries import balance_minor


def verbs(commission):
    return list(
        Activity.objects.filter(subject_id=commission.pk)
        .order_by("pk")
        .values_list("verb", flat=True)
    )


def owed(partnership):
    return balance_minor(f"pending:{partnership.pk}"), balance_minor(f"payable:{partnership.pk}")


def test_approving_twice_credits_once(commission, bens, ada):
    approve_commission(commission.pk, actor=ada)
    approve_commission(commission.pk, actor=ada)

    assert owed(bens) == (0, 1_250)
    assert verbs(commission) == ["commission.recorded", "commission.approved"]
    assert Entry.objects.filter(key=f"commission-approved:{commission.pk}:2").exists()


def test_what_the_hold_has_passed_is_approved_by_itself(commission, bens):
    assert approve_held() == 1
    assert approve_held() == 0
    assert owed(bens) == (0, 1_250)


@pytest.mark.parametrize(
    "kept",
    [
        {"hold_until": now() + timedelta(days=1)},
        {"hold_until": None},
        {"withheld_at": now()},
        {"provisional": True},
        {"conversion__trust": "browser"},
        {"conversion__due_at": now()},
    ],
)
def test_the_clock_leaves_alone_what_is_not_ready(commission, bens, kept):
    for name, value in kept.items():
        if name.startswith("conversion__"):
            Conversion.objects.update(**{name.removeprefix("conversion__"): value})
        else:
            Commission.objects.update(**{name: value})

    assert approve_held() == 0
    assert owed(bens) == (1_250, 0)


def test_a_person_may_confirm_what_only_a_browser_has_reported(shop, bens_click, bens, ada):
    shop.order(click_ids=[bens_click], trust="browser")
    evaluate_due()

    assert approve_held() == 0
    approve_commission(Commission.objects.get().pk, actor=ada)

    assert owed(bens) == (0, 1_000)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("withheld", {"withheld_at": now()}),
        ("provisional", {"provisional": True}),
        ("declined", {"status": "declined"}),
        ("reversed", {"status": "reversed"}),
    ],
)
def test_it_is_refused_by_name(commission, ada, state, change):
    Commission.objects.update(**change)

    with pytest.raises(CommissionNotApprovable) as refused:
        approve_commission(commission.pk, actor=ada)

    assert refused.value.params == {"state": state}
    assert Entry.objects.count() == 1


def test_a_refund_after_approval_comes_off_what_is_payable(shop, commission, bens, ada):
    approve_commission(commission.pk, actor=ada)
    shop.refund(amount_minor=6_250)
    evaluate_due()
    assert owed(bens) == (0, 625)

    shop.refund(amount_minor=6_250, event_id="r2")
    evaluate_due()

    commission.refresh_from_db()
    assert commission.status == "reversed"
    assert owed(bens) == (0, 0)


def test_a_commission_of_nothing_is_approved_without_an_entry(shop, bens_click):
    shop.order(paid_minor=0, click_ids=[bens_click])
    evaluate_due()

    assert approve_held() == 1
    assert not Entry.objects.exists()


def test_a_declined_one_is_owed_no_more_and_not_evaluated_again(shop, commission, bens, ada):
    decline_commission(commission.pk, reason="Own order.", actor=ada)
    decline_commission(commission.pk, reason="Own order.", actor=ada)
    shop.refund(amount_minor=6_250)
    evaluate_due()

    commission.refresh_from_db()
    assert (commission.status, commission.amount_minor) == ("declined", 1_250)
    assert owed(bens) == (0, 0)
    assert balance_minor(f"commission_expense:{commission.program_id}") == 0
    assert verbs(commission) == ["commission.recorded", "commission.declined"]


def test_only_a_pending_one_can_be_declined(commission, ada):
    approve_commission(commission.pk, actor=ada)

    with pytest.raises(CommissionNotDeclinable):
        decline_commission(commission.pk, reason="Own order.", actor=ada)


@pytest.mark.parametrize("decide", [decline_commission, withhold_commission])
def test_a_decision_against_a_partner_needs_a_reason(commission, ada, decide):
    with pytest.raises(ReasonMissing) as refused:
        decide(commission.pk, reason=" ", actor=ada)

    assert refused.value.field == "reason"


def test_a_withheld_one_waits_until_it_is_released(commission, bens, ada):
    withhold_commission(commission.pk, reason="Looks like a repeat.", actor=ada)
    assert approve_held() == 0

    release_commission(commission.pk, actor=ada)

    assert approve_held() == 1
    assert owed(bens) == (0, 1_250)
    assert verbs(commission)[1:3] == ["commission.withheld", "commission.released"]


def test_there_is_nothing_to_withhold_of_a_declined_one(commission, ada):
    decline_commission(commission.pk, reason="Own order.", actor=ada)

    with pytest.raises(CommissionNotWithholdable):
        withhold_commission(commission.pk, reason="Looks odd.", actor=ada)


def test_the_clock_waits_for_the_shops_word_of_what_it_refunds(shop, bens_click, bens):
    """What only a browser has reported does not become the shop's word by the shop's refund."""
    shop.order(paid_minor=1_000, click_ids=[bens_click], source="pixel", trust="browser")
    evaluate_due()
    shop.refund(amount_minor=4_000, at=NOON - timedelta(seconds=1))
    evaluate_due()

    assert approve_held() == 0
    assert owed(bens) == (100, 0)
