"""Perks: promised by the terms, then followed up."""

import pytest

from handsel.commissions.models import Commission, PromisedPerk
from handsel.commissions.services import approve_commission
from handsel.commissions.services.decline import ReasonMissing
from handsel.commissions.settling.due import note_passing_time
from handsel.commissions.settling.perks import PerkNotChangeable, change_perk
from handsel.commissions.settling.tests.conftest import Sell, settled
from handsel.engine.terms import Percent, Perk, Terms
from handsel.errors import InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms() -> Terms:
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        perks=(
            Perk(name="A box of wool", due="on_joining"),
            Perk(name="A voucher", due="after_first_sale"),
            Perk(name="A sample", due="each_month"),
        ),
    )


def promised(partnership: Partnership) -> list[str]:
    return sorted(partnership.perks.values_list("name", flat=True))


def test_each_perk_is_promised_once_when_it_is_due(
    sell: Sell, bens: Partnership, ada: Member
) -> None:
    for _ in range(2):
        note_passing_time()
        settled()
    assert promised(bens) == ["A box of wool", "A sample"]

    sell("L-1", 10_000)
    approve_commission(Commission.objects.get().pk, actor=ada)
    settled()
    assert promised(bens) == ["A box of wool", "A sample", "A voucher"]


def test_a_perk_goes_its_way_and_ends_there(bens: Partnership, ada: Member) -> None:
    note_passing_time()
    settled()
    box = PromisedPerk.objects.get(name="A box of wool")

    change_perk(box.pk, to="on_its_way", note="Parcel 4711", actor=ada)
    done = change_perk(box.pk, to="delivered", actor=ada)

    assert (done.status, done.is_open) == ("delivered", False)
    with pytest.raises(PerkNotChangeable):
        change_perk(box.pk, to="declined", note="Too late.", actor=ada)


def test_a_perk_is_declined_with_a_reason_only(bens: Partnership, ada: Member) -> None:
    note_passing_time()
    settled()
    box = PromisedPerk.objects.get(name="A box of wool")

    with pytest.raises(ReasonMissing):
        change_perk(box.pk, to="declined", actor=ada)
    with pytest.raises(InvalidInput):
        change_perk(box.pk, to="promised", actor=ada)
    box.refresh_from_db()
    assert box.status == "promised"
