from datetime import timedelta

import pytest
from django.urls import reverse

from handsel.cast import member_of
from handsel.commissions.services import evaluate_due, withhold_commission
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Touch
from handsel.relations.models import Question
from handsel.relations.services import answer, ask, withhold


@pytest.fixture
def question(waiting, ben):
    return ask(waiting, subject="wrong_rate", text="We agreed on 12 %.", actor=ben)


@pytest.fixture
def missed(shop, bens_link, cleos, month):
    """Ben's touch of an order that Cleo's code is credited for."""
    clicked = click_on(bens_link, month - timedelta(days=1))
    shop.order("L-9", click_ids=[clicked], codes=["CLEO5"], at=month)
    evaluate_due()
    return Touch.objects.get(conversion__order_reference="L-9", kind="click")


def page(client, name, *args):
    return client.get(reverse(f"portal:{name}", args=args)).content.decode()


def post(client, name, pk, **said):
    return client.post(reverse(f"portal:{name}", args=[pk]), said)


def test_the_receipt_has_a_form_that_asks(as_ben, waiting):
    html = page(as_ben, "earning", waiting.pk)
    assert "Acme answers a question within 3 working days." in html
    assert f'action="{reverse("portal:question-new", args=[waiting.pk])}"' in html

    said = {"ask-subject": "wrong_rate", "ask-text": "We agreed on 12 %."}
    response = post(as_ben, "question-new", waiting.pk, **said)

    assert response["Location"] == f"{reverse('portal:earning', args=[waiting.pk])}#question"
    html = page(as_ben, "earning", waiting.pk)
    assert "We agreed on 12 %." in html
    assert "Acme promised an answer by" in html


def test_a_question_without_words_comes_back_with_its_form(as_ben, waiting):
    response = post(as_ben, "question-new", waiting.pk, **{"ask-subject": "other"})

    assert response.status_code == 422
    assert not Question.objects.exists()


def test_an_order_that_was_not_credited_is_asked_about(as_ben, missed, ben):
    assert "Why should it be credited to you?" in page(as_ben, "not-credited-receipt", missed.pk)

    post(as_ben, "question-missed-new", missed.pk, **{"ask-text": "They read my post first."})
    question = Question.objects.get()

    assert question.subject == "not_credited"
    html = page(as_ben, "question", question.pk)
    assert "They read my post first." in html
    assert "L-9" not in html
    assert "They read my post first." in page(as_ben, "not-credited-receipt", missed.pk)
    assert "L-9" not in page(as_ben, "questions")


def test_the_brands_answer_is_by_role_and_can_be_settled(as_ben, question, acme):
    fia = member_of(acme, "Fia", "finance")
    answer(question.pk, outcome="explained", text="See §2.", actor=fia)

    html = page(as_ben, "question", question.pk)
    assert "See §2." in html
    assert "Fia" not in html
    assert "Finance" in html

    post(as_ben, "question-settlement", question.pk)
    assert Question.objects.get().state == "settled"


def test_asking_again_opens_it(as_ben, question, ada):
    answer(question.pk, outcome="explained", text="See §2.", actor=ada)
    post(as_ben, "question-message", question.pk, **{"say-text": "But §3?"})

    assert Question.objects.get().state == "open"


def test_the_partner_answers_the_brands_question(as_ben, waiting, ada):
    question = ask(waiting, text="Whose newsletter was this?", actor=ada)
    said = {"answer-outcome": "explained", "answer-text": "Mine, of Monday."}
    post(as_ben, "question-answer", question.pk, **said)

    assert Question.objects.get().state == "answered"


def test_withheld_because_of_the_question_is_said_with_the_amount(as_ben, question, ada):
    withhold(question.pk, actor=ada)

    html = page(as_ben, "question", question.pk)
    assert "€12.50 is withheld until this question is closed" in html
    assert "Withhold it meanwhile" not in html
    assert "Release it" not in html


def test_what_is_withheld_for_a_suspicion_is_not_put_down_to_the_question(as_ben, question, ada):
    withhold_commission(question.commission_id, reason="Odd.", actor=ada)

    assert "is withheld until this question" not in page(as_ben, "question", question.pk)


def test_the_list_shows_the_partners_turn_first(as_ben, question, sells, month, ben, ada):
    later = ask(sells("L-3", 4_000, at=month), text="And this?", actor=ben)
    answer(question.pk, outcome="explained", text="See §2.", actor=ada)

    rows = as_ben.get(reverse("portal:questions")).context["page"].object_list
    assert [row.pk for row in rows] == [question.pk, later.pk]


def test_without_questions_the_list_says_where_to_ask(as_ben, bens):
    assert "No questions" in page(as_ben, "questions")


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_nobody_else_finds_it_in_the_portal(client, who, question, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    assert client.get(reverse("portal:question", args=[question.pk])).status_code == 404
    answered = client.post(
        reverse("portal:question-message", args=[question.pk]), {"say-text": "Hello"}
    )
    assert answered.status_code == 404
