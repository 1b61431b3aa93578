"""Who was involved, and what became of each touch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handsel.commissions.judging import disclosure_secret
from handsel.commissions.models import Commission
from handsel.commissions.touches import NOBODY
from handsel.conversions.models import Touch
from handsel.engine import attribution
from handsel.engine.commission import Evaluation, Inputs
from handsel.engine.orders import ordered_at
from handsel.engine.proof import veiled_name
from handsel.engine.values import ParamValue
from handsel.environment import environment
from handsel.rows.querysets import ActsFor

Params = Mapping[str, ParamValue]


@dataclass(frozen=True, slots=True)
class TouchShown:
    """One touch. Of another partner's, a partner sees kind, time and verdict; the rest is empty.

    `verdict` is a code of `engine.attribution.Verdict` with its `params`; `before_order` is
    negative for a click that came after it. `partner_key` tells partners apart without naming
    them; it is empty where a touch is nobody's who could be paid. `is_runner_up`: it would be
    credited in place of whoever is. `reference`: the article, the brand's channel, or the reason
    of a credit by hand.
    """

    kind: str
    at: datetime
    before_order: timedelta
    verdict: str
    params: Params
    is_own: bool
    partner_key: str
    touch_id: str = ""
    is_runner_up: bool = False
    reference: str = ""
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

    @property
    def weight(self) -> int:
        """Its share of `weights`; both 1 where it has all of the credit."""
        return int(str(self.params.get("weight", 1)))

    @property
    def weights(self) -> int:
        return int(str(self.params.get("weights", 1)))


def touches_shown(
    commission: Commission, inputs: Inputs, evaluation: Evaluation, member: ActsFor
) -> tuple[TouchShown, ...]:
    """The earliest first: all of them with their names for the brand, its own for a partner."""
    names = _Names(commission, member)
    at = ordered_at(inputs.facts)
    verdicts = {verdict.touch_id: verdict for verdict in evaluation.verdicts}
    runner_up = attribution.attribute(inputs.touches, at, inputs.agreements).runner_up
    shown = [
        replace(
            names.shown(touch, verdicts[touch.touch_id], at),
            is_runner_up=touch.touch_id == runner_up,
        )
        for touch in inputs.touches
    ]
    return tuple(sorted([*shown, *names.later(at)], key=lambda touch: touch.at))


class _Names:
    """The rows of a conversion's touches, by what the inputs call them."""

    def __init__(self, commission: Commission, member: ActsFor) -> None:
        rows = Touch.objects.visible_to(member).filter(conversion=commission.conversion_id)
        known = rows.select_related("partnership__partner", "link", "code")
        self._secret = disclosure_secret(environment().keys_dir)
        self._commission = commission
        self._for_brand = member.organization_id == commission.brand_id
        self._rows = {self._name(row): row for row in known}
        self._nobodys = {self._veil(NOBODY), self._veil(attribution.OWN_CHANNEL)}
        self._told: set[str] = set()

    def _veil(self, name: str) -> str:
        return veiled_name(name, self._commission.pk, self._secret)

    def _name(self, row: Touch) -> str:
        own = row.partnership_id == self._commission.partnership_id
        return row.pk if own else self._veil(row.pk)

    def shown(
        self, touch: attribution.Touch, verdict: attribution.Verdict, at: datetime
    ) -> TouchShown:
        self._told.add(touch.touch_id)
        own = touch.partnership == self._commission.partnership_id
        is_nobodys = touch.partnership in self._nobodys or touch.standing == "click_forged"
        veiled = TouchShown(
            kind=touch.kind,
            at=touch.occurred_at,
            before_order=at - touch.occurred_at,
            verdict=verdict.code,
            params=verdict.params,
            is_own=own,
            partner_key="" if is_nobodys else touch.partnership,
            touch_id=touch.touch_id,
            reference=touch.reference if own else "",
        )
        row = self._rows.get(touch.touch_id)
        return _named(veiled, row) if row else veiled

    def later(self, at: datetime) -> Iterator[TouchShown]:
        """For the brand: what has come since a person's word ended all evaluations."""
        if not self._for_brand:
            return
        for name, row in self._rows.items():
            if name not in self._told:
                touch = TouchShown(
                    kind=row.kind,
                    at=row.touched_at,
                    before_order=at - row.touched_at,
                    verdict=row.verdict,
                    params={},
                    is_own=row.partnership_id == self._commission.partnership_id,
                    partner_key=row.partnership_id or "",
                    touch_id=name,
                )
                yield _named(touch, row)


def _named(touch: TouchShown, row: Touch) -> TouchShown:
    """With all that the row says."""
    partnership = row.partnership
    return replace(
        touch,
        partner_name=partnership.partner.name if partnership else "",
        partnership_id=row.partnership_id or "",
        reference=row.reference,
        link_slug=row.link.slug if row.link else "",
        link_url=row.link.url if row.link else "",
        code=row.code.code if row.code else "",
        click_id=row.click_id,
        referrer=row.referrer,
        country=row.country,
        device=row.device,
    )
