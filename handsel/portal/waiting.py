"""What waits for the partner, or has just been answered: the first cards of the first page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.organizations.viewing import Reader
from handsel.payouts.models import Payout
from handsel.payouts.queries import payee_of
from handsel.portal.own import own
from handsel.portal.programs import ProgramShown
from handsel.relations.queries import answered_questions, open_questions
from handsel.ui.moments import when_text

MOST = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """`signed` is who signed so far, where it is about a signature; else an icon stands there."""

    title: str
    note: str
    url: str
    icon: str = ""
    signed: str = ""


def waiting_for(reader: Reader, programs: Sequence[ProgramShown]) -> list[Waiting]:
    """What the partner alone can move comes first."""
    found = [*_signatures(programs), *_money(reader, programs), *_questions(reader)]
    return found[:MOST]


def _signatures(programs: Sequence[ProgramShown]) -> Iterator[Waiting]:
    for program in programs:
        if program.waits_for_partner and program.version is not None:
            yield Waiting(
                title=_("%(brand)s offers you terms") % {"brand": program.partnership.brand.name},
                note=_("%(pay)s. Read them and sign.") % {"pay": program.pay},
                url=reverse("portal:agreement", args=[program.version.pk]),
                signed=program.signed or "none",
            )


def _money(reader: Reader, programs: Sequence[ProgramShown]) -> Iterator[Waiting]:
    if any("partner" in program.signed for program in programs) and not payee_of(
        reader.organization
    ):
        yield Waiting(
            title=_("Where shall your money go?"),
            note=_("Without your bank details nothing can be paid out."),
            url=reverse("portal:payee"),
            icon="landmark",
        )
    back = own(Payout.objects.all(), reader).filter(
        status__in=[Payout.Status.FAILED, Payout.Status.RETURNED]
    )
    latest = back.order_by("-pk").first()
    later = own(Payout.objects.all(), reader).filter(
        status__in=[Payout.Status.QUEUED, Payout.Status.SENT, Payout.Status.PAID]
    )
    if latest and not later.filter(partnership=latest.partnership_id, pk__gt=latest.pk).exists():
        yield Waiting(
            title=_("A payout did not reach you"),
            note=_("The money is yours still. Look whether your bank details are right."),
            url=reverse("portal:payee"),
            icon="circle-alert",
        )


def _questions(reader: Reader) -> Iterator[Waiting]:
    mine = {"partner_id": reader.organization_id}
    for question in open_questions(None, reader).filter(**mine):
        yield Waiting(
            title=_("%(brand)s asks you something") % {"brand": question.brand.name},
            note=_("They hope for an answer by %(day)s.")
            % {"day": when_text(question.answer_due_on)},
            url=reverse("portal:question", args=[question.pk]),
            icon="message-circle",
        )
    for question in answered_questions(reader).filter(**mine):
        yield Waiting(
            title=_("%(brand)s answered your question") % {"brand": question.brand.name},
            note=_("Read it, then settle it or ask on."),
            url=reverse("portal:question", args=[question.pk]),
            icon="message-circle",
        )
