"""Amounts given or taken by hand."""

import pytest

from handsel.activity.models import Activity
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_held
from handsel.commissions.services.decline import ReasonMissing
from handsel.commissions.settling.adjusting import AmountMissing, adjust
from handsel.commissions.settling.tests.conftest import owed
from handsel.errors import InvalidInput
from handsel.ledger.queries import balance_minor
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db


def test_an_amount_is_given_with_its_reason(bens: Partnership, ada: Member) -> None:
    given = adjust(bens, amount_minor=1_250, reason="The summer fair.", actor=ada)

    assert (given.status, given.amount_minor) == ("pending", 1_250)
    assert owed(bens) == 1_250
    told = Activity.objects.get(subject_id=given.pk)
    assert (told.actor_id, told.reason) == (ada.pk, "The summer fair.")
    assert approve_held() == 1
    assert balance_minor(f"payable:{bens.pk}") == 1_250


def test_an_amount_that_is_taken_is_owed_back(bens: Partnership, ada: Member) -> None:
    adjust(bens, amount_minor=-400, reason="Paid twice in May.", actor=ada)
    approve_held()

    assert balance_minor(f"receivable:{bens.pk}") == 400
    assert owed(bens) == -400


def test_a_form_sent_twice_adjusts_once(bens: Partnership, ada: Member) -> None:
    for _ in range(2):
        adjust(bens, amount_minor=500, reason="Thanks.", actor=ada, once="a1")

    assert Commission.objects.count() == 1
    assert owed(bens) == 500


def test_the_same_twice_on_purpose_is_given_twice(bens: Partnership, ada: Member) -> None:
    for _ in range(2):
        adjust(bens, amount_minor=500, reason="Thanks.", actor=ada)

    assert owed(bens) == 1_000


def test_nothing_is_given_without_a_reason_or_an_amount(bens: Partnership, ada: Member) -> None:
    with pytest.raises(ReasonMissing):
        adjust(bens, amount_minor=500, reason="  ", actor=ada)
    with pytest.raises(AmountMissing):
        adjust(bens, amount_minor=0, reason="Thanks.", actor=ada)
    with pytest.raises(InvalidInput):
        adjust(bens, amount_minor=2**60, reason="Thanks.", actor=ada)

    assert not Commission.objects.exists()
