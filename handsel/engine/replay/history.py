"""A program's history as columns of numbers: what replay computes on.

Everything that is a name is a number: orders by their place among all references, articles,
countries and codes by their place in `names` (0 is the empty one), partnerships by theirs. Moments
are microseconds since 1970. Amounts are minor units of the order's currency.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from handsel.engine.attribution import Touch, TouchKind
from handsel.engine.orders import LineState, OrderState
from handsel.engine.orders.facts import GivenMetadata
from handsel.engine.terms.conditions import Event

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Column = NDArray[Any]

EVENTS: tuple[Event, ...] = get_args(Event)
KINDS: tuple[TouchKind, ...] = (
    "click",
    "code",
    "sku",
    "customer",
    "lifetime",
    "channel",
    "renewal",
    "manual",
)
CLICK, CODE, SKU, CUSTOMER, LIFETIME, CHANNEL, RENEWAL, MANUAL = range(len(KINDS))
NEVER = np.iinfo(np.int64).min
# Orders of larger sums are computed one by one, in numbers without a limit.
VECTOR_MINOR_MAX = 2**31
VECTOR_PIECES_MAX = 2**20

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

ORDER_COLUMNS: Mapping[str, type] = {
    "at": np.int64,
    "reference": np.int64,
    "currency": np.int32,
    "event": np.int8,
    "renewal": np.int32,
    "renews_at": np.int64,
    "bought_at": np.int64,
    "customer": np.int8,
    "country": np.int32,
    "cancelled": np.bool_,
    "shipping_minor": np.int64,
    "shipping_tax_minor": np.int64,
    "shipping_left_minor": np.int64,
    "lines": np.int64,
    "touch_start": np.int64,
    "touch_end": np.int64,
    "only_clicks": np.bool_,
}
LINE_COLUMNS: Mapping[str, type] = {
    "sku": np.int32,
    "category": np.int32,
    "quantity": np.int64,
    "gross_minor": np.int64,
    "discount_minor": np.int64,
    "tax_minor": np.int64,
    "left_minor": np.int64,
}
TOUCH_COLUMNS: Mapping[str, type] = {
    "at": np.int64,
    "kind": np.int8,
    "partnership": np.int32,
    "barred": np.bool_,
    "country": np.int32,
    "device": np.int32,
    "source": np.int32,
    "link": np.int32,
    "reference": np.int32,
    "binds": np.int32,
    "weight": np.int64,
}
METADATA_COLUMNS: Mapping[str, type] = {"order": np.int64, "name": np.int32, "value": np.int32}
CLICK_COLUMNS: Mapping[str, type] = {
    "at": np.int64,
    "partnership": np.int32,
    "link": np.int32,
    "country": np.int32,
    "device": np.int32,
    "source": np.int32,
    "clicks": np.int64,
    "impressions": np.int64,
}
TABLES: Mapping[str, Mapping[str, type]] = {
    "orders": ORDER_COLUMNS,
    "lines": LINE_COLUMNS,
    "touches": TOUCH_COLUMNS,
    "metadata": METADATA_COLUMNS,
    "clicks": CLICK_COLUMNS,
}


class Table:
    """Columns of one length, each read when it is first asked for."""

    def __init__(self, size: int, read: Callable[[str], Column]) -> None:
        self.size = size
        self._read = read
        self._columns: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = self._read(name)
        return self._columns[name]

    @classmethod
    def of(cls, columns: Mapping[str, Column]) -> "Table":
        size = len(next(iter(columns.values())))
        return cls(size, columns.__getitem__)


class PastOrder(NamedTuple):
    """An order as it stands now, and its touches."""

    state: OrderState
    touches: Sequence[Touch]


class PastClicks(NamedTuple):
    """Clicks and impressions that count, of one kind, in one quarter of an hour."""

    at: datetime
    partnership: str
    link: str
    country: str
    device: str
    source: str
    clicks: int
    impressions: int


@dataclass(slots=True)
class History:
    """Orders by time; their lines one after the other; touches by journey and then by place.

    The touches of an order are those from `touch_start` to `touch_end`, of which some may be later
    than the order: a journey may be shared by the orders of one customer. `only_clicks`: it has no
    touches of another kind.
    """

    orders: Table
    lines: Table
    touches: Table
    metadata: Table
    clicks: Table
    names: Sequence[str]
    partnerships: Sequence[str]
    # What was computed of the orders already: what counts, by basis.
    known: dict[Any, Any] = field(default_factory=dict)

    def number_of(self, name: str) -> int:
        """The number of a name; -1 where it never came up."""
        numbers = self.known.get("names")
        if numbers is None:
            numbers = self.known["names"] = {name: at for at, name in enumerate(self.names)}
        return int(numbers.get(name, -1))

    @property
    def line_start(self) -> Ints:
        if "line_start" not in self.known:
            self.known["line_start"] = starts(self.orders["lines"])
        found: Ints = self.known["line_start"]
        return found

    def state(self, order: int) -> OrderState:
        """One order, as the engine reads it; names that decide nothing are numbers."""
        row = {name: self.orders[name][order] for name in ORDER_COLUMNS}
        start, end = self.line_start[order], self.line_start[order + 1]
        customer = int(row["customer"])
        at = moment(row["at"])
        return OrderState(
            order=order_name(int(row["reference"])),
            fact_id="replay",
            trust="store",
            occurred_at=at,
            delivered_at=None,
            cancelled_at=at if row["cancelled"] else None,
            currency=self.names[row["currency"]],
            lines=tuple(self._line(line) for line in range(start, end)),
            shipping_minor=int(row["shipping_minor"]),
            shipping_tax_minor=int(row["shipping_tax_minor"]),
            shipping_left_minor=int(row["shipping_left_minor"]),
            customer_is_new=None if customer < 0 else customer == 1,
            codes=(),
            click_ids=(),
            codes_believed=(),
            click_ids_believed=(),
            event=EVENTS[row["event"]],
            country=self.names[row["country"]],
            metadata=self._metadata(order),
            renews_at=moment_or_none(row["renews_at"]),
            renewal=int(row["renewal"]),
            bought_at=moment_or_none(row["bought_at"]),
        )

    def _line(self, line: int) -> LineState:
        row = {name: int(self.lines[name][line]) for name in LINE_COLUMNS}
        sku, category = self.names[row.pop("sku")], self.names[row.pop("category")]
        return LineState(line_id=str(line), sku=sku, category=category, **row)

    def _metadata(self, order: int) -> tuple[GivenMetadata, ...]:
        rows: Sequence[int] = np.flatnonzero(self.metadata["order"] == order).tolist()
        return tuple(
            GivenMetadata(
                name=self.names[self.metadata["name"][row]],
                value=self.names[self.metadata["value"][row]],
            )
            for row in rows
        )

    def touches_of(self, order: int) -> list[Touch]:
        """The touches of an order, as the engine reads them; the id of each is its place."""
        start, end = self.orders["touch_start"][order], self.orders["touch_end"][order]
        return [self._touch(int(place)) for place in range(start, end)]

    def _touch(self, place: int) -> Touch:
        row = {name: self.touches[name][place] for name in TOUCH_COLUMNS}
        kind: TouchKind = KINDS[row["kind"]]
        return Touch(
            touch_id=f"{place:012d}",
            kind=kind,
            occurred_at=moment(row["at"]),
            partnership=self.partnerships[row["partnership"]],
            reference=self.names[row["reference"]],
            standing="click_filtered" if row["barred"] else None,
            country=self.names[row["country"]],
            device=self.names[row["device"]],
            source=self.names[row["source"]],
            link=self.names[row["link"]],
            binds=self.names[row["binds"]] or None,
            weight=int(row["weight"]),
        )


def order_name(reference: int) -> str:
    """Sorts as the references do."""
    return f"{reference:012d}"


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: Any) -> datetime:
    return _EPOCH + int(microseconds) * _MICROSECOND


def moment_or_none(microseconds: Any) -> datetime | None:
    return None if microseconds == NEVER else moment(microseconds)


def starts(sizes: Column) -> Ints:
    """Where each of these begins when they stand one after the other, and where the last ends."""
    found = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=found[1:])
    return found


class Numbers(dict[str, int]):
    """Names by number, in the order they first came up."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


class HistoryWriter:
    """Columns from orders, one after the other, in whatever order they come."""

    def __init__(self) -> None:
        self.names = Numbers({"": 0})
        self.partnerships = Numbers()
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        self._references: list[tuple[str, str]] = []

    def add(self, order: PastOrder) -> None:
        state, names = order.state, self.names
        rows = self._rows
        mine = sorted(order.touches, key=lambda t: (t.occurred_at, t.sequence, t.touch_id))
        start = len(rows["touches"])
        rows["touches"] += [self._touch(touch) for touch in mine]
        number = len(rows["orders"])
        rows["lines"] += [self._line(line) for line in state.lines]
        rows["metadata"] += [(number, names[m.name], names[m.value]) for m in state.metadata]
        self._references.append((state.order, state.event))
        new = state.customer_is_new
        rows["orders"].append(
            (
                microseconds(state.occurred_at),
                number,
                names[state.currency],
                EVENTS.index(state.event),
                state.renewal,
                _or_never(state.renews_at),
                _or_never(state.bought_at),
                -1 if new is None else int(new),
                names[state.country],
                state.cancelled_at is not None,
                state.shipping_minor,
                state.shipping_tax_minor,
                state.shipping_left_minor,
                len(state.lines),
                start,
                start + len(mine),
                all(touch.kind == "click" for touch in mine),
            )
        )

    def know(self, partnerships: Iterable[str]) -> None:
        """Partnerships that may earn something without any order or click."""
        for partnership in partnerships:
            self.partnerships[partnership]

    def add_clicks(self, clicks: Iterable[PastClicks]) -> None:
        names = self.names
        self._rows["clicks"] += [
            (
                microseconds(one.at),
                self.partnerships[one.partnership],
                names[one.link],
                names[one.country],
                names[one.device],
                names[one.source],
                one.clicks,
                one.impressions,
            )
            for one in clicks
        ]

    def columns(self) -> dict[str, dict[str, Column]]:
        tables: dict[str, dict[str, Column]] = {
            table: {
                name: np.array([row[place] for row in self._rows[table]], kind)
                for place, (name, kind) in enumerate(columns.items())
            }
            for table, columns in TABLES.items()
        }
        ranked = sorted(range(len(self._references)), key=self._references.__getitem__)
        tables["orders"]["reference"][ranked] = np.arange(len(ranked))
        return _by_time(tables)

    def history(self) -> History:
        tables = {name: Table.of(columns) for name, columns in self.columns().items()}
        return History(
            orders=tables["orders"],
            lines=tables["lines"],
            touches=tables["touches"],
            metadata=tables["metadata"],
            clicks=tables["clicks"],
            names=tuple(self.names),
            partnerships=tuple(self.partnerships),
        )

    def _line(self, line: LineState) -> tuple[Any, ...]:
        return (
            self.names[line.sku],
            self.names[line.category],
            line.quantity,
            line.gross_minor,
            line.discount_minor,
            line.tax_minor,
            line.left_minor,
        )

    def _touch(self, touch: Touch) -> tuple[Any, ...]:
        names = self.names
        return (
            microseconds(touch.occurred_at),
            KINDS.index(touch.kind),
            self.partnerships[touch.partnership],
            touch.forged or touch.standing is not None,
            names[touch.country],
            names[touch.device],
            names[touch.source],
            names[touch.link],
            names[touch.reference],
            names[touch.binds or ""],
            touch.weight,
        )


def _or_never(at: datetime | None) -> int:
    return NEVER if at is None else microseconds(at)


def _by_time(tables: dict[str, dict[str, Column]]) -> dict[str, dict[str, Column]]:
    """Orders by time and then by reference; lines in the order of their orders."""
    orders, lines = tables["orders"], tables["lines"]
    by_time = np.lexsort((orders["reference"], orders["at"]))
    place = np.empty(len(by_time), np.int64)
    place[by_time] = np.arange(len(by_time))
    line_order = np.argsort(np.repeat(place, orders["lines"]), kind="stable")
    tables["orders"] = {name: column[by_time] for name, column in orders.items()}
    tables["lines"] = {name: column[line_order] for name, column in lines.items()}
    tables["metadata"]["order"] = place[tables["metadata"]["order"]]
    return tables
