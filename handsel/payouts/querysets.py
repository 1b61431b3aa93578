"""Who sees what of payouts. A proposal is the brand's draft: its partners see what was decided."""

from typing import Self

from django.db.models import Exists, OuterRef, Q

from handsel.partnerships.models import Partnership
from handsel.rows.querysets import ActsFor, M_co, SharedQuerySet, Within


class PayoutQuerySet(SharedQuerySet[M_co]):
    """The brand sees all of them; a partner those that were approved, or left out of a batch whose
    others were approved."""

    def visible_to(self, member: ActsFor | None) -> Self:
        rows = super().visible_to(member)
        if member is None:
            return rows
        decided = ~Q(status="proposed") | Q(
            left_out_at__isnull=False, batch__approved_at__isnull=False
        )
        if isinstance(member, Within):
            return rows.filter(decided)
        return rows.filter(Q(brand_id=member.organization_id) | decided)


class PayoutLineQuerySet(SharedQuerySet[M_co]):
    """A line is seen by who sees its payout."""

    def visible_to(self, member: ActsFor | None) -> Self:
        from handsel.payouts.models import Payout

        payouts = Payout.objects.visible_to(member)
        return self.filter(Exists(payouts.filter(pk=OuterRef("payout_id"))))


class PayeeQuerySet(SharedQuerySet[M_co]):
    """The partner's own, and shown to the brands that pay it."""

    def visible_to(self, member: ActsFor | None) -> Self:
        if member is None:
            return self.none()
        mine = member.organization_id
        if isinstance(member, Within):
            return self.filter(partner_id=mine)
        pays = Partnership.objects.filter(brand_id=mine, partner_id=OuterRef("partner_id"))
        return self.filter(Q(partner_id=mine) | Exists(pays))
