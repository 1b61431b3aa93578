from django.db import transaction

from handsel.activity.services import record
from handsel.organizations.models import Member
from handsel.relations.models import Question, QuestionMessage
from handsel.relations.services.writing import (
    given_text,
    locked,
    promised_on,
    side_of,
    was_said,
    write,
)

State = Question.State
Kind = QuestionMessage.Kind


@transaction.atomic
def say(pk: str, *, text: str, actor: Member) -> Question:
    """Add words to the thread. From the side that asked they open it again, with a new promise.

    Raises TextMissing.
    """
    text = given_text(text)
    question = locked(pk)
    if was_said(question, actor, text, Kind.ASKED, Kind.SAID):
        return question
    promise = None
    if side_of(actor, question) == question.side and not question.is_open:
        promise = promised_on(question.program)
        question.state, question.answer_due_on = State.OPEN, promise
        question.answered_at = question.closed_at = None
        question.save(update_fields=["state", "answer_due_on", "answered_at", "closed_at"])
    write(question, actor, Kind.SAID, text, promise=promise)
    if promise:
        record("question.reopened", question, actor=actor, data={"due_on": promise.isoformat()})
    else:
        record("question.said", question, actor=actor)
    return question
