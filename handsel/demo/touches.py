"""Who is said to have brought which buyer: invented by a seed, for orders that are real."""

import math
import random
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from handsel.connectors.online_retail.orders import Invoice
from handsel.demo.calendar import Calendar
from handsel.demo.partners import Partner, partner_called, partners
from handsel.demo.shop import COUNTRIES, goods_minor

# How a partner's reach changes over the year, from 0 to 1.
SHAPES: dict[str, Callable[[float], float]] = {
    "steady": lambda x: 1.0,
    "growing": lambda x: 0.4 + 1.4 * x,
    "fading": lambda x: 1.7 - 1.4 * x,
    "autumn": lambda x: 0.6 + (1.6 if x > 0.72 else 0.0),
    "spike": lambda x: 0.7 + 3.5 * math.exp(-(((x - 0.55) / 0.04) ** 2)),
    "late": lambda x: 0.2 + 0.8 * x,
}

# Whether a buyer is new, and how often one of a kind of partner then brought them.
BRINGS_NEW = {"content": 1.5, "influencer": 1.7, "coupon": 0.5, "loyalty": 0.4, "business": 1.2}
BRINGS_BACK = {"content": 0.9, "influencer": 0.7, "coupon": 1.5, "loyalty": 1.7}
WITH_CODE = {"coupon": 0.35, "influencer": 0.25, "loyalty": 0.12, "content": 0.08}

TOUCHED_NEW, TOUCHED_AGAIN, TOUCHED_GUEST = 0.5, 0.4, 0.25
# Large customers of a wholesaler find it by themselves.
LARGE_MINOR = 300_000
LATER_THAN_WINDOW = timedelta(days=50)

# What somebody should look into.
SECONDS_AFTER = "promo-piper"
OWN_PURCHASES = "willow-tearooms"


@dataclass(frozen=True, slots=True)
class Touch:
    """A click on a link (`link` is its slug), or a code on the order."""

    order: str
    partner: str
    at: datetime
    link: str = ""
    code: str = ""


@dataclass(slots=True)
class Simulation:
    """The touches of a year, one order after another; the same for the same seed."""

    calendar: Calendar
    seed: int
    chance: random.Random = field(init=False)
    _tables: dict[tuple[int, bool, str], list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"touches {self.seed}")  # noqa: S311  no secret

    def touches(self, told: Sequence[Invoice]) -> list[Touch]:
        known: set[str] = set()
        regular = _regular_of(told, self.calendar)
        found: list[Touch] = []
        for order in told:
            if order.is_cancellation:
                continue
            is_new = order.customer is not None and order.customer not in known
            if order.customer:
                known.add(order.customer)
            if order.customer == regular:
                found += self._own_purchase(order)
            elif self.chance.random() < self._likely(order, is_new):
                found += self._of(order, is_new)
            elif self._seconds_after(order):
                found += self._clicks(order, partner_called(SECONDS_AFTER), timedelta(seconds=3))
        return found

    def _progress(self, at: datetime) -> float:
        calendar = self.calendar
        return (at - calendar.begins_at) / (calendar.ends_at - calendar.begins_at)

    def _likely(self, order: Invoice, is_new: bool) -> float:
        if goods_minor(order) > LARGE_MINOR:
            return 0.0
        likely = TOUCHED_NEW if is_new else TOUCHED_AGAIN
        likely = likely if order.customer else TOUCHED_GUEST
        # The program becomes known.
        return likely * (0.5 + 0.5 * self._progress(order.occurred_at))

    def _of(self, order: Invoice, is_new: bool) -> Iterator[Touch]:
        for _ in range(self.chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 2, 3))):
            partner = self._partner(order, is_new)
            has_code = partner.code and self.chance.random() < WITH_CODE.get(partner.kind, 0.0)
            if has_code:
                yield from self._code(order, partner)
            if not has_code or self.chance.random() < 0.5:
                # Most clicks are of the same hour or day, a few older than any window; who looks
                # for a coupon looks at the till.
                usual = (2.5, 1.3) if partner.kind == "coupon" else (6.5, 2.3)
                minutes = self.chance.lognormvariate(*usual)
                yield from self._clicks(order, partner, timedelta(minutes=minutes))

    def _partner(self, order: Invoice, is_new: bool) -> Partner:
        week = int(self._progress(order.occurred_at) * 55)
        country = COUNTRIES.get(order.country, "")
        key = week, is_new, country
        if key not in self._tables:
            weights = [self._weight(p, order.occurred_at, is_new, country) for p in partners()]
            self._tables[key] = list(accumulate(weights))
        table = self._tables[key]
        return partners()[bisect(table, self.chance.random() * table[-1])]

    def _weight(self, partner: Partner, at: datetime, is_new: bool, country: str) -> float:
        if at > partner.left_at(self.calendar):
            return 0.0
        weight = partner.weight * SHAPES[partner.shape](self._progress(at))
        weight *= (BRINGS_NEW if is_new else BRINGS_BACK).get(partner.kind, 1.0)
        if partner.country == country:
            return weight * (1.0 if country == "GB" else 12.0)
        return weight * (1.0 if partner.country == "GB" else 0.12)

    def _clicks(self, order: Invoice, partner: Partner, ago: timedelta) -> Iterator[Touch]:
        ago = min(ago, LATER_THAN_WINDOW) + timedelta(milliseconds=self.chance.randrange(1, 3000))
        at = order.occurred_at - ago
        there = [p for p in partner.links if partner.made_at(p, self.calendar) < at]
        if there and at < partner.left_at(self.calendar):
            # Of a partner's links the newer ones are read more.
            post = self.chance.choices(there, range(2, 2 + len(there)))[0]
            yield Touch(order.number, partner.slug, at, link=partner.slug_of(post))

    def _code(self, order: Invoice, partner: Partner) -> Iterator[Touch]:
        if partner.joined_at(self.calendar) < order.occurred_at:
            yield Touch(order.number, partner.slug, order.occurred_at, code=partner.code)

    def _seconds_after(self, order: Invoice) -> bool:
        """Promo Piper's extension opens its link in the moment in which somebody pays."""
        recent = self.calendar.before_end(45) < order.occurred_at
        return recent and 0 < goods_minor(order) < LARGE_MINOR and self.chance.random() < 0.03

    def _own_purchase(self, order: Invoice) -> Iterator[Touch]:
        """Willow Tearooms buys for itself, each time through its own link."""
        yield from self._clicks(order, partner_called(OWN_PURCHASES), timedelta(seconds=50))


def _regular_of(told: Sequence[Invoice], calendar: Calendar) -> str | None:
    """A customer who has ordered often of late, and little each time."""
    orders = Counter(
        invoice.customer
        for invoice in told
        if invoice.occurred_at > calendar.before_end(110)
        and not invoice.is_cancellation
        and invoice.customer
        and goods_minor(invoice) < 60_000
    )
    often = sorted((customer for customer, n in orders.items() if 7 <= n <= 9 and customer))
    return often[0] if often else None
