"""What each partner of the demo earns, by another road: the raw file, the simulated touches, and
the rules as docs/demo.md and docs/attribution.md tell them. Amounts are cents."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from handsel.connectors.online_retail.orders import ORDERS
from handsel.connectors.online_retail.tests.recount import LINES, _returned
from handsel.demo.calendar import Calendar
from handsel.demo.partners import Partner, partners
from handsel.demo.touches import Touch

BY_ORDER = """
SELECT invoice, any_value(customer), any_value(sold_at), sum(cents),
       sum(cents - coalesce((CAST(2 AS BIGINT) * cents * returned.pieces + quantity)
                            // (2 * quantity), 0))
  FROM line LEFT JOIN returned USING (place)
 WHERE NOT cancelled AND sku NOT IN ('POST', 'DOT', 'C2')
 GROUP BY invoice ORDER BY any_value(sold_at), invoice
"""


@dataclass(frozen=True)
class Order:
    number: str
    at: datetime
    is_new: bool
    sold: int
    left: int


@dataclass(frozen=True)
class Version:
    """So many percent, so many cents for a new customer, clicks count so many days."""

    begins: datetime
    percent: float
    bonus: int
    window_days: int


def orders(calendar: Calendar, thin: int) -> list[Order]:
    with duckdb.connect() as connection:
        connection.execute(LINES, {"orders": str(ORDERS), "until": None})
        returned = _returned(connection)
        connection.execute("CREATE TABLE returned (place BIGINT, pieces BIGINT)")
        connection.executemany("INSERT INTO returned VALUES (?, ?)", list(returned.items()))
        rows = connection.execute(BY_ORDER).fetchall()
    known: set[int] = set()
    found = []
    for number, customer, at, sold, left in rows:
        if int(customer or number) % thin:
            continue
        is_new = customer is not None and customer not in known
        known.add(customer)
        moved = calendar.moved(at.replace(tzinfo=UTC))
        found.append(Order(number, moved, is_new, int(sold), int(left)))
    return found


def versions(partner: Partner, calendar: Calendar) -> list[Version]:
    joined, raised, lowered = partner.joined_at(calendar), calendar.day(150), calendar.day(215)
    if partner.group == "Ambassadors":
        return [Version(joined, 10, 500, 45)]
    if partner.group == "Coupon and loyalty":
        if joined > lowered:
            return [Version(joined, 4, 0, 14)]
        told = [Version(joined, 5, 0, 14)]
        if joined + timedelta(days=4) < lowered:
            signed = lowered + timedelta(days=1 + len(partner.slug) % 5, hours=11)
            told.append(Version(signed + timedelta(days=30), 4, 0, 14))
        return told
    if joined > raised:
        return [Version(joined, 8, 300, 30)]
    told = [Version(joined, 7, 200, 30)]
    if joined + timedelta(days=4) < raised and partner.slug not in {
        "little-paper-house",
        "market-stall-supply",
    }:
        signed = raised + timedelta(days=1 + len(partner.slug) % 5, hours=10)
        told.append(Version(signed, 8, 300, 30))
    own = {"paper-lantern": (262.6, 9.5), "kitchen-notes": (281.6, 9)}.get(partner.slug)
    if own:
        told.append(Version(calendar.day(own[0] + 3), own[1], 300, 30))
    return told


class Rules:
    def __init__(self, calendar: Calendar) -> None:
        self._versions = {p.slug: versions(p, calendar) for p in partners()}
        self._away = {
            "little-paper-house": (calendar.day(238.5), calendar.day(262.4)),
            "the-craft-shelf": (calendar.day(341.6), calendar.ends_at),
            "unboxed-by-max": (calendar.day(330.7), calendar.ends_at),
        }

    def version(self, slug: str, at: datetime) -> Version | None:
        begins, ends = self._away.get(slug, (at, at))
        if begins <= at < ends:
            return None
        return next((v for v in reversed(self._versions[slug]) if v.begins <= at), None)

    def earned(self, order: Order, touches: Iterable[Touch]) -> tuple[str, int] | None:
        """Who is credited, and with how many cents."""
        codes, clicks = [], []
        for touch in touches:
            if touch.code:
                if self.version(touch.partner, order.at):
                    codes.append(touch)
                continue
            version = self.version(touch.partner, touch.at)
            if version and order.at - touch.at <= timedelta(days=version.window_days):
                clicks.append(touch)
        if codes:
            winner = max(codes, key=lambda touch: touch.code)
            own = [touch for touch in clicks if touch.partner == winner.partner]
            decides = max(own, key=lambda touch: touch.at).at if own else order.at
        elif clicks:
            winner = max(clicks, key=lambda touch: touch.at)
            decides = winner.at
        else:
            return None
        version = self.version(winner.partner, decides)
        assert version is not None
        cents = (int(version.percent * 10) * order.left * 2 + 1000) // 2000
        if order.is_new and (order.left or not order.sold):
            cents += version.bonus
        return winner.partner, cents


def recount(touches: Iterable[Touch], calendar: Calendar, thin: int) -> dict[str, tuple[int, int]]:
    """Orders and cents of each partner."""
    of: dict[str, list[Touch]] = defaultdict(list)
    for touch in touches:
        of[touch.order].append(touch)
    rules = Rules(calendar)
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for order in orders(calendar, thin):
        found = rules.earned(order, of[order.number])
        if found:
            total[found[0]][0] += 1
            total[found[0]][1] += found[1]
    return {slug: (count, cents) for slug, (count, cents) in total.items()}
