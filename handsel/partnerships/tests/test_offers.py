from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.engine.terms import Percent, Terms, TimeBox, digest
from handsel.errors import InvalidInput
from handsel.ids import new_id
from handsel.partnerships.models import Offer
from handsel.partnerships.moving import move_on
from handsel.partnerships.offering import (
    OfferClosed,
    OfferOpen,
    accept_offer,
    decline_offer,
    withdraw_offer,
)
from handsel.partnerships.queries import agreement_in_force, ending_of
from handsel.partnerships.renewing import AgreementUnchanged, Signature, renew_agreement
from handsel.partnerships.services import AgreementChanged, accept_agreement, end_partnership
from handsel.programs.nonsense import TermsMakeNoSense
from handsel.rows.scope import seen_by


def rate_at(partnership, moment):
    version = agreement_in_force(partnership, at=moment)
    return version.terms["pay"][0]["rate_ppm"] if version else None


def test_what_is_better_holds_at_once_and_is_signed_when_the_partner_comes(
    bens, ben, offered, better
):
    offer = offered(better)
    assert (offer.effect, offer.status, offer.expires_at) == ("better", "offered", None)
    assert rate_at(bens, now()) == 120_000
    assert [a.side for a in offer.agreement.acceptances.all()] == ["brand"]

    accept_agreement(
        offer.agreement_id, member=ben, terms_digest=digest(better), text="x", language="en"
    )
    offer.refresh_from_db()
    assert (offer.status, offer.closed_by) == ("accepted", ben)


def test_what_is_worse_changes_nothing_until_it_is_accepted(
    bens, offered, worse, accepted, days_later
):
    offer = offered(worse)
    assert offer.valid_from - offer.made_at == pytest.approx(
        timedelta(days=30), abs=timedelta(seconds=5)
    )
    assert bens.agreements.count() == 1

    days_later(5)
    version = accepted(offer)

    assert version.valid_from == offer.valid_from
    assert rate_at(bens, offer.valid_from - timedelta(seconds=1)) == 100_000
    assert rate_at(bens, offer.valid_from) == 80_000


def test_both_signatures_keep_their_text_role_language_and_moment(
    ada, ben, offered, worse, accepted
):
    offer = offered(worse)
    brand, partner = accepted(offer).acceptances.order_by("side")

    assert (brand.member, brand.role, brand.text, brand.language) == (
        ada,
        "owner",
        "The text",
        "en",
    )
    assert brand.accepted_at == offer.made_at
    assert (partner.member, partner.text, partner.language) == (ben, "Texten", "sv")
    assert partner.terms_digest == digest(worse)


@pytest.mark.parametrize(("if_unanswered", "ends"), [("keep", False), ("end", True)])
def test_silence_is_no_acceptance(bens, offered, worse, days_later, if_unanswered, ends):
    offer = offered(worse, if_unanswered=if_unanswered)
    days_later(31)
    move_on()
    at = days_later(1)

    offer.refresh_from_db()
    bens.refresh_from_db()
    assert offer.status == "lapsed"
    assert bens.agreements.count() == 1
    assert (bens.ended_at is not None and bens.ended_at <= at) is ends
    assert rate_at(bens, at) == (None if ends else 100_000)


def test_declining_an_offer_that_said_so_ends_on_the_old_terms_after_the_notice(
    bens, ben, offered, worse
):
    offer = offered(worse, if_unanswered="end")
    decline_offer(offer.pk, actor=ben, reason="Too little.")

    bens.refresh_from_db()
    assert bens.status == "active"
    assert bens.endings.get().ends_at == offer.valid_from
    assert rate_at(bens, now()) == 100_000


def test_declining_keeps_the_terms_where_the_offer_threatened_nothing(bens, ben, offered, worse):
    offer = decline_offer(offered(worse).pk, actor=ben, reason="Too little.")

    assert (offer.status, offer.reason) == ("declined", "Too little.")
    assert ending_of(bens) is None
    assert Activity.objects.get(verb="offer.declined").actor == ben


def test_an_offer_withdrawn_or_run_out_is_not_accepted(ada, offered, worse, accepted, days_later):
    withdrawn = withdraw_offer(offered(worse).pk, actor=ada)
    with pytest.raises(OfferClosed):
        accepted(withdrawn)

    late = offered(worse)
    days_later(31)
    with pytest.raises(OfferClosed):
        accepted(late)


def test_one_offer_is_open_at_a_time(offered, worse, better, bens):
    offered(worse)

    with pytest.raises(OfferOpen):
        offered(better)
    twin = Offer.objects.get()
    twin.pk = new_id("off")
    with pytest.raises(IntegrityError, match="offer_open_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_an_offer_holds_only_against_the_version_it_was_compared_with(
    bens, ada, ben, offered, worse, better, accepted
):
    offer = offered(worse)
    renew_agreement(bens.pk, better, brand=Signature(ada, "x"), partner=Signature(ben, "x"))

    with pytest.raises(AgreementChanged):
        accepted(offer)


def test_the_text_that_is_accepted_is_the_one_that_was_offered(ben, offered, worse):
    with pytest.raises(AgreementChanged):
        accept_offer(offered(worse).pk, member=ben, terms_digest="0" * 64, text="", language="en")


def test_nothing_is_offered_that_says_the_same(offered, terms):
    with pytest.raises(AgreementUnchanged):
        offered(terms)


def test_a_worse_version_waits_for_the_notice_that_was_promised(offered, worse, bens):
    with pytest.raises(InvalidInput) as refused:
        offered(worse, valid_from=now() + timedelta(days=29))

    assert refused.value.field == "valid_from"
    assert not bens.offers.exists()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"expires_at": -1}, "expires_at"),
        ({"valid_from": 40, "expires_at": 41}, "expires_at"),
        ({"valid_until": 10}, "valid_until"),
    ],
)
def test_days_that_do_not_fit_are_named(offered, worse, bens, options, field):
    moments = {name: now() + timedelta(days=days) for name, days in options.items()}
    with pytest.raises(InvalidInput) as refused:
        offered(worse, **moments)

    assert refused.value.field == field
    assert not bens.offers.exists()


def test_terms_in_another_currency_are_refused(offered):
    dollars = Terms(currency="USD", pay=(Percent(rate_ppm=100_000),))
    with pytest.raises(InvalidInput) as refused:
        offered(dollars)

    assert refused.value.field == "currency"


def test_the_end_of_a_partnership_closes_its_offer(bens, ada, offered, worse):
    offer = offered(worse)
    end_partnership(bens.pk, actor=ada, reason="Moved on.")

    offer.refresh_from_db()
    assert offer.status == "lapsed"


def test_the_partner_accepts_with_only_its_own_rows_in_sight(ben, offered, worse, accepted):
    offer = offered(worse, if_unanswered="end")
    with seen_by([ben.organization_id]):
        version = accepted(Offer.objects.visible_to(ben).get())

    assert {a.side for a in version.acceptances.all()} == {"brand", "partner"}
    offer.refresh_from_db()
    assert offer.agreement_id == version.pk


def test_strangers_see_no_offer(ada, ben, mallory, offered, worse):
    offered(worse)

    assert Offer.objects.visible_to(ada).count() == Offer.objects.visible_to(ben).count() == 1
    assert not Offer.objects.visible_to(mallory)
    with seen_by([mallory.organization_id]):
        assert not Offer.objects.exists()


def test_terms_that_make_no_sense_are_not_offered(bens, offered, terms):
    late = Percent(rate_ppm=1, valid=TimeBox(until=datetime(2020, 1, 1, tzinfo=UTC)))
    nonsense = terms.model_copy(update={"pay": (*terms.pay, late)})

    with pytest.raises(TermsMakeNoSense) as refused:
        offered(nonsense)

    assert refused.value.field.endswith("valid")
    assert not bens.offers.exists()
