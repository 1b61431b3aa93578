from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.relations.models import Question, QuestionMessage, Side
from handsel.relations.queries import same_thread
from handsel.relations.services.say import say
from handsel.relations.services.writing import given_text, promised_on, write

Subject = Question.Subject


class NothingToAsk(DomainError):
    """A touch that is nobody's has no partner who could ask about it."""


@transaction.atomic
def ask(about: Commission | Touch, *, text: str, actor: Member, subject: str = "") -> Question:
    """Ask about what a partnership earned, or, by a touch of its own, why it earned nothing.

    The other side has the program's `answer_days` working days. Where there is a thread about this
    amount already, it goes on in it. Raises TextMissing, NothingToAsk, and InvalidInput for an
    unknown subject.
    """
    text = given_text(text)
    subject = subject or _usual_subject(about, actor)
    if subject not in Subject.values:
        raise InvalidInput(
            _("“%(subject)s” is not a reason to ask.") % {"subject": subject},
            field="subject",
            remedy=_("Choose one of the list."),
        )
    # Two who ask at once about one amount wait for each other here.
    partnership = _locked_partnership(about)
    known = partnership.questions.filter(same_thread(about)).first()
    if known is not None:
        return say(known.pk, text=text, actor=actor)
    question = _new(about, partnership, subject, actor)
    write(question, actor, QuestionMessage.Kind.ASKED, text, promise=question.answer_due_on)
    record("question.asked", question, actor=actor, data=_data(question))
    return question


def _usual_subject(about: Commission | Touch, actor: Member) -> Subject:
    if actor.organization_id == about.brand_id:
        return Subject.UNCLEAR
    return Subject.OTHER if isinstance(about, Commission) else Subject.NOT_CREDITED


def _locked_partnership(about: Commission | Touch) -> Partnership:
    if about.partnership_id is None:
        raise NothingToAsk(_("No partner is concerned by it."))
    rows = Partnership.objects.select_for_update(of=("self",), no_key=True).select_related(
        "program"
    )
    return rows.get(pk=about.partnership_id)


def _new(
    about: Commission | Touch, partnership: Partnership, subject: str, actor: Member
) -> Question:
    commission = about if isinstance(about, Commission) else None
    by_brand = actor.organization_id == partnership.brand_id
    return Question.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        program=partnership.program,
        partnership=partnership,
        conversion_id=about.conversion_id,
        commission=commission,
        side=Side.BRAND if by_brand else Side.PARTNER,
        asked_by=actor,
        subject=subject,
        asked_minor=commission.amount_minor if commission else None,
        currency=commission.currency if commission else partnership.program.currency,
        answer_due_on=promised_on(partnership.program),
    )


def _data(question: Question) -> dict[str, object]:
    return {
        "subject": question.subject,
        "commission": question.commission_id,
        "due_on": question.answer_due_on.isoformat(),
    }
