"""Rows as messages of the inbox: one for each order, refund and so on, or why not."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.reading import Row, Table
from handsel.connectors.files.refusals import ArticlesScattered, RowContradicts
from handsel.connectors.files.rows import Fields, Said
from handsel.engine.values import canonical_json, moment_text
from handsel.errors import DomainError

NAME_LENGTH = 120


@dataclass(slots=True)
class Event:
    """One message of the file. `name` is the same whenever the same is said again; `updated_at`
    is the shop's own version of it, where the file has such a column; `partner` is whom the row
    says to credit."""

    row: int
    rows: int
    kind: str
    reference: str
    body: dict[str, Any]
    name: str = ""
    updated_at: datetime | None = None
    cells: Sequence[str] = ()
    partner: str = ""

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it speaks of: two messages about the same subject say it twice, or disagree."""
        return self.kind, self.reference, str(self.body.get("refund", ""))


@dataclass(slots=True)
class Fault:
    """A row that cannot be taken, with the column at fault where there is one."""

    row: int
    error: DomainError
    column: str = ""
    cells: Sequence[str] = ()


@dataclass(slots=True)
class Repeat:
    """A row that says what another one said before it."""

    row: int
    of: int


@dataclass(slots=True)
class LeftOut:
    """A row whose word means that it is not to be taken."""

    row: int


Found = Event | Fault | Repeat | LeftOut


@dataclass(slots=True)
class Seen:
    """What stood further up: by a hash of the subject, its row and a piece of its name's hash."""

    rows: dict[int, tuple[int, str]] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    def judge(self, event: Event) -> Found:
        key = hash(event.subject)
        mark = event.name[-16:]
        earlier = self.rows.setdefault(key, (event.row, mark))
        if earlier[0] == event.row:
            return event
        if earlier[1] == mark:
            return Repeat(event.row, earlier[0])
        if event.updated_at is not None:
            # A history of the order: each version has its own moment.
            self.rows[key] = (event.row, mark)
            return event
        return Fault(event.row, _contradiction(event, earlier[0]), cells=event.cells)


def read_events(table: Table, mapping: Mapping) -> Iterator[Found]:
    """Every row of the table, in order; articles of one order together. The same file gives the
    same each time, so that an import can go on where it stopped."""
    fields = Fields(table.header, mapping)
    seen = Seen()
    for group in _groups(table, fields, mapping):
        try:
            found = _read(group, fields, seen, articles=mapping.rows_are == "articles")
        except DomainError as error:
            yield _fault(group, error, fields)
        else:
            yield seen.judge(found) if isinstance(found, Event) else found


def _groups(table: Table, fields: Fields, mapping: Mapping) -> Iterator[list[Row]]:
    if mapping.rows_are == "orders":
        yield from ([row] for row in table)
        return
    for _, rows in groupby(table, key=lambda row: (fields.reference(row), fields.word(row))):
        yield list(rows)


def _read(rows: list[Row], fields: Fields, seen: Seen, *, articles: bool) -> Found:
    said = fields.read(rows)
    if said is None:
        return LeftOut(rows[0].number)
    if articles:
        key = hash((said.kind, said.reference))
        if key in seen.ended:
            raise ArticlesScattered(
                "Rows of this order stand further up, too.",
                field="order_reference",
                remedy="Sort the file by the order, so that its rows stand together.",
            )
        seen.ended.add(key)
    return _event(rows, said, fields)


def _event(rows: list[Row], said: Said, fields: Fields) -> Event:
    own = {name: value for name, value in said.body.items() if name != "updated_at"}
    content = own | ({"updated_at": moment_text(said.updated_at)} if said.updated_at else {})
    content |= {"partner": said.partner} if said.partner else {}
    digest = hashlib.sha256(canonical_json([said.kind, content])).hexdigest()
    if said.kind == "refund" and not own.get("refund"):
        # Without a number, its moment tells it from the next: a corrected amount replaces it.
        own["refund"] = f"file:{own.get('occurred_at', '')}"
    return Event(
        row=rows[0].number,
        rows=len(rows),
        kind=said.kind,
        reference=said.reference,
        body=own,
        name=f"{said.kind}:{said.reference[:NAME_LENGTH]}:{digest[:24]}",
        updated_at=said.updated_at,
        cells=fields.texts(rows[0]),
        partner=said.partner,
    )


def _fault(rows: list[Row], error: DomainError, fields: Fields) -> Fault:
    row = next((r for r in rows if r.number == error.params.get("row")), rows[0])
    return Fault(row.number, error, fields.column_of(error), fields.texts(row))


def _contradiction(event: Event, earlier: int) -> RowContradicts:
    return RowContradicts(
        f"Row {earlier} says something else of the same order.",
        field="order_reference",
        remedy="Keep the one that holds, or map the column that says when each was changed.",
        params={"earlier": earlier, "reference": event.reference[:80]},
    )
