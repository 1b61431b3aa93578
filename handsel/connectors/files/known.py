"""What earlier files and other sources have said of the orders in a batch.

Two questions are asked of it. Has a file said exactly this before? Then nothing is to be done, or,
where a later file has said otherwise since, a person is to decide. And does it differ from what
holds? Where the file does not say when its version is from, a difference counts as of the upload,
since somebody says so now; agreement adds codes and click ids and lets the rest stand.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handsel.connectors.files.events import Event
from handsel.conversions.models import Fact
from handsel.engine.orders.fold import STRENGTH
from handsel.programs.models import Program

SOURCE = "file"
INSTANT = timedelta(microseconds=1)

CONVERSIONS = {"lead": "lead", "sign_up": "sign_up"}
FACTS = {"order": "order", "lead": "order", "sign_up": "order"}

Subject = tuple[str, str, str, str]


class Known:
    """Facts by what they speak of, for the events of one batch."""

    def __init__(self, program: Program, events: Sequence[Event]) -> None:
        rows = Fact.objects.filter(
            program=program,
            conversion__program=program,
            conversion__order_reference__in={event.reference for event in events},
        ).select_related("conversion")
        self._by_subject: dict[Subject, list[Fact]] = defaultdict(list)
        for row in rows:
            self._by_subject[_subject_of(row)].append(row)

    def said_before(self, event: Event) -> bool:
        return any(f.source == SOURCE and f.event_id == event.name for f in self._facts(event))

    def said_otherwise_since(self, event: Event) -> bool:
        """Whether the last word of a file about it is another one."""
        told = [fact for fact in self._facts(event) if fact.source == SOURCE]
        return bool(told) and max(told, key=_rank).event_id != event.name

    def standing(self, event: Event) -> Fact | None:
        """The fact that holds now."""
        return max(self._facts(event), key=_rank, default=None)

    def version(self, event: Event, uploaded_at: datetime) -> datetime | None:
        """The `updated_at` to send it with; None for that of its own time."""
        if event.updated_at is not None:
            return event.updated_at
        standing = self.standing(event)
        if standing is None or standing.trust != "store":
            return None
        if not differences(standing.body, event):
            return min(fact.updated_at for fact in self._facts(event)) - INSTANT
        return max(uploaded_at, standing.updated_at + INSTANT)

    def _facts(self, event: Event) -> list[Fact]:
        return self._by_subject.get(_subject(event), [])


def differences(known: dict[str, Any], event: Event) -> dict[str, tuple[int, int]]:
    """The sums that the event says otherwise: what was known, and what it says."""
    said, before = _sums(event.body), _sums_of_fact(known)
    return {
        name: (before.get(name, 0), value)
        for name, value in said.items()
        if value != before.get(name, 0)
    }


def _sums(body: dict[str, Any]) -> dict[str, int]:
    names = ("amount_minor", "tax_minor", "shipping_minor")
    lines = body.get("lines")
    if not lines:
        return {name: body[name] for name in names if name in body}
    sums = {"amount_minor": sum(line["amount_minor"] for line in lines)}
    sums["amount_minor"] += body.get("shipping_minor", 0)
    if any("tax_minor" in line for line in lines):
        sums["tax_minor"] = sum(line.get("tax_minor", 0) for line in lines)
    if "shipping_minor" in body:
        sums["shipping_minor"] = body["shipping_minor"]
    return sums


def _sums_of_fact(body: dict[str, Any]) -> dict[str, int]:
    """As `conversions.facts` keeps it."""
    if "amount_minor" in body:
        return {"amount_minor": body["amount_minor"]}
    lines = body.get("lines") or []
    shipping = body.get("shipping_minor", 0)
    paid = sum(line["gross_minor"] - line.get("discount_minor", 0) for line in lines)
    tax = sum(line.get("tax_minor", 0) for line in lines) + body.get("shipping_tax_minor", 0)
    return {"amount_minor": paid + shipping, "tax_minor": tax, "shipping_minor": shipping}


def _rank(fact: Fact) -> tuple[int, datetime, str, str]:
    return STRENGTH[fact.trust], fact.updated_at, fact.source, fact.event_id


def _subject(event: Event) -> Subject:
    conversion = event.body.get("conversion") or CONVERSIONS.get(event.kind, "sale")
    fact = FACTS.get(event.kind, event.kind)
    return conversion, fact, event.reference, str(event.body.get("refund", ""))


def _subject_of(fact: Fact) -> Subject:
    conversion = fact.conversion
    return conversion.kind, fact.kind, conversion.order_reference, fact.body.get("refund", "")
