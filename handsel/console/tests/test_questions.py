from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from handsel.cast import member_of
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.console.tests.conftest import order
from handsel.relations.models import Question
from handsel.relations.services import ask


@pytest.fixture
def question(commission, ben):
    return ask(commission, subject="wrong_rate", text="We agreed on 12 %.", actor=ben)


def post(client, question, what, **said):
    return client.post(reverse(f"console:question-{what}", args=[question.pk]), said)


def answer(client, question, **said):
    fields = {"outcome": "explained", "text": "See §2.", **said}
    return post(client, question, "answer", **{f"answer-{k}": v for k, v in fields.items()})


def page(client, name, *args):
    return client.get(reverse(f"console:{name}", args=args)).content.decode()


def test_the_queue_counts_what_waits_and_marks_what_is_overdue(as_ada, question):
    html = page(as_ada, "questions")
    assert "Another rate was agreed" in html
    assert 'class="count" data-due>1<' in html
    assert "Overdue" not in html

    Question.objects.update(answer_due_on=localdate(now()) - timedelta(days=1))
    assert "Overdue" in page(as_ada, "questions")


def test_a_questioned_commission_is_marked_in_the_list(as_ada, commission, ben):
    assert "Question open" not in page(as_ada, "commissions")
    ask(commission, text="Why?", actor=ben)

    assert "Question open" in page(as_ada, "commissions")


def test_what_is_answered_is_with_the_partner_then(as_ada, question):
    response = answer(as_ada, question)

    assert response["Location"] == reverse("console:question", args=[question.pk])
    assert "Nobody is waiting for an answer" in page(as_ada, "questions")
    waiting = as_ada.get(reverse("console:questions"), {"state": "partner"}).content.decode()
    assert "Another rate was agreed" in waiting


def test_the_thread_stands_beside_the_sum(as_ada, question, commission):
    html = page(as_ada, "question", question.pk)

    assert "We agreed on 12 %." in html
    assert "10%" in html
    assert reverse("console:commission", args=[commission.pk]) in html


def test_the_receipt_has_the_thread_too_and_leads_back_to_itself(as_ada, question, commission):
    assert "We agreed on 12 %." in page(as_ada, "commission", commission.pk)

    response = as_ada.post(
        reverse("console:question-message", args=[question.pk]),
        {"say-text": "We look.", "from": "receipt"},
    )
    receipt = reverse("console:commission", args=[commission.pk])
    assert response["Location"] == f"{receipt}#question"


def test_an_answer_without_words_is_said_at_its_field_and_changes_nothing(as_ada, question):
    response = answer(as_ada, question, text=" ")

    assert response.status_code == 422
    assert "We agreed on 12 %." in response.content.decode()
    assert Question.objects.get().state == "open"


def test_a_promise_without_a_day_is_said_at_its_field(as_ada, question):
    response = answer(as_ada, question, outcome="looking")

    assert response.status_code == 422
    assert response.context["card"].forms["answer"].errors["due_on"]


def test_withholding_and_releasing(as_ada, question, commission):
    post(as_ada, question, "withholding")
    commission.refresh_from_db()
    assert commission.withheld_at
    assert "is withheld until this question is closed" in page(as_ada, "question", question.pk)

    post(as_ada, question, "release")
    commission.refresh_from_db()
    assert commission.withheld_at is None


def test_the_brand_asks_and_takes_it_back(as_ada, commission):
    url = reverse("console:question-new", args=[commission.pk])
    assert as_ada.get(url).status_code == 200
    assert as_ada.post(url, {"ask-text": ""}).status_code == 422

    as_ada.post(url, {"ask-text": "Whose newsletter was this?"})
    question = Question.objects.get()
    assert (question.side, question.subject) == ("brand", "unclear")
    post(as_ada, question, "withdrawal")
    assert Question.objects.get().state == "withdrawn"


def test_only_who_asked_is_content(as_ada, question):
    assert post(as_ada, question, "settlement").status_code == 409


def test_a_viewer_reads_and_says_nothing(client, signed_in, acme, question, commission):
    viewer = signed_in(client, member_of(acme, "Vera", role="viewer"))

    assert answer(viewer, question).status_code == 403
    for html in (
        page(viewer, "question", question.pk),
        page(viewer, "commission", commission.pk),
    ):
        assert "We agreed on 12 %." in html
        assert "Send the answer" not in html


def test_more_questions_ask_no_more_of_the_database(
    as_ada, shop, bens_click, question, ben, django_assert_max_num_queries
):
    for number in range(2, 6):
        order(shop, f"L-{number}", click_ids=[bens_click])
    for commission in Commission.objects.exclude(pk=question.commission_id):
        ask(commission, text="And this?", actor=ben)

    with django_assert_max_num_queries(22):
        assert len(as_ada.get(reverse("console:questions")).context["page"].object_list) == 5
