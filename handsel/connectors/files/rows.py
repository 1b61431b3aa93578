"""The cells of a row by the fields they were given to, and the message they make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from handsel.connectors.files.mapping import FIELDS, Kind, Mapping
from handsel.connectors.files.reading import Row
from handsel.connectors.files.refusals import ValueMissing, ValueTooLong, ValueUnknown
from handsel.connectors.files.values import (
    Cell,
    read_amount,
    read_bool,
    read_count,
    read_moment,
    text_of,
)
from handsel.customers.identity import Buyer
from handsel.engine.money import is_currency
from handsel.engine.values import moment_text
from handsel.errors import DomainError

TEXT_MAX = 200
FORMULA = ("=", "+", "-", "@")
SEPARATORS = str.maketrans({";": ",", "|": ",", "\n": ",", "\t": ","})
CUSTOMER = {
    "customer_id": "id",
    "customer_email": "email",
    "customer_email_hash": "email_hash",
    "customer_country": "country",
}
# Kinds that a partner can be credited for.
CREDITED = frozenset({"order", "renewal", "lead", "sign_up"})
MESSAGE_KINDS: dict[Kind, str] = {"renewal": "order"}
# The dotted fields of refusals that are not called as ours.
COLUMN_OF = {
    "amount_minor": "amount",
    "tax_minor": "tax",
    "shipping_minor": "shipping",
    "discount_minor": "discount",
    "codes": "code",
    "click_ids": "click_id",
    **{f"customer.{said}": name for name, said in CUSTOMER.items()},
}
T = TypeVar("T")


@dataclass(slots=True)
class Said:
    """What rows say: a message's kind and body, without its name."""

    kind: str
    reference: str
    body: dict[str, Any]
    updated_at: datetime | None
    partner: str = ""


class Fields:
    """Reads rows of one table by one mapping. Every refusal names its field."""

    def __init__(self, header: Sequence[str], mapping: Mapping) -> None:
        mapping.check_against(list(header))
        self.mapping = mapping
        self.header = header
        place = {heading: number for number, heading in enumerate(header)}
        self.places = {f: [place[h] for h in mapping.headings(f)] for f in FIELDS}
        self.zone = mapping.zone

    def texts(self, row: Row) -> list[str]:
        return [text_of(cell)[:TEXT_MAX] for cell in row.cells]

    def column_of(self, error: DomainError) -> str:
        """The heading of the column that a refusal is about; empty where it is none."""
        name = error.field.rsplit(".", 1)[-1] if error.field.startswith("lines.") else error.field
        said = COLUMN_OF.get(error.field) or COLUMN_OF.get(name) or name
        return next(iter(self.mapping.headings(said)), "")

    def cell(self, row: Row, field: str) -> Cell:
        places = self.places[field]
        cell = row.cells[places[0]] if places and places[0] < len(row.cells) else None
        if not isinstance(cell, str):
            return cell
        # Tables that were taken from here keep their formulas from running: '-20.00.
        bare = cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
        return bare if bare.strip() else None

    def text(self, row: Row, field: str) -> str:
        text = text_of(self.cell(row, field))
        if len(text) > TEXT_MAX:
            raise ValueTooLong(
                f"{field} is longer than {TEXT_MAX} characters.",
                field=field,
                remedy="Shorten it, or choose another column.",
                params={"most": TEXT_MAX},
            )
        return text

    def reference(self, row: Row) -> str:
        return text_of(self.cell(row, "order_reference"))

    def word(self, row: Row) -> str:
        return text_of(self.cell(row, "kind")).lower()

    def texts_of(self, row: Row, field: str) -> list[str]:
        cells = [row.cells[place] for place in self.places[field] if place < len(row.cells)]
        parts = [p.strip() for c in cells for p in text_of(c).translate(SEPARATORS).split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    def read(self, rows: Sequence[Row]) -> Said | None:
        """What the rows of one order say; None where they are to be left out."""
        first = rows[0]
        kind = self._kind(first)
        if kind == "skip":
            return None
        reference = self.text(first, "order_reference")
        if not reference:
            raise _missing("order_reference")
        amounts = self._amounts(rows, kind)
        negative = amounts.get("amount_minor", 0) < 0
        if negative and self.mapping.negative_is_refund and kind in {"order", "refund"}:
            kind, amounts = "refund", {name: -value for name, value in amounts.items()}
        body: dict[str, Any] = {"order_reference": reference, **self._common(first)}
        body |= _SHAPES[kind](self, rows, amounts)
        if kind == "renewal":
            body["conversion"] = "renewal"
            body |= self._renews(first)
        named = self.text(first, "partner") if kind in CREDITED else ""
        updated_at = self._at(first, "updated_at")
        return Said(MESSAGE_KINDS.get(kind, kind), reference, body, updated_at, named)

    def _renews(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if renews := self.text(row, "renews"):
            said["renews"] = renews
        number = self.cell(row, "renewal")
        if number is not None:
            said["renewal"] = at_field("renewal", lambda: read_count(number))
        return said

    def currency(self, row: Row) -> str:
        said = self.text(row, "currency").upper()
        if said and not is_currency(said):
            raise ValueUnknown(
                f"{said[:40]} is no currency.",
                field="currency",
                remedy="Write its three letters, as in EUR.",
                params={"value": said[:40]},
            )
        return said or self.mapping.currency

    def _kind(self, row: Row) -> Kind:
        if not self.places["kind"]:
            return self.mapping.kind
        word = self.word(row)
        found = self.mapping.words.get(word)
        if found is None:
            raise ValueUnknown(
                f"Nobody said what “{word[:40]}” means.",
                field="kind",
                remedy="Say in the mapping what it means, or leave such rows out.",
                params={"value": word[:40]},
            )
        return found

    def _common(self, row: Row) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if at := self._at(row, "occurred_at"):
            body["occurred_at"] = moment_text(at)
        customer = {said: self.text(row, name) for name, said in CUSTOMER.items()}
        if any(customer.values()):
            buyer = Buyer.read(customer)
            # Hashed here and now: an address goes no further than its file.
            kept = {
                "id": buyer.shop_customer_id,
                "email_hash": buyer.email_hash,
                "country": buyer.country,
            }
            body["customer"] = {name: value for name, value in kept.items() if value}
        return body

    def _at(self, row: Row, field: str) -> datetime | None:
        cell = self.cell(row, field)
        if cell is None:
            return None
        order, means = self.mapping.date_order, self.mapping.day_means
        return at_field(field, lambda: read_moment(cell, order, self.zone, means))

    def minor(self, row: Row, field: str) -> int | None:
        cell = self.cell(row, field)
        if cell is None:
            return None
        currency = self.currency(row)
        return at_field(field, lambda: read_amount(cell, self.mapping.notation, currency))

    def _amounts(self, rows: Sequence[Row], kind: Kind) -> dict[str, int]:
        """Sums of all rows; shipping stands once for an order, wherever it is written first."""
        sums: dict[str, int] = {}
        for name in ("amount", "tax", "discount"):
            said = [self.minor(row, name) for row in rows]
            if name == "amount" and None in said and kind in {"order", "renewal", "refund"}:
                raise _missing("amount", row=rows[said.index(None)].number)
            if any(value is not None for value in said):
                sums[f"{name}_minor"] = sum(value or 0 for value in said)
        shipping = next((v for row in rows if (v := self.minor(row, "shipping")) is not None), None)
        if shipping is not None:
            sums["shipping_minor"] = shipping
        return sums

    def line(self, row: Row) -> dict[str, Any]:
        line: dict[str, Any] = {name: self.text(row, name) for name in ("line_id", "sku")}
        line |= {name: self.text(row, name) for name in ("name", "category")}
        line = {name: value for name, value in line.items() if value}
        quantity = self.cell(row, "quantity")
        if quantity is not None:
            line["quantity"] = at_field("quantity", lambda: read_count(quantity))
        for name in ("amount", "tax", "discount"):
            if (value := self.minor(row, name)) is not None:
                line[f"{name}_minor"] = value
        return line

    def found_by(self, row: Row) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if codes := self.texts_of(row, "code"):
            body["codes"] = codes
        if click_ids := self.texts_of(row, "click_id"):
            body["click_ids"] = click_ids
        new = self.cell(row, "customer_is_new")
        if new is not None:
            body["customer_is_new"] = at_field("customer_is_new", lambda: read_bool(new))
        if metadata := self._metadata(row):
            body["metadata"] = metadata
        return body

    def _metadata(self, row: Row) -> dict[str, str]:
        """Free fields, by the headings of their columns."""
        headings = ((place, self.header[place]) for place in self.places["metadata"])
        cells = {
            heading: text_of(row.cells[place])
            for place, heading in headings
            if place < len(row.cells)
        }
        return {heading: text for heading, text in cells.items() if text}


def at_field(field: str, read: Callable[[], T]) -> T:
    """What `read` gives; its refusal names the field."""
    try:
        return read()
    except DomainError as error:
        error.field = field
        raise


def _missing(field: str, **params: object) -> ValueMissing:
    return ValueMissing(
        f"{field} is empty.",
        field=field,
        remedy="Fill it in, or leave the row out.",
        params={"name": field, **params},
    )


def _order(fields: Fields, rows: Sequence[Row], amounts: dict[str, int]) -> dict[str, Any]:
    body: dict[str, Any] = {"currency": fields.currency(rows[0]), **fields.found_by(rows[0])}
    if at := fields._at(rows[0], "delivered_at"):
        body["delivered_at"] = moment_text(at)
    if fields.mapping.rows_are == "orders":
        return body | amounts
    shipping = {k: v for k, v in amounts.items() if k == "shipping_minor"}
    return body | shipping | {"lines": [fields.line(row) for row in rows]}


def _refund(fields: Fields, rows: Sequence[Row], amounts: dict[str, int]) -> dict[str, Any]:
    """Refunds are told as a sum: lines of a refund need the ids of the order's."""
    name = fields.text(rows[0], "refund")
    body: dict[str, Any] = {"currency": fields.currency(rows[0])}
    body["amount_minor"] = amounts["amount_minor"]
    return body | ({"refund": name} if name else {})


def _without_goods(fields: Fields, rows: Sequence[Row], amounts: dict[str, int]) -> dict[str, Any]:
    worth = {k: v for k, v in amounts.items() if k == "amount_minor"}
    return {"currency": fields.currency(rows[0]), **fields.found_by(rows[0]), **worth}


def _nothing(fields: Fields, rows: Sequence[Row], amounts: dict[str, int]) -> dict[str, Any]:
    return {}


_SHAPES: dict[Kind, Callable[[Fields, Sequence[Row], dict[str, int]], dict[str, Any]]] = {
    "order": _order,
    "renewal": _order,
    "refund": _refund,
    "cancel": _nothing,
    "delivery": _nothing,
    "lead": _without_goods,
    "sign_up": _without_goods,
}
