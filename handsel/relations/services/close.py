from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.relations.models import Question, QuestionMessage
from handsel.relations.services.withhold import let_go
from handsel.relations.services.writing import locked, side_of, write

State = Question.State
Kind = QuestionMessage.Kind


class NotYoursToClose(DomainError):
    """Only the side that asked can say that it is content, or take its question back."""


@transaction.atomic
def settle(pk: str, *, actor: Member) -> Question:
    """The side that asked is content. What was withheld for the question is released.

    Raises NotYoursToClose.
    """
    question = _asked_by_side_of(actor, pk)
    if question.is_closed:
        return question
    _close(question, State.SETTLED, Kind.SETTLED, actor)
    record("question.settled", question, actor=actor)
    return question


@transaction.atomic
def withdraw(pk: str, *, actor: Member) -> Question:
    """The side that asked takes it back. What was withheld for the question is released.

    Raises NotYoursToClose.
    """
    question = _asked_by_side_of(actor, pk)
    if question.is_closed:
        return question
    _close(question, State.WITHDRAWN, Kind.WITHDRAWN, actor)
    record("question.withdrawn", question, actor=actor)
    return question


def _asked_by_side_of(actor: Member, pk: str) -> Question:
    question = locked(pk)
    if side_of(actor, question) != question.side:
        raise NotYoursToClose(
            _("Only the side that asked can close a question."),
            remedy=_("Answer it; they say when they are content."),
        )
    return question


def _close(question: Question, state: State, kind: Kind, actor: Member) -> None:
    question.state, question.closed_at = state, now()
    question.save(update_fields=["state", "closed_at"])
    write(question, actor, kind)
    let_go(question, actor=actor)
