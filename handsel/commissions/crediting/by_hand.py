"""Credit that a person gives: one conversion, or all past orders of a customer, to one partner.

A decision comes before everything that led to the order. It can be looked at before it is made,
and withdrawn; then the order is whose it was. The difference is posted either way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services.conclude import conclude
from handsel.commissions.services.decline import given_reason
from handsel.commissions.watermark import clicks_passed_at
from handsel.conversions.models import Conversion, ManualCredit
from handsel.conversions.settled import ORDER_MISSING
from handsel.errors import DomainError, InvalidInput
from handsel.ids import new_id
from handsel.organizations.models import Member
from handsel.partnerships.models import Agreement, Partnership

# What a person looks over and decides at once.
CONVERSIONS_MAX = 500
REASON_MAX = 1_000
Status = Commission.Status


class CreditNotPossible(DomainError):
    """The order is not known yet, its commission was declined, or no agreement applies."""


class NotYetCredited(DomainError):
    """A decision that was withdrawn already, or was never made."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose the conversions are to be, and why. `agreement` None: of each order's own time."""

    conversions: Sequence[Conversion]
    partnership: Partnership
    agreement: Agreement | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision does to one partnership's commission of one conversion."""

    conversion: Conversion
    partnership: Partnership
    before_minor: int
    after_minor: int
    currency: str

    @property
    def difference_minor(self) -> int:
        return self.after_minor - self.before_minor


@transaction.atomic
def credit_by_hand(
    decision: Decision,
    *,
    actor: Member | None,
    origin: str = ManualCredit.Origin.PERSON,
) -> list[ManualCredit]:
    """Make the decision; its conversions are evaluated again at once. Raises CreditNotPossible,
    ReasonMissing, and InvalidInput for an agreement of somebody else's."""
    reason = given_reason(decision.reason)[:REASON_MAX]
    conversions = _locked(decision.conversions)
    versions = _versions(decision, conversions)
    _refuse_declined(conversions, decision.partnership)
    at, together = now(), new_id("dcn")
    credits = [
        ManualCredit(
            brand_id=conversion.brand_id,
            partner_id=decision.partnership.partner_id,
            conversion=conversion,
            partnership=decision.partnership,
            agreement=versions[conversion.pk],
            decision=together,
            origin=origin,
            reason=reason,
            decided_by=actor,
            decided_at=at,
        )
        for conversion in conversions
    ]
    ManualCredit.objects.bulk_create(credits)
    _due(conversions, at)
    _record("conversion.credited", credits, actor=actor, reason=reason)
    return credits


@transaction.atomic
def withdraw_credit(decision: str, *, reason: str, actor: Member | None) -> list[ManualCredit]:
    """Take a decision back, for all conversions it was made for. Raises NotYetCredited."""
    reason = given_reason(reason)[:REASON_MAX]
    standing = ManualCredit.objects.filter(decision=decision, withdrawn_at=None)
    credits = list(standing.select_for_update().select_related("conversion").order_by("pk"))
    if not credits:
        raise NotYetCredited(
            _("This credit was withdrawn already."), remedy=_("Reload the page to see it.")
        )
    at = now()
    standing.update(withdrawn_at=at, withdrawn_by=actor, withdrawn_because=reason)
    _due(_locked([credit.conversion for credit in credits]), at)
    _record("conversion.credit-withdrawn", credits, actor=actor, reason=reason)
    return credits


def preview(decision: Decision) -> list[Change]:
    """What a decision would change, for whom: it is made, looked at and taken back. Raises what
    `credit_by_hand` raises, but for a reason that is still missing."""
    with transaction.atomic():
        before = _earned(decision.conversions)
        tried = Decision(
            decision.conversions, decision.partnership, decision.agreement, decision.reason or "?"
        )
        credit_by_hand(tried, actor=None)
        at = now()
        conclude(_locked(decision.conversions), at=at, passed_at=clicks_passed_at(at))
        after = _earned(decision.conversions)
        transaction.set_rollback(True)
    return _changes(decision.conversions, before, after)


def past_conversions(conversion: Conversion, since: datetime) -> list[Conversion]:
    """This one and the others of its customer from a moment on, the earliest first."""
    if conversion.customer_id is None:
        return [conversion]
    rows = Conversion.objects.filter(
        program_id=conversion.program_id, customer=conversion.customer_id
    )
    wanted = rows.filter(occurred_at__gte=since) | rows.filter(pk=conversion.pk)
    found = list(wanted.exclude(reason=ORDER_MISSING).order_by("occurred_at", "pk"))
    if len(found) > CONVERSIONS_MAX:
        raise InvalidInput(
            _("These are more than %(most)s orders.") % {"most": CONVERSIONS_MAX},
            field="since",
            remedy=_("Choose a later date, and do the rest after it."),
        )
    return found


Earned = dict[tuple[str, str], tuple[int, Partnership]]


def _earned(conversions: Sequence[Conversion]) -> Earned:
    """By conversion and partnership: what stands, declined and reversed ones being nothing."""
    rows = Commission.objects.filter(
        conversion__in=[row.pk for row in conversions], status__in=[Status.PENDING, Status.APPROVED]
    ).select_related("partnership__partner")
    return {
        (row.order.pk, row.partnership_id): (row.amount_minor, row.partnership)
        for row in rows.select_related("conversion", "partnership__partner")
    }


def _changes(conversions: Sequence[Conversion], before: Earned, after: Earned) -> list[Change]:
    by_id = {row.pk: row for row in conversions}
    changes = []
    for pk, name in dict.fromkeys([*before, *after]):
        was, old = before.get((pk, name), (0, None))
        will, new = after.get((pk, name), (0, None))
        partnership = new or old
        if partnership is not None and was != will:
            changes.append(Change(by_id[pk], partnership, was, will, by_id[pk].currency))
    return sorted(changes, key=lambda one: (one.conversion.occurred_at, one.difference_minor))


def _locked(conversions: Sequence[Conversion]) -> list[Conversion]:
    rows = Conversion.objects.filter(pk__in=[row.pk for row in conversions])
    found = list(
        rows.select_related("program").select_for_update(no_key=True, of=("self",)).order_by("pk")
    )
    if any(row.reason == ORDER_MISSING for row in found):
        raise CreditNotPossible(
            _("The order itself is not known yet, only something about it."),
            remedy=_("Wait for the order, then credit it."),
        )
    return found


def _versions(decision: Decision, conversions: Sequence[Conversion]) -> dict[str, Agreement]:
    """Which version each conversion is paid by."""
    partnership, chosen = decision.partnership, decision.agreement
    if any(row.program_id != partnership.program_id for row in conversions):
        raise InvalidInput(
            _("This partner is in another program."),
            field="partnership",
            remedy=_("Choose a partner of the order’s program."),
        )
    if chosen is not None:
        if chosen.partnership_id != partnership.pk:
            raise InvalidInput(
                _("This agreement is another partner’s."),
                field="agreement",
                remedy=_("Choose a version of this partner’s agreement."),
            )
        return dict.fromkeys((row.pk for row in conversions), chosen)
    own = list(partnership.agreements.order_by("version"))
    found = {row.pk: _of_its_time(own, row.occurred_at) for row in conversions}
    known = {pk: version for pk, version in found.items() if version is not None}
    if len(known) < len(found):
        raise CreditNotPossible(
            _("No agreement with this partner was in force at the time of the order."),
            remedy=_("Choose the version of the agreement that is to pay for it."),
        )
    return known


def _of_its_time(versions: Sequence[Agreement], at: datetime) -> Agreement | None:
    fitting = [
        version
        for version in versions
        if version.valid_from <= at and (version.valid_until is None or at < version.valid_until)
    ]
    return fitting[-1] if fitting else None


def _refuse_declined(conversions: Sequence[Conversion], partnership: Partnership) -> None:
    declined = Commission.objects.filter(
        conversion__in=[row.pk for row in conversions],
        partnership=partnership,
        status=Status.DECLINED,
    ).select_related("conversion")
    found = declined.first()
    if found is not None:
        raise CreditNotPossible(
            _("This partner’s commission for order %(order)s was declined.")
            % {"order": found.order.order_reference},
            remedy=_("Give an amount by hand instead, or leave this order out."),
        )


def _due(conversions: Sequence[Conversion], at: datetime) -> None:
    Conversion.objects.filter(pk__in=[row.pk for row in conversions]).update(due_at=at)


def _record(
    verb: str, credits: Sequence[ManualCredit], *, actor: Member | None, reason: str
) -> None:
    """Beside each conversion, seen by the brand and by the partner it is about."""
    Activity.objects.bulk_create(
        Activity(
            brand_id=credit.brand_id,
            partner_id=credit.partner_id,
            actor_id=actor.pk if actor else None,
            verb=verb,
            subject_id=credit.conversion_id,
            data={"partnership": credit.partnership_id, "credit": credit.pk},
            reason=reason,
        )
        for credit in credits
    )
