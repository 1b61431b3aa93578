"""Facts in, hundreds at a time: one round trip per table; a conversion is locked, then judged.

The order of the locks is customers, then conversions by id, in every transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.db import IntegrityError, OperationalError, transaction
from psycopg import errors

from handsel.clock import now
from handsel.conversions.facts import (
    NewFact,
    checked_body,
    engine_fact,
    row_of,
    says_the_same,
)
from handsel.conversions.models import Conversion, Fact
from handsel.conversions.reading import Told, read
from handsel.conversions.services.due import ALWAYS, hand_over, redue
from handsel.conversions.services.ripples import ripple_renewals
from handsel.conversions.settled import Standing, settle, standing
from handsel.customers.identity import Buyer
from handsel.customers.models import Customer
from handsel.customers.services import find_customers
from handsel.engine import orders
from handsel.engine.values import AMOUNT_MINOR_MAX, Malformed
from handsel.errors import DomainError, InvalidInput

ATTEMPTS_MAX = 5

# Facts of one conversion, by trust. A page that is reloaded says the same, or a little more.
FACTS_MAX = {"browser": 20, "postback": 200, "store": 200}

# What facts may change in a conversion's row.
CHANGEABLE = [
    "customer",
    "renews",
    "amount_minor",
    "refunded_minor",
    "trust",
    "status",
    "reason",
    "occurred_at",
    "due_at",
]

Name = tuple[str, str, str]


class EventIdReused(DomainError):
    """An event id of this source came before, with another body."""


class AmountTooLarge(InvalidInput):
    """More than any currency's minor units can mean."""


def record_fact(new: NewFact) -> Conversion:
    """Add a fact to its conversion, once. A refusal is raised, and nothing has changed.

    Raises EventIdReused, and what `conversions.facts` and `engine.orders` refuse.
    """
    with transaction.atomic():
        (outcome,) = record_facts([new])
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome


def record_facts(news: Sequence[NewFact]) -> list[Conversion | DomainError]:
    """Add facts to their conversions; one outcome for each, in order.

    A fact that is refused changes nothing and is its refusal. One that came before, with the same
    content, changes nothing and is its conversion.
    """
    with transaction.atomic():
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                with transaction.atomic():
                    return _Recording(news).outcomes()
            except (IntegrityError, OperationalError) as error:
                if attempt == ATTEMPTS_MAX or not _came_together(error):
                    raise
    raise AssertionError("The last attempt returns or raises.")


def _came_together(error: Exception) -> bool:
    """Whether somebody else was at the same rows at the same moment: what they have recorded is
    there to be read now, and giving back our savepoint has given back our locks."""
    return isinstance(error.__cause__, errors.UniqueViolation | errors.DeadlockDetected)


class ReportedTooOften(DomainError):
    """More events about one conversion than an honest sender has."""


@dataclass(slots=True)
class _Incoming:
    """A new fact on its way: its row, and what it means."""

    new: NewFact
    row: Fact
    value: Told
    buyer: Buyer

    @property
    def name(self) -> Name:
        return self.new.program.pk, self.new.conversion_kind, self.new.order_reference

    @property
    def event(self) -> Name:
        return self.row.program_id, self.row.source, self.row.event_id


@dataclass(slots=True)
class _File:
    """A conversion with all that is known of it, old and new; `before` is None where it is new."""

    conversion: Conversion
    before: Standing | None
    rows: list[Fact] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    added: list[Fact] = field(default_factory=list)
    state: orders.OrderState | None = None  # of what was told, once something was added

    def add(self, told: _Incoming) -> None:
        """Raises ReportedTooOften and what `fold` refuses; then nothing is added."""
        _check_count([*self.rows, told.row])
        self.state = _summed([*self.told, told.value])
        told.row.conversion = self.conversion
        self.rows.append(told.row)
        self.told.append(told.value)
        self.added.append(told.row)


def _check_count(rows: Sequence[Fact]) -> None:
    """Every evaluation keeps all facts, so their number is what a stranger must not decide."""
    trust = rows[-1].trust
    most = FACTS_MAX[trust]
    if sum(row.trust == trust for row in rows) > most:
        raise ReportedTooOften(
            f"There are {most} events about this order by this kind of sender.",
            field="order_reference",
            remedy="Report an order when it changes, and other orders by their own references.",
            params={"most": most},
        )


def _summed(told: Iterable[Told]) -> orders.OrderState | None:
    """What was told adds up to; None while the order is not known. Raises AmountTooLarge."""
    try:
        state = read(told).state
    except orders.OrderUnknown:
        return None
    if sum(line.gross_minor for line in state.lines) + state.shipping_minor > AMOUNT_MINOR_MAX:
        raise AmountTooLarge(
            "The order's lines add up to more than can be counted.",
            field="lines",
            remedy="Check the amounts: they are in minor units, as in cents.",
        )
    return state


class _Recording:
    """One attempt at a batch."""

    def __init__(self, news: Sequence[NewFact]) -> None:
        self.found: dict[int, Conversion | DomainError] = {}
        self.told: dict[int, _Incoming] = {}
        for place, new in enumerate(news):
            try:
                self.told[place] = _read(new)
            except DomainError as refusal:
                self.found[place] = refusal

    def outcomes(self) -> list[Conversion | DomainError]:
        created, merged = self._find_customers()
        files = _files(self.told.values())
        self._judge(files)
        changed = [file for file in files.values() if file.added]
        _write(changed, merged)
        _forget_strangers(created, changed)
        return [self.found[place] for place in sorted(self.found)]

    def _find_customers(self) -> tuple[list[Customer], dict[str, str]]:
        by_program: dict[str, list[_Incoming]] = defaultdict(list)
        for told in self.told.values():
            by_program[told.new.program.pk].append(told)
        created: list[Customer] = []
        merged: dict[str, str] = {}
        for _, group in sorted(by_program.items()):
            found = find_customers(group[0].new.program, [told.buyer for told in group])
            created += found.created
            merged |= found.merged
            for told, customer in zip(group, found.customers, strict=True):
                told.row.customer = customer
        return created, merged

    def _judge(self, files: dict[Name, _File]) -> None:
        """In the order of the batch: a fact stands on those before it."""
        known = _known_events(told.event for told in self.told.values())
        for place, told in self.told.items():
            file = files[told.name]
            earlier = known.get(told.event)
            try:
                if earlier is None:
                    file.add(told)
                    known[told.event] = told.row
                elif earlier.conversion != file.conversion or not says_the_same(earlier, told.row):
                    raise _reused(told)
            except DomainError as refusal:
                self.found[place] = refusal
            else:
                self.found[place] = file.conversion


def _read(new: NewFact) -> _Incoming:
    row = row_of(new, checked_body(new))
    value = engine_fact(row, new.order_reference, new.conversion_kind)
    if isinstance(value, orders.OrderFact | orders.RefundFact):
        _check_currency(value.currency, new.program.currency)
    said = new.body.get("customer") or {}
    if not isinstance(said, dict):
        raise Malformed("customer is an object.", field="customer", remedy="Send id or email.")
    buyer = Buyer.read(said)
    return _Incoming(new, row, value, buyer if new.trust != "browser" else buyer.by_one_name())


def _check_currency(currency: str, expected: str) -> None:
    if currency != expected:
        raise orders.WrongCurrency(
            f"This is in {currency}, the program in {expected}.",
            field="currency",
            remedy=f"Send the amount in {expected}.",
            params={"currency": currency, "expected": expected},
        )


def _reused(told: _Incoming) -> EventIdReused:
    return EventIdReused(
        f"Event {told.row.event_id} of {told.row.source} came before with another body.",
        field="event_id",
        remedy="Send every change as an event with an id of its own.",
        params={"source": told.row.source, "event_id": told.row.event_id},
    )


def _files(told: Iterable[_Incoming]) -> dict[Name, _File]:
    """The conversions the facts are about: those that exist locked, the others made, unsaved."""
    wanted = {one.name: one for one in told}
    rows = Conversion.objects.filter(
        program_id__in={name[0] for name in wanted},
        kind__in={name[1] for name in wanted},
        order_reference__in={name[2] for name in wanted},
    )
    exact = [c.pk for c in rows.only("program_id", "kind", "order_reference") if _name(c) in wanted]
    locked = Conversion.objects.filter(pk__in=exact).select_for_update(no_key=True).order_by("pk")
    files = {_name(conversion): _File(conversion, standing(conversion)) for conversion in locked}
    by_id = {file.conversion.pk: file for file in files.values()}
    facts = Fact.objects.filter(conversion__in=list(by_id)).select_related("customer__merged_into")
    for row in facts:
        file = by_id[row.conversion_id]
        file.rows.append(row)
        conversion = file.conversion
        file.told.append(engine_fact(row, conversion.order_reference, conversion.kind))
    for name, one in wanted.items():
        if name not in files:
            files[name] = _File(_new_conversion(one), None)
    return files


def _name(conversion: Conversion) -> Name:
    return conversion.program_id, conversion.kind, conversion.order_reference


def _new_conversion(told: _Incoming) -> Conversion:
    program = told.new.program
    return Conversion(
        brand_id=program.brand_id,
        program=program,
        kind=told.new.conversion_kind,
        order_reference=told.new.order_reference,
        currency=program.currency,
        trust=told.row.trust,
        occurred_at=told.row.occurred_at,
    )


def _known_events(events: Iterable[Name]) -> dict[Name, Fact]:
    wanted = set(events)
    rows = Fact.objects.filter(
        program_id__in={event[0] for event in wanted},
        source__in={event[1] for event in wanted},
        event_id__in={event[2] for event in wanted},
    ).select_related("conversion")
    return {(row.program_id, row.source, row.event_id): row for row in rows}


def _write(files: Sequence[_File], merged: dict[str, str]) -> None:
    at = now()
    for file in files:
        settle(file.conversion, file.rows, file.state, at=at)
    in_order = sorted(files, key=lambda file: _name(file.conversion))
    Conversion.objects.bulk_create([f.conversion for f in in_order if f.before is None])
    Fact.objects.bulk_create(chain.from_iterable(file.added for file in in_order))
    Conversion.objects.bulk_update(
        [file.conversion for file in in_order if file.before is not None],
        CHANGEABLE,
    )
    hand_over(merged)
    redue({**_reopened(in_order), **dict.fromkeys(merged.values(), ALWAYS)}, at=at)
    ripple_renewals(
        (file.conversion.program_id, file.conversion.order_reference)
        for file in in_order
        if file.conversion.kind != Conversion.Kind.RENEWAL
        and (file.before is None or file.before != standing(file.conversion))
    )


def _reopened(files: Iterable[_File]) -> dict[str, datetime]:
    """The customers whose history has changed, and since when."""
    since: dict[str, datetime] = {}
    for file in files:
        after = standing(file.conversion)
        if file.before == after:
            continue
        for place in (file.before, after):
            if place and place.customer_id:
                known = since.get(place.customer_id, place.occurred_at)
                since[place.customer_id] = min(known, place.occurred_at)
    return since


def _forget_strangers(created: Sequence[Customer], files: Sequence[_File]) -> None:
    """A customer whom only refused facts named was never here."""
    named = {row.customer_id for file in files for row in file.added}
    strangers = [customer.pk for customer in created if customer.pk not in named]
    if strangers:
        Customer.objects.filter(pk__in=strangers).delete()
