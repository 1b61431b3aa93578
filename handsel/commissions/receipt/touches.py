"""Who was involved, and what became of each touch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.engine import attribution
from handsel.engine.commission import Evaluation, Inputs
from handsel.engine.values import ParamValue
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class TouchShown:
    """One touch. Of another partner's, a partner sees kind, time and verdict; the rest is empty.

    `verdict` is a code of `engine.attribution.Verdict` with its `params`; `before_order` is
    negative for a click that came after it. `partner_key` tells partners apart without naming
    them; it is empty where a touch is nobody's.
    """

    kind: str
    at: datetime
    before_order: timedelta
    verdict: str
    params: Mapping[str, ParamValue]
    is_own: bool
    partner_key: str
    partner_name: str = ""
    partnership_id: str = ""
    link_slug: str = ""
    link_url: str = ""
    code: str = ""
    click_id: str = ""
    referrer: str = ""
    country: str = ""
    device: str = ""

    @property
    def is_credited(self) -> bool:
        return self.verdict == "credited"


def touches_shown(
    commission: Commission, inputs: Inputs, evaluation: Evaluation, member: ActsFor
) -> tuple[TouchShown, ...]:
    """The earliest first: all of them with their names for the brand, its own for a partner."""
    rows = Touch.objects.visible_to(member).filter(conversion=commission.conversion_id)
    by_id = {row.pk: row for row in rows.select_related("partnership__partner", "link", "code")}
    verdicts = {verdict.touch_id: verdict for verdict in evaluation.verdicts}
    ordered_at = commission.order.occurred_at
    if member.organization_id == commission.brand_id:
        shown = [
            _shown(row, commission, verdicts.get(row.pk), ordered_at) for row in by_id.values()
        ]
    else:
        shown = [
            _shown(by_id[touch.touch_id], commission, verdicts[touch.touch_id], ordered_at)
            if touch.touch_id in by_id
            else _veiled(touch, verdicts[touch.touch_id], ordered_at)
            for touch in inputs.touches
        ]
    return tuple(sorted(shown, key=lambda touch: touch.at))


def _shown(
    row: Touch,
    commission: Commission,
    verdict: attribution.Verdict | None,
    ordered_at: datetime,
) -> TouchShown:
    """Of other partners' touches the row knows the last verdict."""
    partnership = row.partnership
    return TouchShown(
        kind=row.kind,
        at=row.touched_at,
        before_order=ordered_at - row.touched_at,
        verdict=verdict.code if verdict else row.verdict,
        params=verdict.params if verdict else {"window_days": None},
        is_own=row.partnership_id == commission.partnership_id,
        partner_key=row.partnership_id or "",
        partner_name=partnership.partner.name if partnership else "",
        partnership_id=row.partnership_id or "",
        link_slug=row.link.slug if row.link else "",
        link_url=row.link.url if row.link else "",
        code=row.code.code if row.code else "",
        click_id=row.click_id,
        referrer=row.referrer,
        country=row.country,
        device=row.device,
    )


def _veiled(
    touch: attribution.Touch, verdict: attribution.Verdict, ordered_at: datetime
) -> TouchShown:
    return TouchShown(
        kind=touch.kind,
        at=touch.occurred_at,
        before_order=ordered_at - touch.occurred_at,
        verdict=verdict.code,
        params=verdict.params,
        is_own=False,
        partner_key="" if touch.standing == "click_forged" else touch.partnership,
    )
