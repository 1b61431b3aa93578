"""Shares of what partners earn whom one has brought, on two levels."""

from datetime import timedelta

import pytest

from handsel.commissions.models import Brought, Commission
from handsel.commissions.services import approve_commission, approve_held, decline_commission
from handsel.commissions.services.decline import ReasonMissing
from handsel.commissions.settling.brought import NotABringer, brought_by, set_brought_by
from handsel.commissions.settling.tests.conftest import LONG_AGO, Sell, amounts, join, owed, settled
from handsel.conversions.tests.shop import Shop
from handsel.engine.terms import Hold, Override, Percent, Terms
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms() -> Terms:
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        hold=Hold(days=14),
        overrides=(
            Override(level=1, rate_ppm=100_000, months_max=13),
            Override(level=2, rate_ppm=20_000),
        ),
    )


@pytest.fixture
def dans(program: Program, ada: Member) -> Partnership:
    return join(program, ada, "Dan's Deals", "dan", "DAN5")


@pytest.fixture
def brought(bens: Partnership, cleos: Partnership, dans: Partnership, ada: Member) -> None:
    """Ben brought Cleo, and Cleo brought Dan."""
    for other, bringer in ((cleos, bens), (dans, cleos)):
        set_brought_by(other, bringer, reason="They say so.", actor=ada, since=LONG_AGO)


def test_both_levels_are_paid_for_an_order(
    brought: None, sell: Sell, bens: Partnership, cleos: Partnership, dans: Partnership
) -> None:
    sell("L-1", 100_000, code="DAN5")

    assert (owed(bens), owed(cleos), owed(dans)) == (200, 1_000, 10_000)


def test_both_levels_name_only_whom_one_brought_oneself(
    brought: None, sell: Sell, bens: Partnership, cleos: Partnership
) -> None:
    sell("L-1", 100_000, code="DAN5")

    shares = Commission.objects.filter(kind="override", conversion=None)
    assert dict(shares.values_list("partnership_id", "about__partner")) == {
        cleos.pk: "Dan's Deals",
        bens.pk: cleos.partner.name,
    }


def test_a_share_follows_what_comes_back(
    brought: None, sell: Sell, shop: Shop, bens: Partnership, cleos: Partnership
) -> None:
    sell("L-1", 100_000, code="DAN5")
    shop.refund("L-1", 50_000)
    settled()
    assert (owed(bens), owed(cleos)) == (100, 500)

    shop.cancel("L-1")
    settled()
    assert (owed(bens), owed(cleos)) == (0, 0)
    shares = Commission.objects.filter(kind="override")
    assert set(shares.values_list("status", "reversed_because")) == {("reversed", "not_earned")}


def test_a_share_waits_for_what_it_is_a_share_of(
    brought: None, sell: Sell, cleos: Partnership, ada: Member
) -> None:
    sell("L-1", 100_000, code="DAN5")
    own = Commission.objects.get(kind="order")
    Commission.objects.filter(pk=own.pk).update(withheld_at=own.recorded_at)

    assert approve_held() == 0
    Commission.objects.filter(pk=own.pk).update(withheld_at=None)
    approve_commission(own.pk, actor=ada)
    assert approve_held() == 2


def test_a_declined_commission_brings_nothing(
    brought: None, sell: Sell, cleos: Partnership, ada: Member
) -> None:
    sell("L-1", 100_000, code="DAN5")
    decline_commission(Commission.objects.get(kind="order").pk, reason="No.", actor=ada)
    settled()

    assert set(amounts(cleos).values()) == {0}
    assert owed(cleos) == 0


def test_a_share_ends_after_its_months(
    sell: Sell, shop: Shop, bens: Partnership, cleos: Partnership, ada: Member
) -> None:
    before = LONG_AGO - timedelta(days=60)
    set_brought_by(cleos, bens, reason="Long ago.", actor=ada, since=before)
    sell("L-1", 100_000, code="CLEO5")

    assert amounts(bens) == {}


def test_what_was_earned_before_is_shared_once_it_is_said_since_when(
    sell: Sell, bens: Partnership, cleos: Partnership, ada: Member
) -> None:
    sell("L-1", 100_000, code="CLEO5")
    assert amounts(bens) == {}

    set_brought_by(cleos, bens, reason="Forgotten.", actor=ada, since=LONG_AGO)
    settled()
    assert list(amounts(bens).values()) == [1_000]


def test_another_bringer_is_paid_from_then_on(
    bens: Partnership, cleos: Partnership, dans: Partnership, ada: Member
) -> None:
    set_brought_by(cleos, bens, reason="A mistake.", actor=ada)
    set_brought_by(cleos, dans, reason="It was Dan.", actor=ada)

    found = brought_by(cleos)
    assert found
    assert found.partnership == dans
    assert Brought.objects.filter(other=cleos, ended_at=None).count() == 1


def test_nobody_brings_those_above(
    brought: None, bens: Partnership, cleos: Partnership, dans: Partnership, ada: Member
) -> None:
    for other, bringer in ((bens, bens), (bens, dans), (cleos, dans)):
        with pytest.raises(NotABringer):
            set_brought_by(other, bringer, reason="A ring.", actor=ada)
    with pytest.raises(ReasonMissing):
        set_brought_by(dans, bens, reason="", actor=ada)


def test_who_was_said_by_mistake_gives_its_share_back(
    sell: Sell, bens: Partnership, cleos: Partnership, dans: Partnership, ada: Member
) -> None:
    """Dan did, from the very same day on: the share is not paid twice."""
    set_brought_by(cleos, bens, reason="A mistake.", actor=ada, since=LONG_AGO)
    sell("L-1", 100_000, code="CLEO5")
    assert (owed(bens), owed(dans)) == (1_000, 0)

    set_brought_by(cleos, dans, reason="It was Dan.", actor=ada, since=LONG_AGO)
    settled()

    assert (owed(bens), owed(dans)) == (0, 1_000)
    assert Commission.objects.get(partnership=bens).status == "reversed"
