"""Where rolling tiers start from: what counted in the days before an order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from handsel.engine.commission import Standing
from handsel.engine.settling.inputs import Member
from handsel.engine.settling.tiered import volumes
from handsel.engine.terms import Percent, Rolling, Terms, clause_number


def standings_before(
    at: datetime,
    order: str,
    agreement: str,
    versions: Mapping[str, Terms],
    members: Sequence[Member],
) -> tuple[Standing, ...]:
    """The standing of an order for each rolling rule of a version.

    `members` are the partnership's orders, of which only those within the days before count: from
    exactly so many times 24 hours before, up to the order itself. Orders of one moment follow each
    other by their reference. `versions` has the terms of every agreement that members name.
    """
    before = [one for one in members if (one.occurred_at, one.order) < (at, order)]
    return tuple(_standings(at, agreement, versions, before))


def _standings(
    at: datetime, agreement: str, versions: Mapping[str, Terms], before: Sequence[Member]
) -> Iterator[Standing]:
    for place, rule in enumerate(versions[agreement].pay):
        if not isinstance(rule, Percent) or rule.tiers is None:
            continue
        if isinstance(rule.tiers.period, Rolling):
            since = at - timedelta(days=rule.tiers.period.days)
            within = [member for member in before if member.occurred_at >= since]
            found = volumes(versions, within, (rule.when, rule.valid))
            by_orders = rule.tiers.measure == "orders"
            counted = len(found) if by_orders else sum(one.basis_minor for one in found)
            yield Standing(agreement=agreement, clause=clause_number(place), counted_before=counted)
