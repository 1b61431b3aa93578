from datetime import date, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.relations.models import Question, QuestionMessage
from handsel.relations.services.writing import (
    given_text,
    locked_open,
    side_of,
    was_said,
    write,
)

State = Question.State
Kind = QuestionMessage.Kind
LOOKING = "looking"
OUTCOMES = (*QuestionMessage.Outcome.values, LOOKING)
# Longer than this is no promise that anybody can wait for.
PROMISE_MAX = timedelta(days=60)


class NotYoursToAnswer(DomainError):
    """A question is answered by the other side than asked it."""


class PromiseNotUsable(InvalidInput):
    """“Will look until” needs a day that is yet to come, and not too far away."""


@transaction.atomic
def answer(
    pk: str, *, outcome: str, text: str, actor: Member, due_on: date | None = None
) -> Question:
    """Answer: `explained`, `corrected`, or `looking`, which promises an answer by `due_on`.

    The correction itself is done where the amount comes from; the answer says that it was. An
    answer after the promised day is kept as a late one. Raises TextMissing, PromiseNotUsable,
    NotYoursToAnswer, QuestionClosed, and InvalidInput for an unknown outcome.
    """
    text = given_text(text)
    if outcome not in OUTCOMES:
        raise InvalidInput(
            _("“%(outcome)s” is not a kind of answer.") % {"outcome": outcome},
            field="outcome",
            remedy=_("Choose one of the list."),
        )
    question = locked_open(pk)
    if side_of(actor, question) == question.side:
        raise NotYoursToAnswer(
            _("Your side asked this question; the other side answers it."),
            remedy=_("Write a message instead."),
        )
    if outcome == LOOKING:
        return _promise(question, text, actor, _usable(due_on))
    return _answer(question, outcome, text, actor)


def _answer(question: Question, outcome: str, text: str, actor: Member) -> Question:
    if was_said(question, actor, text, Kind.ANSWERED):
        return question
    due_on = question.answer_due_on if question.is_open else None
    question.state, question.answered_at = State.ANSWERED, now()
    question.save(update_fields=["state", "answered_at"])
    message = write(question, actor, Kind.ANSWERED, text, outcome=outcome, due_on=due_on)
    data: dict[str, object] = {"outcome": outcome, "late_days": message.late_days}
    record("question.answered", question, actor=actor, data=data)
    return question


def _promise(question: Question, text: str, actor: Member, promise: date) -> Question:
    if was_said(question, actor, text, Kind.PROMISED) and question.answer_due_on == promise:
        return question
    due_on = question.answer_due_on if question.is_open else None
    question.state, question.answer_due_on = State.OPEN, promise
    question.answered_at = None
    question.save(update_fields=["state", "answer_due_on", "answered_at"])
    write(question, actor, Kind.PROMISED, text, due_on=due_on, promise=promise)
    record("question.promised", question, actor=actor, data={"due_on": promise.isoformat()})
    return question


def _usable(due_on: date | None) -> date:
    today = localdate(now())
    if due_on is None or not today < due_on <= today + PROMISE_MAX:
        raise PromiseNotUsable(
            _("A promise needs a day that can be waited for."),
            field="due_on",
            remedy=_("Choose a day after today, within %(days)d days.")
            % {"days": PROMISE_MAX.days},
        )
    return due_on
