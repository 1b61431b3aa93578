"""Letters about questions: to the people of the other side who may act, each in their language.

No amount stands in a subject: subjects are read on locked screens and over shoulders.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.environment import environment
from handsel.organizations.models import Member
from handsel.relations.models import Question, QuestionMessage, Side
from handsel.rows.scope import as_system
from handsel.ui.moments import day_text_full

Kind = QuestionMessage.Kind
READERS = (Member.Role.OWNER, Member.Role.MANAGER, Member.Role.FINANCE)


def write_letters(question: Question, message: QuestionMessage) -> None:
    """In the transaction that wrote the message."""
    to_brand = message.side == Side.PARTNER
    for email, language in _readers(question, to_brand=to_brand):
        with override(language):
            words = _words(question, message, to_brand=to_brand)
            subject = _subject(message, words)
            text = render_to_string("relations/letter.txt", words)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [email])


def _readers(question: Question, *, to_brand: bool) -> list[tuple[str, str]]:
    """Address and language. The other side's people are hidden from who writes."""
    organization = question.brand if to_brand else question.partner
    with as_system():
        members = Member.objects.active().filter(organization=organization, role__in=READERS)
        people = members.select_related("user").order_by("created_at", "pk")
        found = [(member.user.email, member.user.language) for member in people]
    if found or not organization.email:
        return found
    return [(organization.email, organization.language)]


def _words(question: Question, message: QuestionMessage, *, to_brand: bool) -> dict[str, object]:
    page = "console:question" if to_brand else "portal:question"
    promise = message.promised_on
    return {
        "message": message,
        "sender": (question.partner if to_brand else question.brand).name,
        "program": question.program.name,
        "day": day_text_full(promise) if promise else "",
        "url": environment().pages_url + reverse(page, args=[question.pk]),
        "asked_by_reader": message.side != question.side,
    }


def _subject(message: QuestionMessage, words: dict[str, object]) -> str:
    match message.kind:
        case Kind.ASKED:
            return _("%(sender)s has a question about an amount") % words
        case Kind.ANSWERED:
            return _("%(sender)s answered your question") % words
        case Kind.PROMISED:
            return _("%(sender)s will answer your question by %(day)s") % words
        case Kind.SETTLED:
            return _("%(sender)s is content with your answer") % words
        case Kind.WITHDRAWN:
            return _("%(sender)s took a question back") % words
    return _("%(sender)s wrote about a question") % words
