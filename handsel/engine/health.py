"""How a partnership is doing: a number of 100 in four parts, each with its reasons.

Both sides see the same parts. They are counted over the last 90 days; growth also looks at the 90
days before. `docs/health.md` gives the formula with worked numbers.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from handsel.engine.money import PPM, round_half_away
from handsel.engine.values import Step, Value

DAYS = 90
# Fewer orders than this in both periods together say nothing yet.
ORDERS_MIN = 5

# The most that each part gives. Together 100.
POINTS: Mapping[str, int] = {"growth": 30, "customers": 25, "traffic": 20, "relationship": 25}
# A score from this on; below the last it is `watch`.
LEVELS = (("strong", 80), ("good", 60))

Ramp = tuple[tuple[int, int], ...]
"""Corners (value in ppm, points): straight between them, level before the first and after the
last."""

GROWTH: Ramp = ((-500_000, 0), (0, 18), (250_000, 30))
NEW_CUSTOMERS: Ramp = ((0, 0), (600_000, 15))
SENT_BACK: Ramp = ((30_000, 10), (200_000, 0))
ODD_CLICKS: Ramp = ((50_000, 12), (300_000, 0))
IN_TIME: Ramp = ((0, 0), (PPM, 10))
WITHHELD_POINTS, WITHHELD_COSTS = 8, 2
SIGNED_POINTS = 10
PAID_POINTS = 5


class Record(Value):
    """What happened between two sides in `DAYS` days, and the revenue of as many before.

    `revenue_minor` is what is left of the orders after refunds, `sold_minor` what was sold and
    `returned_minor` what went back of it. `new_customers` of `known_customers` orders were a
    buyer's first; of the other orders nobody can say. `odd_clicks` of `clicks` did not count
    (bots, repeats). Questions are late when they were answered after the promised day, or are
    still open then.
    """

    revenue_minor: int = 0
    revenue_before_minor: int = 0
    orders: int = 0
    orders_before: int = 0
    known_customers: int = 0
    new_customers: int = 0
    sold_minor: int = 0
    returned_minor: int = 0
    clicks: int = 0
    odd_clicks: int = 0
    withheld: int = 0
    signed: bool = False
    questions: int = 0
    questions_late: int = 0
    payouts: int = 0
    payouts_failed: int = 0


class Reason(Step):
    """Why a part has the points it has."""


class Part(Value):
    code: str
    points: int
    most: int
    reasons: tuple[Reason, ...]


class Health(Value):
    """`score` is None, and `parts` empty, where there were too few orders to say anything."""

    score: int | None
    parts: tuple[Part, ...] = ()

    @property
    def level(self) -> str:
        """`strong`, `good`, `watch`, or `new` without a score."""
        if self.score is None:
            return "new"
        return next((name for name, least in LEVELS if self.score >= least), "watch")


def health(record: Record) -> Health:
    """The score and its four parts; each part is rounded once, and they add up to the score.

    >>> found = health(Record(orders=250, orders_before=210, revenue_minor=118_20,
    ...     revenue_before_minor=100_00, known_customers=250, new_customers=143,
    ...     sold_minor=122_00, returned_minor=3_80, clicks=6_180, signed=True))
    >>> [(part.code, part.points, part.most) for part in found.parts]
    [('growth', 27, 30), ('customers', 24, 25), ('traffic', 20, 20), ('relationship', 25, 25)]
    >>> found.score, found.level
    (96, 'strong')
    """
    if record.orders + record.orders_before < ORDERS_MIN:
        return Health(score=None)
    parts = (_growth(record), _customers(record), _traffic(record), _relationship(record))
    return Health(score=sum(part.points for part in parts), parts=parts)


def on_ramp(ramp: Ramp, value_ppm: int) -> Fraction:
    """The points at a value, exactly.

    >>> on_ramp(GROWTH, 182_000), on_ramp(GROWTH, -900_000), on_ramp(GROWTH, 0)
    (Fraction(3342, 125), Fraction(0, 1), Fraction(18, 1))
    """
    first, last = ramp[0], ramp[-1]
    if value_ppm <= first[0]:
        return Fraction(first[1])
    for (low, low_points), (high, high_points) in pairwise(ramp):
        if value_ppm <= high:
            way = Fraction(value_ppm - low, high - low)
            return low_points + way * (high_points - low_points)
    return Fraction(last[1])


def _growth(record: Record) -> Part:
    now, before = record.revenue_minor, record.revenue_before_minor
    if before <= 0:
        began = now > 0
        points = Fraction(POINTS["growth"] if began else 0)
        reason = Reason(code="revenue_began") if began else Reason(code="revenue_none")
        return _part("growth", points, reason)
    change_ppm = share_ppm(now - before, before)
    if change_ppm >= 0:
        reason = Reason(code="revenue_up", params={"change_ppm": _short(change_ppm)})
    else:
        reason = Reason(code="revenue_down", params={"change_ppm": _short(-change_ppm)})
    return _part("growth", on_ramp(GROWTH, change_ppm), reason)


def _customers(record: Record) -> Part:
    """Who was new, and how little came back. Where nobody can say who was new: half of it."""
    if record.orders == 0:
        return _part("customers", Fraction(0), Reason(code="no_orders"))
    if record.known_customers:
        share = share_ppm(record.new_customers, record.known_customers)
        points = on_ramp(NEW_CUSTOMERS, share)
        reason = Reason(code="new_share", params={"share_ppm": _short(share)})
    else:
        points = Fraction(NEW_CUSTOMERS[-1][1], 2)
        reason = Reason(code="customers_unknown")
    back = share_ppm(record.returned_minor, record.sold_minor)
    said = Reason(code="sent_back", params={"share_ppm": _short(back)})
    return _part("customers", points + on_ramp(SENT_BACK, back), reason, said)


def _traffic(record: Record) -> Part:
    odd = share_ppm(record.odd_clicks, record.clicks + record.odd_clicks)
    clicks = on_ramp(ODD_CLICKS, odd)
    if odd > ODD_CLICKS[0][0]:
        reason = Reason(code="clicks_odd", params={"share_ppm": _short(odd)})
    else:
        reason = Reason(code="clicks_fine", params={"days": DAYS})
    reasons = [reason]
    if record.withheld:
        reasons.append(Reason(code="withheld", params={"count": record.withheld}))
    kept = max(WITHHELD_POINTS - WITHHELD_COSTS * record.withheld, 0)
    return _part("traffic", clicks + kept, *reasons)


def _relationship(record: Record) -> Part:
    points = Fraction(SIGNED_POINTS if record.signed else 0)
    reasons = [Reason(code="signed") if record.signed else Reason(code="unsigned")]
    in_time = record.questions - record.questions_late
    points += on_ramp(IN_TIME, share_ppm(in_time, record.questions) if record.questions else PPM)
    if record.questions_late:
        params = {"late": record.questions_late, "count": record.questions}
        reasons.append(Reason(code="questions_late", params=params))
    elif record.questions:
        reasons.append(Reason(code="questions_in_time", params={"count": record.questions}))
    if record.payouts_failed:
        reasons.append(Reason(code="payouts_failed", params={"count": record.payouts_failed}))
    else:
        points += PAID_POINTS
    return _part("relationship", points, *reasons)


def share_ppm(part: int, whole: int) -> int:
    """A share in ppm; nothing of nothing is 0.

    >>> share_ppm(143, 250)
    572000
    """
    return round_half_away(part * PPM, whole) if whole > 0 else 0


def _short(ppm: int) -> int:
    """As a sentence says it: whole per cents.

    >>> _short(572_000)
    570000
    """
    return round_half_away(ppm, 10_000) * 10_000


def _part(code: str, points: Fraction, *reasons: Reason) -> Part:
    whole = round_half_away(points.numerator, points.denominator)
    return Part(code=code, points=whole, most=POINTS[code], reasons=reasons)
