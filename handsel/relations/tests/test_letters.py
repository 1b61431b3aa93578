import pytest

from handsel.cast import member_of
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.relations.services import answer, ask, settle
from handsel.relations.tests.conftest import due_in
from handsel.rows.scope import seen_by

pytestmark = pytest.mark.usefixtures("outbox")


def letters():
    return [(letter.to, letter.subject) for letter in Letter.objects.order_by("created_at", "to")]


def test_a_question_is_written_to_those_who_may_answer(commission, ada, fia, ben):
    member_of(ada.organization, "Vera", Member.Role.VIEWER)
    Letter.objects.all().delete()
    with seen_by([ben.organization_id]):
        question = ask(commission, text="We agreed on 12 %.", actor=ben)

    said = "Ben's Blog has a question about an amount"
    assert letters() == [("ada@owner.example", said), ("fia@finance.example", said)]
    text = Letter.objects.latest("created_at").text
    assert "We agreed on 12 %." in text
    assert "An answer is promised by 18 Oct 2030." in text
    assert f"/console/questions/{question.pk}/" in text


def test_an_answer_goes_to_the_partner_in_their_language(question, ada, ben):
    Letter.objects.all().delete()
    ben.user.language = "sv"
    ben.user.save()
    with seen_by([ada.organization_id]):
        answer(question.pk, outcome="looking", text="We ask.", actor=ada, due_on=due_in(5))

    letter = Letter.objects.get()
    assert letter.to == ben.user.email
    assert f"/portal/earnings/questions/{question.pk}/" in letter.text
    assert "We ask." in letter.text
    assert "20 okt. 2030" in letter.subject


def test_a_partner_without_people_is_written_to_at_its_address(commission, ada, bens):
    Letter.objects.all().delete()
    ask(commission, text="Whose newsletter was this?", actor=ada)

    assert [letter.to for letter in Letter.objects.all()] == ["ben@blog.example"]


def test_no_amount_stands_in_a_subject(question, ada, ben):
    answer(question.pk, outcome="explained", text="€12.50 is right.", actor=ada)
    settle(question.pk, actor=ben)

    assert Letter.objects.count() >= 3
    assert not [
        letter.subject
        for letter in Letter.objects.all()
        if any(sign in letter.subject for sign in ("12.50", "1250", "€", "EUR"))
    ]
