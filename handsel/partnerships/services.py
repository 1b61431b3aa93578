from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.terms import Terms, digest
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Acceptance, Agreement, Partnership, Pause
from handsel.programs.models import Group, Program
from handsel.programs.queries import first_group, terms_of


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
    agreement = offer_terms(partnership, terms_of(group), valid_from=valid_from)
    _accept(agreement, Acceptance.Side.BRAND, actor, text=text, language=language)
    return partnership


def offer_terms(
    partnership: Partnership, terms: Terms, *, valid_from: datetime | None = None
) -> Agreement:
    """Write the first version of an agreement. Later versions come from negotiations."""
    if partnership.agreements.exists():
        raise DomainError(_("This partnership has an agreement; a change of it is negotiated."))
    return Agreement.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        partnership=partnership,
        version=1,
        terms=terms.model_dump(mode="json"),
        terms_digest=digest(terms),
        valid_from=valid_from or partnership.created_at,
    )


@transaction.atomic
def accept_agreement(
    pk: str, *, member: Member, terms_digest: str, text: str, language: str
) -> Acceptance:
    """Sign a version for the side the member works for, with the text they had before them.

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
    return signed or _accept(agreement, side, member, text=text, language=language)


def _accept(
    agreement: Agreement, side: str, member: Member | None, *, text: str, language: str
) -> Acceptance:
    acceptance = Acceptance.objects.create(
        brand_id=agreement.brand_id,
        partner_id=agreement.partner_id,
        agreement=agreement,
        side=side,
        member=member,
        text=text,
        language=language,
        terms_digest=agreement.terms_digest,
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
    partnership = _lock(pk)
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
    partnership = _lock(pk)
    if partnership.paused_at is not None:
        _end_pause(partnership, now())
        partnership.save(update_fields=["paused_at"])
        record("partnership.resumed", partnership, actor=actor)
    return partnership


@transaction.atomic
def end_partnership(pk: str, *, actor: Member | None, reason: str) -> Partnership:
    """End it now: its links stop, its agreement's period closes, what was earned stays owed."""
    if not reason.strip():
        raise InvalidInput(
            _("A partnership is not ended without a reason."),
            field="reason",
            remedy=_("Say why, in a sentence the partner may read."),
        )
    partnership = _lock(pk)
    moment = now()
    partnership.ended_at = moment
    _end_pause(partnership, moment)
    partnership.save(update_fields=["ended_at", "paused_at"])
    partnership.agreements.filter(valid_until=None).update(valid_until=moment)
    record("partnership.ended", partnership, actor=actor, reason=reason)
    return partnership


def _end_pause(partnership: Partnership, moment: datetime) -> None:
    partnership.paused_at = None
    partnership.pauses.filter(ended_at=None).update(ended_at=moment)


def _lock(pk: str) -> Partnership:
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=pk)
    if partnership.ended_at is not None:
        raise PartnershipEnded(_("This partnership has ended."), remedy=_("Start a new one."))
    return partnership
