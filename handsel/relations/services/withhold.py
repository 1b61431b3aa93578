from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.commissions.services import release_commission, withhold_commission
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.relations.models import Question
from handsel.relations.services.writing import locked, locked_open
from handsel.ui.moments import day_text_full


class QuestionNotWithholdable(DomainError):
    """There is no commission, or it is withheld already for a reason of its own."""


@transaction.atomic
def withhold(pk: str, *, actor: Member) -> Question:
    """Keep the commission back until the question is closed; the partner reads why.

    Raises QuestionNotWithholdable, QuestionClosed, and what `withhold_commission` raises.
    """
    question = locked_open(pk)
    commission = question.commission
    if commission is None:
        raise QuestionNotWithholdable(_("Nothing was credited, so nothing can be withheld."))
    if question.is_withheld:
        return question
    if commission.withheld_at is not None:
        raise QuestionNotWithholdable(
            _("It is withheld already, for another reason."),
            remedy=_("Release it on its receipt first."),
        )
    held = withhold_commission(commission.pk, reason=_reason(question), actor=actor)
    question.commission, question.withheld_at = held, held.withheld_at
    question.save(update_fields=["withheld_at"])
    return question


@transaction.atomic
def release(pk: str, *, actor: Member) -> Question:
    """Let go what was withheld for this question; what is withheld for another reason stays."""
    question = locked(pk)
    let_go(question, actor=actor)
    return question


def let_go(question: Question, *, actor: Member) -> None:
    """In the transaction of who closes the question, or of `release`."""
    if question.commission is None or not question.is_withheld:
        return
    question.commission = release_commission(question.commission.pk, actor=actor)
    question.withheld_at = None
    question.save(update_fields=["withheld_at"])


def _reason(question: Question) -> str:
    """Kept as it is read, so in the partner's language."""
    with override(question.partner.language):
        day = day_text_full(localdate(question.asked_at))
        return _("Until the question of %(day)s about it is answered.") % {"day": day}
