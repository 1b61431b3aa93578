"""What waits for the partner, or has just been answered: the first cards of the first page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.organizations.viewing import Reader
from handsel.partnerships.models import Offer, Partnership
from handsel.partnerships.queries import running_out
from handsel.partnerships.reminding import AGREEMENT_AHEAD
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
    found = [
        *_offers(reader),
        *_signatures(programs),
        *_money(reader, programs),
        *_questions(reader),
        *_ends(reader, programs),
    ]
    return found[:MOST]


def _offers(reader: Reader) -> Iterator[Waiting]:
    rows = own(Offer.objects.all(), reader).filter(status=Offer.Status.OFFERED, agreement=None)
    for offer in rows.select_related("brand").order_by("expires_at"):
        yield Waiting(
            title=_("%(brand)s offers you new terms") % {"brand": offer.brand.name},
            note=_("You can answer until %(day)s.") % {"day": when_text(offer.expires_at)}
            if offer.expires_at
            else _("Read what would change."),
            url=reverse("portal:offer", args=[offer.pk]),
            signed="brand",
        )


def _ends(reader: Reader, programs: Sequence[ProgramShown]) -> Iterator[Waiting]:
    """Partnerships on notice, and agreements that run out with nothing to follow."""
    versions = {one.partnership.pk: one.version for one in programs if one.version}
    for one in programs:
        if one.partnership.on_notice and one.partnership.ended_at and one.version:
            said = {"program": one.partnership.program.name}
            yield Waiting(
                title=_("Your partnership with %(program)s ends") % said,
                note=_("On %(day)s. See what that means for you.")
                % {"day": when_text(one.partnership.ended_at)},
                url=reverse("portal:agreement", args=[one.version.pk]),
                icon="calendar-clock",
            )
    rows = Partnership.objects.filter(pk__in=versions)
    for version in running_out(rows, until=now() + AGREEMENT_AHEAD):
        if version.valid_until:
            said = {"program": version.partnership.program.name}
            yield Waiting(
                title=_("Your agreement with %(program)s runs out") % said,
                note=_("On %(day)s, and nothing is agreed for the time after it.")
                % {"day": when_text(version.valid_until)},
                url=reverse("portal:agreement", args=[version.pk]),
                icon="hourglass",
            )


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
