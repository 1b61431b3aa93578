from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.terms import digest
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import (
    Acceptance,
    Agreement,
    Ending,
    Offer,
    Partnership,
    Pause,
    ProgramEnding,
)
from handsel.partnerships.queries import agreement_in_force
from handsel.partnerships.queries import terms_of as agreed
from handsel.programs.models import Group, Program
from handsel.programs.pausing import ProgramEnded
from handsel.programs.queries import first_group, latest_terms, terms_of


class AlreadyPartner(DomainError):
    """This organization is in the program."""


class AgreementChanged(DomainError):
    """What was to be accepted is no longer the version that is on offer."""


@transaction.atomic
def start_partnership(
    program: Program,
    partner: Organization,
    *,
    kind: str = Partnership.Kind.CONTENT,
    group: Group | None = None,
    actor: Member | None,
    text: str = "",
    language: str = "en",
    valid_from: datetime | None = None,
) -> Partnership:
    """Take a partner into a program, on the terms of the group, offered and signed by the brand.

    `text` is the wording of the terms that the brand had before it, in `language`.
    """
    if kind not in Partnership.Kind.values:
        raise InvalidInput(
            _("“%(kind)s” is not a kind of partner.") % {"kind": kind},
            field="kind",
            remedy=_("Use one of: %(kinds)s.") % {"kinds": ", ".join(Partnership.Kind.values)},
        )
    if program.ended_at is not None:
        raise ProgramEnded(
            _("%(program)s ends, and takes nobody in any more.") % {"program": program.name}
        )
    if program.partnerships.filter(partner=partner).exists():
        said = {"partner": partner.name, "program": program.name}
        raise AlreadyPartner(_("%(partner)s is in %(program)s already.") % said, field="partner")
    group = group or first_group(program)
    partnership = Partnership.objects.create(
        brand_id=program.brand_id,
        partner=partner,
        program=program,
        group=group,
        kind=kind,
        created_at=valid_from or now(),
    )
    record("partnership.started", partnership, actor=actor, data={"kind": kind})
    agreement = Agreement.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        partnership=partnership,
        version=1,
        terms=group.terms,
        terms_digest=digest(terms_of(group)),
        valid_from=valid_from or partnership.created_at,
        group_terms=latest_terms(group),
    )
    accept(agreement, Acceptance.Side.BRAND, actor, text=text, language=language)
    return partnership


@transaction.atomic
def accept_agreement(
    pk: str, *, member: Member, terms_digest: str, text: str, language: str
) -> Acceptance:
    """Sign a version for the side the member works for, with the text they had before them. An
    offer that started on the brand's word alone is accepted by it.

    Raises AgreementChanged when `terms_digest` is not what is on offer.
    """
    agreement = Agreement.objects.select_for_update().get(pk=pk)
    if agreement.terms_digest != terms_digest:
        raise AgreementChanged(
            _("The terms have changed since this page was opened."),
            field="terms_digest",
            remedy=_("Read the terms again, then sign."),
        )
    side = (
        Acceptance.Side.BRAND
        if member.organization_id == agreement.brand_id
        else Acceptance.Side.PARTNER
    )
    signed = agreement.acceptances.filter(side=side).first()
    if signed is not None:
        return signed
    if side == Acceptance.Side.PARTNER:
        started = agreement.offers.filter(status=Offer.Status.OFFERED)
        started.update(status=Offer.Status.ACCEPTED, closed_at=now(), closed_by=member)
    return accept(agreement, side, member, text=text, language=language)


def accept(
    agreement: Agreement,
    side: str,
    member: Member | None,
    *,
    text: str,
    language: str,
    at: datetime | None = None,
) -> Acceptance:
    """Write a signature down, given `at` (now), by who has looked whether it may be given."""
    acceptance = Acceptance.objects.create(
        brand_id=agreement.brand_id,
        partner_id=agreement.partner_id,
        agreement=agreement,
        side=side,
        member=member,
        role=member.role if member else "",
        text=text,
        language=language,
        terms_digest=agreement.terms_digest,
        accepted_at=at or now(),
    )
    record(
        "agreement.accepted",
        agreement,
        actor=member,
        data={"side": side, "version": agreement.version},
    )
    return acceptance


class PartnershipEnded(DomainError):
    """What has ended is not paused or taken up again."""


@transaction.atomic
def pause_partnership(pk: str, *, actor: Member | None, reason: str = "") -> Partnership:
    """Stop new credit for a while: visitors go on to the shop, and neither clicks of that time nor
    codes of its orders earn anything, then or later. Clicks from before count on."""
    partnership = lock(pk)
    if partnership.paused_at is None:
        partnership.paused_at = now()
        partnership.save(update_fields=["paused_at"])
        Pause.objects.create(
            brand_id=partnership.brand_id,
            partner_id=partnership.partner_id,
            partnership=partnership,
            began_at=partnership.paused_at,
            reason=reason,
            by=actor,
        )
        record("partnership.paused", partnership, actor=actor, reason=reason)
    return partnership


@transaction.atomic
def resume_partnership(pk: str, *, actor: Member | None) -> Partnership:
    """End its pause. What happened during it stays uncredited, however late it is evaluated."""
    partnership = lock(pk)
    if partnership.paused_at is not None:
        _end_pause(partnership, now())
        partnership.save(update_fields=["paused_at"])
        record("partnership.resumed", partnership, actor=actor)
    return partnership


@transaction.atomic
def end_partnership(pk: str, *, actor: Member | None, reason: str) -> Partnership:
    """End it now, without notice: its links stop, its agreement's period closes, what was earned
    stays owed, and earlier clicks count for as long as the agreement says. With notice:
    `ending.give_notice`."""
    reason = checked_reason(reason)
    partnership = lock(pk)
    moment = now()
    partnership.endings.filter(withdrawn_at=None).update(withdrawn_at=moment)
    ending = write_ending(partnership, ends_at=moment, reason=reason, actor=actor)
    finish(ending)
    return ending.partnership


def write_ending(
    partnership: Partnership,
    *,
    ends_at: datetime,
    reason: str,
    actor: Member | None,
    of_program: ProgramEnding | None = None,
) -> Ending:
    """Announce an end of a partnership that its caller has locked and judged."""
    partnership.ended_at = ends_at
    partnership.save(update_fields=["ended_at"])
    return Ending.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        partnership=partnership,
        of_program=of_program,
        ends_at=ends_at,
        tail_until=tail_of(partnership, ends_at),
        reason=reason,
        by=actor,
    )


def tail_of(partnership: Partnership, ends_at: datetime) -> datetime | None:
    """Until when orders may credit clicks from before the end, as agreed; None: no such limit."""
    version = agreement_in_force(partnership, at=ends_at)
    if version is None or (days := agreed(version).ending.tail_days) is None:
        return None
    return ends_at + timedelta(days=days)


def finish(ending: Ending) -> None:
    """The end has come: pauses and versions end with it, and nothing is on offer any more."""
    partnership, moment = ending.partnership, ending.ends_at
    _end_pause(partnership, moment)
    partnership.save(update_fields=["paused_at"])
    running = Q(valid_until=None) | Q(valid_until__gt=moment)
    partnership.agreements.filter(running).update(valid_until=Greatest("valid_from", moment))
    partnership.offers.filter(status=Offer.Status.OFFERED).update(
        status=Offer.Status.LAPSED, closed_at=now()
    )
    ending.finished_at = now()
    ending.save(update_fields=["finished_at"])
    record("partnership.ended", partnership, actor=ending.by, reason=ending.reason)


def checked_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(
            _("A partnership is not ended without a reason."),
            field="reason",
            remedy=_("Say why, in a sentence the partner may read."),
        )
    return reason.strip()


def _end_pause(partnership: Partnership, moment: datetime) -> None:
    partnership.paused_at = None
    began = partnership.pauses.filter(ended_at=None)
    began.update(ended_at=Greatest("began_at", moment))


def lock(pk: str) -> Partnership:
    """Raises PartnershipEnded for one that is over; one on notice is not."""
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("program")
    partnership = rows.get(pk=pk)
    if partnership.status == "ended":
        raise PartnershipEnded(_("This partnership has ended."), remedy=_("Start a new one."))
    return partnership
