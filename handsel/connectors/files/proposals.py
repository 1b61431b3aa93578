"""What a file's columns seem to mean: by their headings first, then by what stands in them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from handsel.connectors.files.mapping import FIELDS, Kind, Mapping
from handsel.connectors.files.reading import Table
from handsel.connectors.files.values import (
    DATES,
    Cell,
    DateOrder,
    Notation,
    read_amount,
    read_moment,
    text_of,
)
from handsel.connectors.files.words import HEADINGS, KIND_WORDS, PARTNER_HEADINGS
from handsel.engine.money import is_currency
from handsel.environment import environment
from handsel.errors import DomainError
from handsel.programs.models import Program
from handsel.tracking import click_id
from handsel.tracking.keys import load_keys

LOOKED_AT = 1000
SAMPLES = 3
SAMPLE_LENGTH = 60
WORDS_MAX = 20
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
HASHED = re.compile(r"[0-9a-f]{64}")
MOST = 0.9


@dataclass(slots=True)
class Column:
    """A column of the first thousand rows: examples, and its words where it has few."""

    heading: str
    samples: list[str] = field(default_factory=list)
    words: list[str] | None = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    def see(self, cell: Cell) -> None:
        text = text_of(cell)
        if not text:
            return
        self.cells.append(cell)
        short = text[:SAMPLE_LENGTH]
        if short not in self.samples and len(self.samples) < SAMPLES:
            self.samples.append(short)
        if self.words is not None and text.lower() not in self.words:
            full = len(self.words) >= WORDS_MAX or len(text) > SAMPLE_LENGTH
            self.words = None if full else [*self.words, text.lower()]

    def mostly(self, shape: re.Pattern[str]) -> bool:
        hits = sum(bool(shape.fullmatch(text_of(cell))) for cell in self.cells)
        return bool(self.cells) and hits >= MOST * len(self.cells)

    def kept(self) -> dict[str, Any]:
        return {"heading": self.heading, "samples": self.samples, "words": self.words}


def look(table: Table) -> list[Column]:
    columns = [Column(heading) for heading in table.header]
    for row in islice(table, LOOKED_AT):
        for column, cell in zip(columns, row.cells, strict=False):
            column.see(cell)
    return columns


def propose(columns: Sequence[Column], program: Program) -> Mapping:
    """The likeliest mapping; what is left open is left out. May lack what every row needs: then
    the order's reference is the first column, and a person is asked."""
    fields = _by_heading(columns)
    _by_content(columns, fields)
    if "order_reference" not in fields.values() and columns:
        fields[next((c.heading for c in columns if c.heading not in fields), "")] = (
            "order_reference"
        )
    chosen = {c.heading: c for c in columns}
    by_field = {named: chosen[heading] for heading, named in fields.items()}
    amounts = [by_field[f] for f in ("amount", "tax", "shipping", "discount") if f in by_field]
    dates = [by_field[f] for f in ("occurred_at", "updated_at") if f in by_field]
    notation = _notation(amounts, program.currency)
    kinds = by_field.get("kind")
    if kinds and not kinds.words:
        # A column of a thousand words tells no kind.
        del fields[kinds.heading]
        kinds = None
    return Mapping.model_construct(
        columns=fields,
        words=words_proposed(kinds.words or ()) if kinds else {},
        kind="order",
        currency=program.currency,
        rows_are="articles" if _repeats(by_field) else "orders",
        notation=notation,
        date_order=_date_order(dates),
        time_zone="UTC",
        day_means="end",
        negative_is_refund=_has_negative(by_field.get("amount"), notation, program.currency),
    )


def names_partner(columns: Iterable[Column]) -> str:
    """The heading of a column that seems to name partners, or nothing."""
    return next((c.heading for c in columns if plain(c.heading) in PARTNER_HEADINGS), "")


def words_proposed(words: Iterable[str]) -> dict[str, Kind]:
    """A kind for each word; those nobody knows are left out rather than taken for sales."""
    known: dict[str, Kind] = {word: kind for kind, said in KIND_WORDS.items() for word in said}
    return {word: known.get(plain(word), "skip") for word in words}


def plain(heading: str) -> str:
    return " ".join(
        re.sub(r"[^\w]|_", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)).split()
    ).lower()


def _by_heading(columns: Sequence[Column]) -> dict[str, str]:
    """Exact headings, the surest first; each field is given once, each column one."""
    fields: dict[str, str] = {}
    names = {c.heading: plain(c.heading) for c in columns}
    joined = {heading: name.replace(" ", "") for heading, name in names.items()}
    for said, kind in FIELDS.items():
        for known in HEADINGS[said]:
            hit = next(
                (
                    h
                    for h, name in names.items()
                    if h not in fields and (name == known or joined[h] == known.replace(" ", ""))
                ),
                None,
            )
            if hit is not None:
                fields[hit] = said
                if not kind.many:
                    break
    return fields


def _by_content(columns: Sequence[Column], fields: dict[str, str]) -> None:
    """What gives itself away: e-mails, hashes, click ids, currencies, dates."""
    tests: dict[str, Callable[[Column], bool]] = {
        "customer_email": lambda c: c.mostly(EMAIL),
        "customer_email_hash": lambda c: c.mostly(HASHED),
        "click_id": _proves_itself,
        "currency": lambda c: bool(c.cells) and all(is_currency(text_of(x)) for x in c.cells),
        "occurred_at": lambda c: bool(c.cells) and bool(_orders_of([c])),
    }
    for said, test in tests.items():
        free = [c for c in columns if c.heading not in fields]
        hit = next((c for c in free if said not in fields.values() and test(c)), None)
        if hit is not None:
            fields[hit.heading] = said


def _proves_itself(column: Column) -> bool:
    """Whether one of them was minted here: other 32 characters are anybody's."""
    long = [text for cell in column.cells if len(text := text_of(cell)) == click_id.LENGTH]
    if not long:
        return False
    key = load_keys(environment().keys_dir).click
    return any(click_id.read(key, text) for text in long)


def _notation(columns: Sequence[Column], currency: str) -> Notation:
    """The one that reads the most cells; where both do, what the last sign says."""
    texts = [cell for column in columns for cell in column.cells if isinstance(cell, str)]
    if any("minor" in plain(column.heading) for column in columns):
        return "minor"
    comma = sum(_reads(text, "comma", currency) for text in texts)
    point = sum(_reads(text, "point", currency) for text in texts)
    return "comma" if comma > point else "point"


def _reads(cell: Cell, notation: Notation, currency: str) -> bool:
    try:
        read_amount(cell, notation, currency)
    except DomainError:
        return False
    return True


def _has_negative(column: Column | None, notation: Notation, currency: str) -> bool:
    cells = column.cells if column else []
    readable = (cell for cell in cells if _reads(cell, notation, currency))
    return any(read_amount(cell, notation, currency) < 0 for cell in readable)


def _orders_of(columns: Sequence[Column]) -> list[DateOrder]:
    """The orders in which every written date can be read."""
    cells = [cell for column in columns for cell in column.cells if isinstance(cell, str)]
    found: list[DateOrder] = []
    for order in ("ymd", "dmy", "mdy"):
        try:
            for cell in cells:
                read_moment(cell, order, ZoneInfo("UTC"), "end")
        except DomainError:
            continue
        if cells:
            found.append(order)
    return found


def _date_order(columns: Sequence[Column]) -> DateOrder:
    texts = [text_of(cell) for column in columns for cell in column.cells]
    if texts and all(text.isdigit() and len(text) in {10, 13} for text in texts):
        return "unix"
    found = _orders_of(columns)
    return found[0] if found else "ymd"


def dates_are_ambiguous(columns: Sequence[Column]) -> bool:
    """Whether 03/04 may be a day in April as well as one in March."""
    written = any(
        not DATES["ymd"].match(text_of(cell))
        for column in columns
        for cell in column.cells
        if isinstance(cell, str)
    )
    return written and {"dmy", "mdy"} <= set(_orders_of(columns))


def _repeats(by_field: dict[str, Column]) -> bool:
    """Whether rows seem to be articles: the same reference in rows that stand together, and a
    column that only articles have."""
    reference = by_field.get("order_reference")
    if reference is None or not {"sku", "name", "line_id", "quantity"} & by_field.keys():
        return False
    texts = [text_of(cell) for cell in reference.cells]
    return any(one == other for one, other in pairwise(texts))
