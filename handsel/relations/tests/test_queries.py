import pytest
from django.db import DatabaseError, connection, transaction

from handsel.cast import member_of
from handsel.commissions.models import Commission
from handsel.relations.models import Question, QuestionMessage
from handsel.relations.queries import (
    answered_questions,
    open_questions,
    question_on,
    questions_of,
    with_open_questions,
)
from handsel.relations.services import answer, ask
from handsel.rows.scope import seen_by


def test_an_open_question_waits_for_the_other_side_only(question, program, ada, ben):
    assert [q.pk for q in open_questions(program, ada)] == [question.pk]
    assert not open_questions(program, ben)

    answer(question.pk, outcome="explained", text="See §2.", actor=ada)
    assert not open_questions(program, ada)
    assert [q.pk for q in answered_questions(ben)] == [question.pk]
    assert not answered_questions(ada)


def test_a_brands_question_waits_for_the_partner(commission, program, ada, ben):
    ask(commission, text="Whose newsletter was this?", actor=ada)

    assert open_questions(program, ben).count() == 1
    assert not open_questions(program, ada)


def test_what_is_due_first_comes_first(question, missed, program, ben, ada, passes):
    passes(1)
    later = ask(missed, text="And this one?", actor=ben)

    assert [q.pk for q in open_questions(program, ada)] == [question.pk, later.pk]


def test_receipts_and_lists_find_the_thread(question, commission, missed, ada, ben):
    rows = with_open_questions(Commission.objects.all())
    questioned = rows.filter(is_questioned=True)
    assert question_on(commission, ada) == question
    assert [row.pk for row in questioned.all()] == [commission.pk]

    answer(question.pk, outcome="explained", text="See §2.", actor=ada)
    assert not questioned.all()


def test_others_see_nothing_of_it(question, commission, mallory, cleo, program):
    for other in (mallory, cleo, None):
        assert not questions_of(other)
        if other:
            assert not open_questions(program, other)
            assert question_on(commission, other) is None
    with seen_by([mallory.organization_id]):
        assert not Question.objects.exists()
        assert not QuestionMessage.objects.exists()


def test_a_partner_reads_its_question_about_an_order_it_may_not_see(missed, ben):
    with seen_by([ben.organization_id]):
        asked = ask(missed, text="They read my post first.", actor=ben)
        assert [q.pk for q in questions_of(ben)] == [asked.pk]


def test_what_was_said_is_never_changed(question):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        QuestionMessage.objects.update(text="We never agreed.")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        QuestionMessage.objects.update(text="We never agreed.")


def test_a_colleague_of_another_brand_finds_none(question, mallory):
    stranger = member_of(mallory.organization, "Max")

    assert not questions_of(stranger)
