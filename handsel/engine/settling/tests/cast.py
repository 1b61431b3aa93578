"""Orders of one partner in September, as they were evaluated, and the month that settles them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from handsel.engine.agreements import AgreementVersion
from handsel.engine.commission import Inputs, judge
from handsel.engine.orders import Fact, fold
from handsel.engine.settling import Member, PeriodInputs, Settlement, member_of, period_of, settle
from handsel.engine.terms import Percent, Terms, Tiers, TierStep
from handsel.engine.tests.cast import BEN, agreement, click, refund, sale

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
NEXT = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
# Edges 0, 1,000, 5,000 and 20,000; 5, 7, 9 and 12 %.
STEPS = (
    TierStep(start=100_000, rate_ppm=70_000),
    TierStep(start=500_000, rate_ppm=90_000),
    TierStep(start=2_000_000, rate_ppm=120_000),
)


def tiered(mode: str = "marginal", **fields: Any) -> Percent:
    tiers = {"period": "month", "mode": mode, "steps": STEPS} | fields
    return Percent(rate_ppm=50_000, tiers=Tiers(**tiers))


def terms(*pay: Any, **sections: Any) -> Terms:
    return Terms(currency="EUR", pay=pay, **sections)


def member(
    order: str,
    amount_minor: int,
    agreed: AgreementVersion | Terms,
    *,
    at: datetime = FIRST + DAY,
    back_minor: int = 0,
    more: Sequence[Fact] = (),
    **fields: Any,
) -> Member:
    """An order of this amount as a period counts it: judged like any other."""
    version = agreement(terms=agreed) if isinstance(agreed, Terms) else agreed
    facts = [sale(amount_minor, order=order, at=at, **fields), *more]
    if back_minor:
        facts.append(refund(back_minor, order=order, at=at + DAY))
    touch = click(0, occurred_at=max(version.valid_from, at - 9 * DAY))
    inputs = Inputs(facts=tuple(facts), touches=(touch,), agreements=(version,))
    return member_of(judge(inputs, BEN), fold(facts))


def month(
    members: Iterable[Member],
    *agreements: AgreementVersion | Terms,
    period: Any = "month",
    **fields: Any,
) -> Settlement:
    """The period that September's first day lies in, settled."""
    versions = tuple(agreement(terms=one) if isinstance(one, Terms) else one for one in agreements)
    start, end = period_of(FIRST, period, versions[-1].terms.time_zone)
    return settle(
        PeriodInputs(
            partnership=BEN,
            period=period,
            start=start,
            end=end,
            agreements=versions,
            members=tuple(members),
            **fields,
        )
    )


def lines(settlement: Settlement) -> list[tuple[int, str, int]]:
    return [(line.clause, line.kind, line.amount_minor) for line in settlement.lines]


def total_minor(members: Iterable[Member], settlement: Settlement) -> int:
    """What the orders earned and the period adds."""
    return sum(one.amount_minor for one in members) + settlement.amount_minor
