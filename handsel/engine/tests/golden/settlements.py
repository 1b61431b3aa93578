"""Golden settlements: what was paid besides single orders, and must come out the same for ever."""

from datetime import UTC, date, datetime
from typing import Any, Literal

from handsel.engine.agreements import AgreementVersion
from handsel.engine.proof import ProofFile, SettlementRecord, evidence
from handsel.engine.settling import (
    AlsoEarned,
    BonusInputs,
    BudgetSpent,
    DayCount,
    DayInputs,
    Earned,
    ManualInputs,
    Member,
    OverrideInputs,
    PeriodInputs,
    Settlement,
    SettlementInputs,
    settle,
)
from handsel.engine.settling.tests.cast import DAY, FIRST, NEXT, member, terms, tiered
from handsel.engine.terms import (
    Cap,
    FirstSale,
    Floor,
    Milestone,
    Override,
    Percent,
    PerClick,
    PerThousand,
    SignUp,
    Task,
    Tenure,
    Terms,
    TierStep,
    Views,
    When,
)
from handsel.engine.tests.cast import BEN, CLEO, ORDERED, agreement
from handsel.engine.tests.sealed import COMMISSION, EXPENSE, PAYABLE, PENDING, entry, file
from handsel.engine.values import Value

EUR: Any = {"currency": "EUR"}
MONTH = "month:2026-09-01"


class SettlementReceipt(Value):
    inputs: SettlementInputs
    settlement: Settlement


BONUSES = (
    Milestone(measure="orders", reaches=2, period="month", every=True, amount_minor=500, **EUR),
    FirstSale(amount_minor=2000, **EUR),
    SignUp(amount_minor=1000, **EUR),
    Tenure(months=12, orders_min=2, amount_minor=9000, **EUR),
    Task(name="A film", times_max=2, amount_minor=700, **EUR),
    Views(per_views=1000, amount_minor=300, most_minor=1000, **EUR),
)
EVERYTHING = terms(
    tiered(),
    Percent(rate_ppm=30_000, when=When(customer="new")),
    PerClick(amount_minor=7, **EUR),
    PerClick(amount_minor=11, when=When(countries=("SE",)), **EUR),
    PerThousand(amount_minor=250, **EUR),
    bonuses=BONUSES,
    overrides=(Override(level=1, rate_ppm=50_000, months_max=12),),
)
STEEPER = terms(tiered(steps=(TierStep(start=100_000, rate_ppm=100_000),)))
RETROACTIVE = terms(tiered("retroactive"))
COUNTED = terms(tiered(measure="orders", steps=(TierStep(start=2, rate_ppm=80_000),)))
BOUNDED = terms(
    tiered(),
    floors=(Floor(per="partner", period="month", amount_minor=20_000, **EUR),),
    caps=(
        Cap(per="partner", period="month", amount_minor=30_000, **EUR),
        Cap(per="program", period="month", amount_minor=90_000, **EUR),
    ),
)
SINCE = (ORDERED - FIRST).total_seconds() / 86_400 - 15
AMOUNTS = 250_000, 250_000, 100_000


def members(agreed: AgreementVersion | Terms, *amounts: int) -> tuple[Member, ...]:
    return tuple(
        member(f"L-{place}", minor, agreed, at=FIRST + place * DAY)
        for place, minor in enumerate(amounts or AMOUNTS, start=1)
    )


def period(agreed: Terms, orders: tuple[Member, ...], **more: Any) -> PeriodInputs:
    base: dict[str, Any] = {
        "partnership": BEN,
        "period": "month",
        "start": FIRST,
        "end": NEXT,
        "agreements": (agreement(terms=agreed),),
        "members": orders,
    }
    return PeriodInputs(**(base | more))


def two_versions() -> PeriodInputs:
    old = agreement(terms=EVERYTHING, until=SINCE)
    new = agreement(terms=STEEPER, number=2, since=SINCE)
    late = member("L-9", 400_000, new, at=FIRST + 20 * DAY)
    return period(EVERYTHING, (*members(old), late), agreements=(old, new))


def refunded() -> PeriodInputs:
    back = member("L-3", 100_000, EVERYTHING, at=FIRST + 3 * DAY, back_minor=100_000)
    return period(EVERYTHING, (*members(EVERYTHING)[:2], back))


def bonus(place: int, **more: Any) -> BonusInputs:
    base: dict[str, Any] = {
        "partnership": BEN,
        "agreement": agreement(terms=EVERYTHING),
        "place": place,
        "earned_at": FIRST,
    }
    return BonusInputs(**(base | more))


def override(level: Literal[1, 2]) -> OverrideInputs:
    return OverrideInputs(
        partnership=BEN,
        agreement=agreement(terms=EVERYTHING),
        level=level,
        brought_at=datetime(2026, 1, 1, tzinfo=UTC),
        of=Earned(
            commission="com_cleos",
            partnership=CLEO,
            occurred_at=FIRST,
            amount_minor=1250,
            currency="EUR",
        ),
    )


DAY_OF_CLICKS = DayInputs(
    partnership=BEN,
    link="spring",
    day=date(2026, 9, 2),
    agreements=(agreement(terms=EVERYTHING),),
    counts=(
        DayCount(agreement="agr_par_ben_1", country="SE", clicks=3, impressions=1500),
        DayCount(agreement="agr_par_ben_1", country="NO", device="phone", clicks=4),
        DayCount(agreement="agr_par_ben_1", impressions=502),
    ),
)
BY_HAND = ManualInputs(
    partnership=BEN, amount_minor=-500, currency="EUR", reason_digest="ab" * 32, at=FIRST
)
SPENT = BudgetSpent(agreement="agr_par_ben_1", clause=8, at=FIRST + 2 * DAY, rest_minor=8000)
ALSO = AlsoEarned(
    kind="day", subject="spring:2026-09-02", agreement="agr_par_ben_1", amount_minor=600
)
JOINED = datetime(2025, 9, 1, tzinfo=UTC)


def settlement_inputs() -> dict[str, SettlementInputs]:
    """Inputs of Ben's, by the name of their receipt."""
    return {
        "month-marginal": period(EVERYTHING, members(EVERYTHING)),
        "month-refunded": refunded(),
        "month-retroactive": period(RETROACTIVE, members(RETROACTIVE)),
        "month-by-orders": period(COUNTED, members(COUNTED)),
        "month-two-versions": two_versions(),
        "month-floor": period(BOUNDED, members(BOUNDED, 1000)),
        "month-cap": period(BOUNDED, members(BOUNDED), also=(ALSO,)),
        "month-budget": period(BOUNDED, members(BOUNDED), spent=(SPENT,)),
        "month-empty": period(EVERYTHING, ()),
        "day-of-clicks": DAY_OF_CLICKS,
        "first-sale": bonus(1, because="L-1"),
        "sign-up-too-early": bonus(2),
        "tenure": bonus(3, joined_at=JOINED, orders=2),
        "task": bonus(4, number=2, because="A film about wool"),
        "views": bonus(5, views=5200, because="post-1"),
        "override": override(1),
        "override-none": override(2),
        "by-hand": BY_HAND,
    }


def settlement_receipts() -> dict[str, SettlementReceipt]:
    return {
        name: SettlementReceipt(inputs=inputs, settlement=settle(inputs))
        for name, inputs in settlement_inputs().items()
    }


def a_month() -> ProofFile:
    """September's tiers, approved; then an order of it goes back, and the month is adjusted."""
    first, second = (
        SettlementRecord(number=number, inputs=inputs, evaluation=settle(inputs))
        for number, inputs in enumerate((period(EVERYTHING, members(EVERYTHING)), refunded()), 1)
    )
    earned_minor = first.evaluation.amount_minor
    lost_minor = earned_minor - second.evaluation.amount_minor
    why = [evidence(COMMISSION, record) for record in (first, second)]
    entries = [
        entry("earned", EXPENSE, PENDING, earned_minor, NEXT, why[0]),
        entry("approved", PENDING, PAYABLE, earned_minor, NEXT + 30 * DAY),
        entry("changed", PAYABLE, EXPENSE, lost_minor, NEXT + 31 * DAY, why[1]),
    ]
    left_minor = second.evaluation.amount_minor
    return file(entries, [first, second], left_minor, subject=MONTH)
