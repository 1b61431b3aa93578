"""What earlier payouts held of the commissions in a later one."""

from collections import defaultdict

from django.db.models import Q

from handsel.payouts.models import Payout, PayoutLine


def earlier_lines(payout: Payout) -> dict[str, list[PayoutLine]]:
    """Their lines by commission, the oldest first: of payouts that were approved before this one
    and had neither failed nor come back when it was."""
    at = payout.queued_at
    stood = (Q(payout__failed_at=None) | Q(payout__failed_at__gt=at)) & (
        Q(payout__returned_at=None) | Q(payout__returned_at__gt=at)
    )
    commissions = payout.lines.values("commission_id")
    rows = PayoutLine.objects.filter(
        stood, commission__in=commissions, payout__queued_at__lt=at
    ).exclude(payout=payout)
    found: dict[str, list[PayoutLine]] = defaultdict(list)
    for line in rows.select_related("payout").order_by("payout__queued_at", "pk"):
        found[line.commission_id].append(line)
    return found
