"""What a declined commission means for others: renewals of its order, and tiers that roll."""

import json
from datetime import timedelta

from handsel.commissions.crediting.standings import rolling_days
from handsel.commissions.models import Commission
from handsel.conversions.models import Ripple
from handsel.conversions.services.ripples import ripple_renewals
from handsel.engine.terms import read


def pass_on(commission: Commission) -> None:
    """An order that was refused by a person counts for no tier and brings nothing to renewals:
    those are due again."""
    if commission.conversion is None:
        return
    ripple_renewals([(commission.program_id, commission.conversion.order_reference)])
    most = rolling_days(read(json.dumps(commission.agreement.terms)))
    if most:
        Ripple.objects.create(
            brand_id=commission.brand_id,
            program_id=commission.program_id,
            partnership_id=commission.partnership_id,
            since=commission.occurred_at,
            until=commission.occurred_at + timedelta(days=most),
        )
