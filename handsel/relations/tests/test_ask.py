import pytest

from handsel.activity.queries import history
from handsel.errors import InvalidInput
from handsel.relations.models import Question
from handsel.relations.services import TextMissing, ask, say, settle
from handsel.relations.tests.conftest import due_in


def thread(question):
    rows = question.messages.order_by("said_at", "pk")
    return [(message.side, message.kind, message.text) for message in rows]


def test_a_partner_asks_and_is_promised_an_answer(question, commission, bens):
    assert (question.state, question.side) == ("open", "partner")
    assert question.answer_due_on == due_in(3)
    assert (question.asked_minor, question.currency) == (1_250, "EUR")
    assert thread(question) == [("partner", "asked", "We agreed on 12 %.")]
    assert question.messages.get().promised_on == question.answer_due_on


def test_a_weekend_is_no_working_day(commission, ben, passes):
    passes(2)  # Thursday

    assert ask(commission, text="Why?", actor=ben).answer_due_on == due_in(5)


def test_the_program_says_how_many_days_it_takes(commission, ben, program):
    program.answer_days = 1
    program.save()

    assert ask(commission, text="Why?", actor=ben).answer_due_on == due_in(1)


def test_a_brand_asks_too(commission, ada, bens):
    question = ask(commission, text="Whose newsletter was this?", actor=ada)

    assert (question.side, question.partner) == ("brand", bens.partner)


def test_a_partner_asks_why_it_was_not_credited(missed, ben):
    question = ask(missed, text="They read my post first.", actor=ben)

    assert (question.subject, question.commission) == ("not_credited", None)
    assert question.conversion_id == missed.conversion_id


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001])
def test_a_question_has_words_and_not_too_many(commission, ben, text):
    with pytest.raises(TextMissing):
        ask(commission, text=text, actor=ben)

    assert not Question.objects.exists()


def test_an_unknown_reason_is_refused_by_name(commission, ben):
    with pytest.raises(InvalidInput, match="greed") as refusal:
        ask(commission, subject="greed", text="More.", actor=ben)

    assert refusal.value.field == "subject"


def test_there_is_one_thread_about_an_amount(question, commission, ben, ada):
    ask(commission, text="Did you see this?", actor=ben)
    ask(commission, text="We did.", actor=ada)

    assert Question.objects.get() == question
    assert [side for side, _kind, _text in thread(question)] == ["partner", "partner", "brand"]


def test_the_same_words_twice_are_said_once(question, commission, ben):
    ask(commission, subject="wrong_rate", text="We agreed on 12 %.", actor=ben)
    say(question.pk, text="Look at the agreement.", actor=ben)
    say(question.pk, text="Look at the agreement. ", actor=ben)

    assert len(thread(question)) == 2


def test_asking_again_opens_it_again_with_a_new_promise(question, commission, ben, passes):
    settle(question.pk, actor=ben)
    passes(7)

    reopened = ask(commission, text="It is back at 10 %.", actor=ben)

    assert (reopened.state, reopened.closed_at) == ("open", None)
    assert reopened.answer_due_on == due_in(3)


def test_everything_said_is_in_the_history_of_both(question, ada, ben, mallory):
    say(question.pk, text="We look.", actor=ada)

    for member in (ada, ben):
        verbs = [activity.verb for activity in history(member, question.pk)]
        assert verbs == ["question.said", "question.asked"]
    assert not history(mallory, question.pk)
