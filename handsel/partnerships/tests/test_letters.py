from datetime import timedelta

import pytest
from django.core import mail

from handsel.cast import member_of
from handsel.clock import now
from handsel.partnerships.ending import give_notice, withdraw_notice
from handsel.partnerships.moving import move_on
from handsel.partnerships.offering import decline_offer, withdraw_offer


@pytest.fixture
def letters(settings):
    """What was written since, as (to, subject, text)."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []

    def read():
        found = [(one.to[0], one.subject, one.body) for one in mail.outbox]
        mail.outbox.clear()
        return found

    return read


def test_an_offer_is_told_to_those_who_may_sign_it_in_their_language(
    bens, ben, offered, worse, letters
):
    member_of(bens.partner, "Bo", "viewer")
    ben.user.language = "nb"
    ben.user.save()
    offer = offered(worse, message="Margins fell.", if_unanswered="end")

    ((to, subject, text),) = letters()
    assert to == ben.user.email
    assert bens.program.name in subject
    assert "Margins fell." in text
    assert f"/portal/agreements/offers/{offer.pk}/" in text


def test_each_answer_is_told_to_the_other_side(ada, ben, offered, worse, better, accepted, letters):
    decline_offer(offered(worse).pk, actor=ben, reason="Too little.")
    withdraw_offer(offered(worse).pk, actor=ada, reason="A mistake.")
    accepted(offered(worse))

    told = letters()
    assert [to for to, _subject, _text in told] == [
        ben.user.email,
        ada.user.email,
        ben.user.email,
        ben.user.email,
        ben.user.email,
        ada.user.email,
    ]
    assert "Too little." in told[1][2]
    assert "A mistake." in told[3][2]


def test_an_offer_without_answer_is_brought_to_mind_once(offered, worse, ben, days_later, letters):
    offered(worse)
    letters()
    days_later(28)
    move_on()
    move_on()

    ((to, subject, _text),) = letters()
    assert to == ben.user.email
    assert "runs out" in subject


def test_both_sides_hear_once_that_an_agreement_runs_out(
    ada, ben, bens, offered, better, days_later, letters
):
    offered(better, valid_until=now() + timedelta(days=60))
    letters()
    days_later(20)
    move_on()
    assert letters() == []

    days_later(15)
    move_on()
    move_on()
    assert {to for to, _subject, _text in letters()} == {ada.user.email, ben.user.email}


def test_nobody_is_told_where_the_next_version_is_agreed(
    ada, ben, bens, offered, better, terms, days_later, letters
):
    offered(better, valid_until=now() + timedelta(days=60))
    offered(
        better.model_copy(update={"hold": terms.hold.model_copy(update={"days": 1})}),
        valid_from=now() + timedelta(days=59),
    )
    letters()
    days_later(35)
    move_on()

    assert letters() == []


def test_a_notice_and_its_end_are_told(ada, ben, bens, letters):
    give_notice(bens.pk, reason="We close.", actor=ada)
    withdraw_notice(bens.pk, actor=ada)

    (_to, _subject, text), (_to2, goes_on, _text2) = letters()
    assert "We close." in text
    assert "goes on" in goes_on


def test_a_partners_notice_is_told_to_the_brand(ada, ben, bens, letters):
    give_notice(bens.pk, reason="I stop blogging.", actor=ben)

    ((to, subject, text),) = letters()
    assert to == ada.user.email
    assert "Ben's Blog ends your partnership" in subject
    assert "I stop blogging." in text
