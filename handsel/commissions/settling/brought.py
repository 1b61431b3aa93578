"""Partners who brought other partners, and their share of what those earn."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, get_args

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.models import Brought, Commission, Unsettled
from handsel.commissions.receipt.revisions import read_record
from handsel.commissions.services.decline import given_reason
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.versions import in_force, versions_of
from handsel.engine.orders import WrongCurrency
from handsel.engine.settling import Earned, OverrideInputs
from handsel.errors import InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

logger = logging.getLogger(__name__)

Level = Literal[1, 2]
LEVELS: tuple[Level, ...] = get_args(Level)


class NotABringer(InvalidInput):
    """A partner cannot have brought itself, nor whom it was brought by."""


@transaction.atomic
def set_brought_by(
    other: Partnership,
    bringer: Partnership | None,
    *,
    reason: str,
    actor: Member | None,
    since: datetime | None = None,
) -> Brought | None:
    """Say who brought a partner, from `since` on (by default from now), or that nobody did.

    What was earned before keeps the one who was said then. Raises NotABringer, ReasonMissing.
    """
    reason, at = given_reason(reason), since or now()
    Partnership.objects.select_for_update().get(pk=other.pk)
    if bringer is not None:
        _check(other, bringer)
    before = Brought.objects.filter(other=other, ended_at=None).first()
    if before is not None:
        if bringer is not None and before.partnership_id == bringer.pk:
            return before
        before.ended_at = max(at, before.began_at)
        before.save(update_fields=["ended_at"])
        record("partnership.brought-ended", before, actor=actor, reason=reason)
    if bringer is None:
        _note_since(other, at)
        return None
    brought = Brought.objects.create(
        brand_id=other.brand_id,
        partner_id=bringer.partner_id,
        partnership=bringer,
        other=other,
        began_at=at,
        reason=reason,
        by=actor,
    )
    record("partnership.brought", brought, actor=actor, reason=reason)
    _note_since(other, at)
    return brought


def brought_by(other: Partnership) -> Brought | None:
    """Who is said to have brought it now."""
    rows = Brought.objects.filter(other=other, ended_at=None)
    return rows.select_related("partnership__partner", "by__user").first()


def _check(other: Partnership, bringer: Partnership) -> None:
    if bringer.program_id != other.program_id:
        raise NotABringer(
            _("This partner is in another program."),
            field="bringer",
            remedy=_("Choose a partner of this program."),
        )
    above: Partnership | None = bringer
    seen: set[str] = set()
    while above is not None and above.pk not in seen:
        if above.pk == other.pk:
            raise NotABringer(
                _("A partner cannot be brought by itself, nor by whom it brought."),
                field="bringer",
                remedy=_("Choose another partner."),
            )
        seen.add(above.pk)
        row = brought_by(above)
        above = row.partnership if row else None


def _note_since(other: Partnership, since: datetime) -> None:
    """Whatever was earned since is looked at again."""
    rows = Commission.objects.filter(partnership=other, occurred_at__gte=since)
    Unsettled.objects.bulk_create(
        Unsettled(brand_id=row.brand_id, partner_id=row.partner_id, commission_id=row.pk)
        for row in rows.exclude(kind__in=("bonus", "override", "manual"))
    )


def settle_overrides(commissions: Sequence[Commission]) -> None:
    """What these commissions bring to those who brought their partner, on both levels."""
    others = {commission.partnership_id for commission in commissions}
    if not Brought.objects.filter(other__in=others).exists():
        return
    for commission in commissions:
        paid = set[tuple[str, object]]()
        for level, bringing, began_at in _chain(commission):
            _settle(commission, level, bringing, began_at)
            paid.add((bringing.partnership_id, level))
        for share in commission.followers.select_related("partnership"):
            if (share.partnership_id, share.about["level"]) not in paid:
                _take_back(commission, share)


def _chain(commission: Commission) -> Iterator[tuple[Level, Brought, datetime]]:
    """Who is paid at which level, as it stood when the commission was earned."""
    at, name = commission.occurred_at, commission.partnership_id
    began_at: datetime | None = None
    for level in LEVELS:
        found = (
            Brought.objects.filter(other=name, began_at__lte=at)
            .filter(Q(ended_at=None) | Q(ended_at__gt=at))
            .select_related("partnership", "other__partner")
            .first()
        )
        if found is None:
            return
        began_at = began_at or found.began_at
        yield level, found, began_at
        name = found.partnership_id


def _settle(commission: Commission, level: Level, bringing: Brought, began_at: datetime) -> None:
    bringer = bringing.partnership
    version = in_force(versions_of(bringer.pk), commission.occurred_at)
    if version is None:
        return
    is_declined = commission.status == Commission.Status.DECLINED
    inputs = OverrideInputs(
        partnership=bringer.pk,
        agreement=version,
        level=level,
        brought_at=began_at,
        of=_earned(commission, 0 if is_declined else commission.amount_minor),
    )
    # On both levels the one that it brought itself: whom that one brought is not its to know.
    about: dict[str, object] = {"partner": bringing.other.partner.name, "level": level}
    _book(commission, bringer, inputs, about)


def _take_back(commission: Commission, share: Commission) -> None:
    """Of whoever is not said any more to have brought the partner then, nothing is left."""
    last = share.revisions.order_by("-number").first()
    found = read_record(last) if last else None
    if found is not None and isinstance(found.inputs, OverrideInputs):
        inputs = found.inputs.model_copy(update={"of": _earned(commission, 0)})
        _book(commission, share.partnership, inputs, share.about)


def _earned(commission: Commission, amount_minor: int) -> Earned:
    return Earned(
        commission=commission.pk,
        partnership=commission.partnership_id,
        occurred_at=commission.occurred_at,
        amount_minor=amount_minor,
        currency=commission.currency,
    )


def _book(
    commission: Commission,
    bringer: Partnership,
    inputs: OverrideInputs,
    about: dict[str, object],
) -> None:
    try:
        book(
            Booking(
                partnership=bringer,
                inputs=inputs,
                about=about,
                occurred_at=commission.occurred_at,
                follows=commission,
            )
        )
    except WrongCurrency as refusal:
        logger.warning("%s", refusal, extra={"commission": commission.pk})
