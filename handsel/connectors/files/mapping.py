"""Which column means what: the fields an import knows, and what a person chose for one file."""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from typing import Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import field_validator, model_validator

from handsel.connectors.files.refusals import (
    ColumnMissing,
    FieldGivenTwice,
    FieldMissing,
    ValueUnknown,
)
from handsel.connectors.files.values import DateOrder, DayMeans, Notation
from handsel.engine.values import Currency, Value

# Kinds a row may be; `skip` leaves it out, as rows that are not yet paid.
Kind = Literal["order", "renewal", "refund", "cancel", "delivery", "lead", "sign_up", "skip"]
KINDS: tuple[Kind, ...] = (
    *("order", "renewal", "refund", "cancel", "delivery", "lead", "sign_up", "skip"),
)
ZONES = frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class FieldKind:
    """`many` may be given by several columns; `article` belongs to a row that is one article."""

    many: bool = False
    article: bool = False


FIELDS: dict[str, FieldKind] = {
    "order_reference": FieldKind(),
    "kind": FieldKind(),
    "amount": FieldKind(),
    "currency": FieldKind(),
    "occurred_at": FieldKind(),
    "updated_at": FieldKind(),
    "delivered_at": FieldKind(),
    "code": FieldKind(many=True),
    "click_id": FieldKind(many=True),
    "customer_id": FieldKind(),
    "customer_email": FieldKind(),
    "customer_email_hash": FieldKind(),
    "customer_country": FieldKind(),
    "customer_is_new": FieldKind(),
    "tax": FieldKind(),
    "shipping": FieldKind(),
    "discount": FieldKind(),
    "refund": FieldKind(),
    "partner": FieldKind(),
    "renews": FieldKind(),
    "renewal": FieldKind(),
    "metadata": FieldKind(many=True),
    "line_id": FieldKind(article=True),
    "sku": FieldKind(article=True),
    "name": FieldKind(article=True),
    "category": FieldKind(article=True),
    "quantity": FieldKind(article=True),
}


class Mapping(Value):
    """`columns` gives fields to columns, by their headings. `words` gives a kind to each word of
    the column that tells it, in small letters; `kind` is that of all rows where no column does.

    With `rows_are` "articles", rows of one order stand together, and each is one of its lines.
    `day_means` is the moment that a date without a clock stands for.
    """

    columns: Pairs[str, str]
    words: Pairs[str, Kind] = {}
    kind: Kind = "order"
    currency: Currency
    rows_are: Literal["orders", "articles"] = "orders"
    notation: Notation = "point"
    date_order: DateOrder = "ymd"
    time_zone: str = "UTC"
    day_means: DayMeans = "end"
    negative_is_refund: bool = False

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        if zone not in ZONES:
            raise ValueUnknown(
                "This is no time zone.",
                field="time_zone",
                remedy="Choose one, as Europe/Oslo.",
                params={"value": zone[:40]},
            )
        return zone

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for field, kind in FIELDS.items():
            if not kind.many and len(self.headings(field)) > 1:
                raise FieldGivenTwice(
                    f"Two columns are “{field}”.",
                    field=field,
                    remedy="Leave one of them out.",
                    params={"first": self.headings(field)[0], "second": self.headings(field)[1]},
                )
        if not self.headings("order_reference"):
            raise _missing("order_reference")
        needs_amount = {self.kind, *self.words.values()} & {"order", "renewal", "refund"}
        if needs_amount and not self.headings("amount"):
            raise _missing("amount")
        return self

    def headings(self, field: str) -> list[str]:
        return [heading for heading, named in self.columns.items() if named == field]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def check_against(self, header: "list[str] | tuple[str, ...]") -> None:
        """Raises ColumnMissing for a heading that the file does not have."""
        for heading in self.columns:
            if heading not in header:
                raise ColumnMissing(
                    f"The file has no column “{heading}”.",
                    field="columns",
                    remedy="Choose another column for it.",
                    params={"column": heading},
                )


def _missing(field: str) -> FieldMissing:
    return FieldMissing(
        f"No column is “{field}”.",
        field=field,
        remedy="Choose the column that holds it.",
        params={"needed": field},
    )
