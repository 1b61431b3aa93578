"""What counted in the days before an order, for terms whose tiers roll.

It is asked of the orders as they were last evaluated. Where what one of them counts has changed,
those within the days after it are due again (a ripple); what they count does not depend on the
rate they were paid, so that comes to rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q

from handsel.commissions.models import Commission, Revision
from handsel.conversions.models import Ripple
from handsel.engine.agreements import AgreementVersion
from handsel.engine.commission import Evaluation, Standing
from handsel.engine.earning.line import CommissionLine
from handsel.engine.settling import Member, standings_before
from handsel.engine.terms import Percent, Rolling, Terms

# An order of a partnership, by its time and its reference.
Place = tuple[str, datetime, str]


def rolling_days(terms: Terms) -> int:
    """The longest time that tiers of these terms look back; 0 where none does."""
    periods = (rule.tiers.period for rule in terms.pay if isinstance(rule, Percent) and rule.tiers)
    return max((period.days for period in periods if isinstance(period, Rolling)), default=0)


class Asked(NamedTuple):
    """The order whose standings are asked for, and the versions that may pay it."""

    order: str
    at: datetime
    versions: Sequence[AgreementVersion]


def standings(asked: Mapping[str, Asked]) -> dict[str, tuple[Standing, ...]]:
    """By conversion: one for each rolling rule of each version, where there are any."""
    wanted: dict[str, tuple[Asked, dict[str, int]]] = {}
    for pk, one in asked.items():
        days: dict[str, int] = defaultdict(int)
        for version in one.versions:
            days[version.partnership] = max(days[version.partnership], rolling_days(version.terms))
        if any(days.values()):
            wanted[pk] = one, {name: most for name, most in days.items() if most}
    if not wanted:
        return {}
    members = _members(wanted)
    return {pk: tuple(_standings(one, days, members)) for pk, (one, days) in wanted.items()}


def _standings(
    one: Asked, days: Mapping[str, int], members: Mapping[str, Sequence[Member]]
) -> Iterable[Standing]:
    for partnership in sorted(days):
        own = {v.agreement: v.terms for v in one.versions if v.partnership == partnership}
        known = [m for m in members[partnership] if m.agreement in own and m.order != one.order]
        for agreement, terms in own.items():
            if rolling_days(terms):
                yield from standings_before(one.at, one.order, agreement, own, known)


def _members(wanted: Mapping[str, tuple[Asked, dict[str, int]]]) -> dict[str, list[Member]]:
    """The credited orders of these partnerships in the days that are looked back at."""
    within = Q()
    for one, days in wanted.values():
        for partnership, most in days.items():
            within |= Q(
                commission__partnership=partnership,
                commission__occurred_at__range=(one.at - timedelta(days=most), one.at),
            )
    rows = (
        Revision.objects.filter(within, commission__kind=Commission.Kind.ORDER)
        .exclude(commission__status=Commission.Status.DECLINED)
        .order_by("commission_id", "-number")
        .distinct("commission_id")
        .values_list("commission__partnership_id", "commission__occurred_at", "evaluation")
    )
    found: dict[str, list[Member]] = defaultdict(list)
    for partnership, occurred_at, evaluation in rows:
        if evaluation["credit"] is not None:
            found[partnership].append(_member(occurred_at, evaluation))
    return found


def _member(occurred_at: datetime, evaluation: Mapping[str, Any]) -> Member:
    """As much of it as volumes are made of."""
    lines = tuple(CommissionLine.model_validate(line) for line in evaluation["lines"])
    weights = next((line.denominator for line in lines if line.kind == "share"), 1)
    return Member(
        order=evaluation["order"],
        occurred_at=occurred_at,
        agreement=evaluation["agreement"],
        customer_is_new=None,
        event="sale",
        amount_minor=evaluation["amount_minor"],
        counts_minor=0,
        lines=lines,
        weight=evaluation["credit"].get("weight", 1) if weights > 1 else 1,
        weights=weights,
    )


def ripple(
    commission: Commission,
    before: Mapping[str, Any] | None,
    after: Evaluation,
    moved_from: datetime,
    versions: Sequence[AgreementVersion],
) -> Ripple | None:
    """Makes the orders after this one due again, where what counts for them has changed."""
    most = max(
        (rolling_days(v.terms) for v in versions if v.partnership == commission.partnership_id),
        default=0,
    )
    moved = moved_from != commission.occurred_at
    if not most or (not moved and _counted(before) == _counted(after.model_dump(mode="json"))):
        return None
    return Ripple(
        brand_id=commission.brand_id,
        program_id=commission.program_id,
        partnership_id=commission.partnership_id,
        since=min(moved_from, commission.occurred_at),
        until=max(moved_from, commission.occurred_at) + timedelta(days=most),
    )


def _counted(evaluation: Mapping[str, Any] | None) -> object:
    """What later orders are told of an order: which rule counted how much, under which terms."""
    if evaluation is None or evaluation["credit"] is None:
        return None
    lines = [
        (line["clause"], line["basis_minor"])
        for line in evaluation["lines"]
        if line["kind"] in ("percent", "tiers")
    ]
    shares = [line["denominator"] for line in evaluation["lines"] if line["kind"] == "share"]
    return evaluation["agreement"], evaluation["credit"].get("weight", 1), shares, lines
