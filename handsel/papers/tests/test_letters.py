import pytest

from handsel.cast import member_of
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.papers.models import Notice
from handsel.papers.services import change_payee, tell_due
from handsel.papers.tests.conftest import IBAN
from handsel.payouts.services import mark_failed, mark_paid

OTHER = "GB33BUKB20201555555555"


@pytest.fixture(autouse=True)
def _letters_are_kept(outbox):
    pass


def letters():
    return {letter.to: letter for letter in Letter.objects.all()}


def test_the_partners_people_hear_that_money_is_on_its_way(statement, payout, ben):
    member_of(ben.organization, "Vera", Member.Role.VIEWER)

    assert tell_due() == 1

    letter = letters()[ben.user.email]
    assert letter.subject == "Acme Friends pays you €20.50"
    assert payout.reference in letter.text
    assert f"/portal/earnings/payouts/{statement.pk}/" in letter.text
    assert len(letters()) == 1


def test_each_thing_is_told_once(statement, payout, ben):
    tell_due()
    mark_paid(payout.pk, actor=None)

    assert (tell_due(), tell_due()) == (1, 0)
    subjects = {letter.subject for letter in Letter.objects.all()}
    assert subjects == {"Acme Friends pays you €20.50", "Acme Friends has paid you €20.50"}


def test_what_was_overtaken_is_not_told_any_more(statement, payout, ben):
    mark_failed(payout.pk, reason="Account closed", actor=None)
    tell_due()

    assert [letter.subject for letter in Letter.objects.all()] == [
        "Acme Friends could not pay you €20.50"
    ]
    assert "Account closed" in Letter.objects.get().text
    assert Notice.objects.count() == 2


def test_each_reads_it_in_their_own_language(statement, ben):
    ben.user.language = "sv"
    ben.user.save()
    tell_due()

    assert "20,50" in Letter.objects.get().text


def test_everybody_hears_of_a_new_account(bens, ben):
    vera = member_of(ben.organization, "Vera", Member.Role.VIEWER)
    change_payee(bens.partner, holder_name="Ben", iban=IBAN, actor=ben)

    assert set(letters()) == {ben.user.email, vera.user.email}
    text = letters()[vera.user.email].text
    assert "NO93 •••• 7947" in text
    assert IBAN not in text
    assert "72 hours" in text


def test_the_same_account_again_is_no_news(bens, ben):
    for iban in (IBAN, "NO93 8601 1117 947", OTHER):
        change_payee(bens.partner, holder_name="Ben", iban=iban, actor=ben)

    assert Letter.objects.count() == 2
