import pytest

from handsel.errors import InvalidInput
from handsel.relations.services import (
    NotYoursToAnswer,
    NotYoursToClose,
    PromiseNotUsable,
    QuestionClosed,
    TextMissing,
    answer,
    say,
    settle,
    withdraw,
)
from handsel.relations.tests.conftest import due_in
from handsel.relations.thread import thread_of


def explain(question, ada, **said):
    return answer(question.pk, **{"outcome": "explained", "text": "See §2.", "actor": ada, **said})


def test_an_answer_waits_for_who_asked(question, ada):
    answered = explain(question, ada)

    assert answered.state == "answered"
    message = question.messages.latest("said_at")
    assert (message.outcome, message.late_days) == ("explained", 0)


def test_an_answer_after_the_promised_day_is_a_late_one_for_both(question, ada, ben, passes):
    passes(5)
    question.refresh_from_db()
    assert question.is_overdue
    explain(question, ada)

    for member in (ada, ben):
        assert [entry.late_days for entry in thread_of(question, member).entries] == [0, 2]


def test_on_the_promised_day_it_is_in_time(question, ada, passes):
    passes(3)
    assert not question.is_overdue
    explain(question, ada)

    assert question.messages.latest("said_at").late_days == 0


def test_looking_is_a_new_promise_and_the_old_one_stays_on_record(question, ada):
    first = question.answer_due_on
    looking = explain(question, ada, outcome="looking", due_on=due_in(10))

    assert (looking.state, looking.answer_due_on) == ("open", due_in(10))
    assert [m.promised_on for m in question.messages.order_by("said_at")] == [first, due_in(10)]


@pytest.mark.parametrize("days", [None, -1, 0, 61])
def test_a_promise_needs_a_day_that_can_be_waited_for(question, ada, days):
    due_on = None if days is None else due_in(days)
    with pytest.raises(PromiseNotUsable) as refusal:
        explain(question, ada, outcome="looking", due_on=due_on)

    assert refusal.value.field == "due_on"
    assert question.messages.count() == 1


def test_a_late_promise_does_not_wash_the_lateness_away(question, ada, passes):
    passes(4)
    explain(question, ada, outcome="looking", due_on=due_in(1))

    assert question.messages.latest("said_at").late_days == 1


def test_nobody_answers_their_own_question(question, ben):
    with pytest.raises(NotYoursToAnswer):
        explain(question, ben)


def test_what_is_closed_is_not_answered(question, ada, ben):
    withdraw(question.pk, actor=ben)

    with pytest.raises(QuestionClosed):
        explain(question, ada)


def test_an_answer_has_words_and_a_known_outcome(question, ada):
    with pytest.raises(TextMissing):
        explain(question, ada, text=" ")
    with pytest.raises(InvalidInput, match="shrug"):
        explain(question, ada, outcome="shrug")


def test_answering_twice_is_said_once(question, ada):
    explain(question, ada)
    explain(question, ada)

    assert question.messages.count() == 2


def test_asking_on_after_an_answer_opens_it_again(question, ada, ben, passes):
    explain(question, ada)
    passes(1)
    again = say(question.pk, text="But §3 says 12 %.", actor=ben)

    assert (again.state, again.answered_at) == ("open", None)
    assert again.answer_due_on == due_in(5)  # Wednesday, over a weekend


def test_a_message_of_who_is_to_answer_changes_no_promise(question, ada):
    say(question.pk, text="Which order?", actor=ada)
    question.refresh_from_db()

    assert (question.state, question.answer_due_on) == ("open", due_in(3))


def test_only_who_asked_is_content(question, ada, ben):
    with pytest.raises(NotYoursToClose):
        settle(question.pk, actor=ada)
    with pytest.raises(NotYoursToClose):
        withdraw(question.pk, actor=ada)

    assert settle(question.pk, actor=ben).state == "settled"
    assert settle(question.pk, actor=ben).messages.filter(kind="settled").count() == 1


def test_what_waits_for_the_reader_is_said_to_each(question, ada, ben):
    assert thread_of(question, ada).waits_for_reader
    assert not thread_of(question, ben).waits_for_reader

    answered = explain(question, ada)
    assert thread_of(answered, ben).waits_for_reader
    assert not thread_of(answered, ada).waits_for_reader


def test_the_other_side_is_shown_by_role(question, fia, ben):
    explain(question, fia)

    entry = thread_of(question, ben).entries[-1]
    assert (entry.name, entry.role) == ("Acme", "Finance")
    own = thread_of(question, ben).entries[0]
    assert (own.name, own.role) == ("Ben", "")
    assert thread_of(question, fia).entries[0].name == "Ben's Blog"
