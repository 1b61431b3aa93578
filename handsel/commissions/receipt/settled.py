"""What a commission without an order is settled from: the orders of a period, the clicks of a day,
what was done for a bonus, what a partner brought, what a person decided."""

from dataclasses import dataclass
from datetime import date, datetime

from handsel.commissions.models import Commission, Submission
from handsel.engine.settling import (
    BonusInputs,
    DayInputs,
    OverrideInputs,
    PeriodInputs,
    SettlementInputs,
)
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class MemberShown:
    """An order of a period: what it was paid by itself, and under which version. `commission_id`
    is that of its own receipt; empty where the reader has none."""

    order: str
    occurred_at: datetime
    event: str
    counts_minor: int
    amount_minor: int
    agreement_number: int
    weight: int
    weights: int
    commission_id: str


@dataclass(frozen=True, slots=True)
class AlsoShown:
    """What else was earned in a period, under the name of its own commission."""

    commission: Commission
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CountShown:
    """Clicks that count, and impressions, of one kind; empty fields are not known, or not asked."""

    country: str
    device: str
    source: str
    agreement_number: int
    clicks: int
    impressions: int


@dataclass(frozen=True, slots=True)
class SettledShown:
    """`day` and `link` are of a day of clicks; `starts_at` and `ends_at` (excluded) of a period
    that ends. `source` is the commission that a share is taken of, for who may see it; `reason`
    is a person's."""

    kind: str
    members: tuple[MemberShown, ...] = ()
    also: tuple[AlsoShown, ...] = ()
    counts: tuple[CountShown, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    link: str = ""
    submission: Submission | None = None
    source: Commission | None = None
    reason: str = ""

    @property
    def members_minor(self) -> int:
        return sum(member.amount_minor for member in self.members)

    @property
    def clicks(self) -> int:
        return sum(count.clicks for count in self.counts)

    @property
    def impressions(self) -> int:
        return sum(count.impressions for count in self.counts)


def settled_shown(
    commission: Commission, inputs: SettlementInputs, member: ActsFor
) -> SettledShown:
    """For a commission of any kind but an order's."""
    if isinstance(inputs, PeriodInputs):
        return _period(commission, inputs, member)
    if isinstance(inputs, DayInputs):
        return _day(inputs)
    if isinstance(inputs, BonusInputs):
        proofs = Submission.objects.visible_to(member).filter(commission=commission)
        return SettledShown(kind="bonus", submission=proofs.first())
    if isinstance(inputs, OverrideInputs):
        rows = Commission.objects.visible_to(member).filter(pk=inputs.of.commission)
        return SettledShown(kind="override", source=rows.select_related("conversion").first())
    return SettledShown(kind="manual", reason=str(commission.about.get("reason", "")))


def _period(commission: Commission, inputs: PeriodInputs, member: ActsFor) -> SettledShown:
    numbers = {version.agreement: version.number for version in inputs.agreements}
    rows = Commission.objects.visible_to(member).filter(partnership=inputs.partnership)
    orders = rows.filter(kind=Commission.Kind.ORDER, occurred_at__gte=inputs.start)
    receipts: dict[str, str] = {}
    for pk, kind, reference in orders.filter(occurred_at__lt=inputs.end).values_list(
        "pk", "conversion__kind", "conversion__order_reference"
    ):
        receipts |= {f"{kind}:{reference}": pk}
    subjects = {(other.kind, other.subject): other.amount_minor for other in inputs.also}
    others = rows.filter(subject__in=[subject for _kind, subject in subjects])
    by_name = {(other.kind, other.subject): other for other in others}
    unending = inputs.period == "ever"
    return SettledShown(
        kind="period",
        members=tuple(
            MemberShown(
                order=one.order.removeprefix(f"{one.event}:"),
                occurred_at=one.occurred_at,
                event=one.event,
                counts_minor=one.counts_minor,
                amount_minor=one.amount_minor,
                agreement_number=numbers[one.agreement],
                weight=one.weight,
                weights=one.weights,
                commission_id=receipts.get(
                    f"{one.event}:{one.order.removeprefix(f'{one.event}:')}", ""
                ),
            )
            for one in inputs.members
        ),
        also=tuple(
            AlsoShown(by_name[name], minor) for name, minor in subjects.items() if name in by_name
        ),
        starts_at=None if unending else inputs.start,
        ends_at=None if unending else inputs.end,
    )


def _day(inputs: DayInputs) -> SettledShown:
    numbers = {version.agreement: version.number for version in inputs.agreements}
    return SettledShown(
        kind="day",
        day=inputs.day,
        link=inputs.link,
        counts=tuple(
            CountShown(
                country=count.country,
                device=count.device,
                source=count.source,
                agreement_number=numbers[count.agreement],
                clicks=count.clicks,
                impressions=count.impressions,
            )
            for count in inputs.counts
        ),
    )
