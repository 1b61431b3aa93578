"""What every verb of a question does: lock it, know the side, write the message, tell the other."""

from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.engine.working_days import working_days_after
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.relations.letters import write_letters
from handsel.relations.models import Question, QuestionMessage, Side

TEXT_MAX = 4000
Kind = QuestionMessage.Kind


class TextMissing(InvalidInput):
    """A question or an answer without words, or with too many."""


class QuestionClosed(DomainError):
    """Settled or taken back: there is nothing to answer or to keep back."""


def given_text(text: str) -> str:
    """The words without spaces around them. Raises TextMissing."""
    text = text.strip()
    if not text:
        raise TextMissing(
            _("There are no words in it."), field="text", remedy=_("Write a sentence or two.")
        )
    if len(text) > TEXT_MAX:
        raise TextMissing(
            _("It is longer than %(limit)d characters.") % {"limit": TEXT_MAX},
            field="text",
            remedy=_("Say it shorter, or in two messages."),
        )
    return text


def side_of(member: Member, question: Question) -> Side:
    return Side.BRAND if member.organization_id == question.brand_id else Side.PARTNER


def locked(pk: str) -> Question:
    """With its commission, also one that came after the question why there was none."""
    rows = Question.objects.select_for_update(of=("self",))
    question = rows.select_related("program", "commission", "brand", "partner").get(pk=pk)
    if question.commission is None:
        credited = Commission.objects.filter(
            partnership=question.partnership_id, conversion=question.conversion_id
        )
        question.commission = credited.first()
        if question.commission is not None:
            question.save(update_fields=["commission"])
    return question


def locked_open(pk: str) -> Question:
    """Raises QuestionClosed for one that is settled or taken back."""
    question = locked(pk)
    if question.is_closed:
        raise QuestionClosed(
            _("This question is closed."),
            remedy=_("A further message from who asked opens it again."),
            params={"state": question.state},
        )
    return question


def promised_on(program: Program) -> date:
    """The day by which an answer to something said now is promised."""
    return working_days_after(localdate(now()), program.answer_days)


def write(
    question: Question,
    actor: Member,
    kind: Kind,
    text: str = "",
    *,
    outcome: str = "",
    due_on: date | None = None,
    promise: date | None = None,
) -> QuestionMessage:
    """Add to the thread, and let the other side know by letter."""
    message = QuestionMessage.objects.create(
        brand_id=question.brand_id,
        partner_id=question.partner_id,
        question=question,
        side=side_of(actor, question),
        author=actor,
        role=actor.role,
        kind=kind,
        outcome=outcome,
        text=text,
        due_on=due_on,
        promised_on=promise,
    )
    write_letters(question, message)
    return message


def was_said(question: Question, actor: Member, text: str, *kinds: Kind) -> bool:
    """Whether these words are the last in the thread already: a form that was sent twice."""
    last = question.messages.order_by("-said_at", "-pk").first()
    if last is None or last.kind not in kinds:
        return False
    return (last.author_id, last.text) == (actor.pk, text)
