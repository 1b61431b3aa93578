"""Customers become their first partner's, by what was concluded of their orders.

An order, a lead or a sign-up that is credited for its click, its code, an article or by hand binds
its customer to the partner with the greatest share (of equal ones the later touch), where that
partner's agreement of the time keeps its customers (`lifetime_days`), and no earlier one holds
them then. The binding lasts as long as its cause: when the credit goes to another, when the order
was called off or everything was sent back, it is released, and what came after it is judged again.
A declined commission is a decision about one amount; the customer stays, until a person says
otherwise.

All of it is a function of the customer's orders by their times, not of the order of arrival: the
earliest is right at once, and each change makes the later ones due again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.conversions.models import Conversion, Ripple, Touch
from handsel.conversions.services.ripples import ripple_customer
from handsel.customers.models import Binding
from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.attribution import Attribution

BINDING = frozenset({"click", "code", "sku", "manual"})


class Brought(NamedTuple):
    """Who brought the customer of a conversion, and until when that lasts; None: for ever."""

    partnership_id: str
    partner_id: str
    until: datetime | None


class Concluded(NamedTuple):
    """A conversion with a customer, and who brought that customer by it, if anybody did."""

    conversion: Conversion
    at: datetime
    brought: Brought | None


def brought_by(
    at: datetime,
    is_spent: bool,
    attribution: Attribution,
    touches: Iterable[Touch],
    versions: Sequence[AgreementVersion],
) -> Brought | None:
    """Whose the customer is by this order, whatever came before it."""
    if is_spent or attribution.decided_by not in BINDING:
        return None
    # Credits stand in the order of their touches: of equal shares the last.
    first = max(enumerate(attribution.credits), key=lambda pair: (pair[1].weight, pair[0]))[1]
    version = in_force(versions, first.partnership, at)
    days = version.terms.attribution.lifetime_days if version else 0
    if days == 0:
        return None
    partner_id = next(t.partner_id for t in touches if t.partnership_id == first.partnership)
    until = None if days is None else at + timedelta(days=days)
    return Brought(first.partnership, partner_id or "", until)


@dataclass(slots=True)
class Rebinding:
    """What is to be written of bindings after a batch."""

    at: datetime = field(default_factory=now)
    made: list[Binding] = field(default_factory=list)
    released: list[Binding] = field(default_factory=list)
    ripples: list[Ripple] = field(default_factory=list)

    def write(self) -> None:
        released = [binding.pk for binding in self.released]
        Binding.objects.filter(pk__in=released).update(released_at=self.at)
        Binding.objects.bulk_create(self.made)
        Ripple.objects.bulk_create(self.ripples)
        Activity.objects.bulk_create(
            [
                *(_activity("customer.bound", binding) for binding in self.made),
                *(_activity("customer.released", binding) for binding in self.released),
            ]
        )


def rebind(concluded: Sequence[Concluded]) -> Rebinding:
    """Make and release bindings, so that they follow from what was concluded."""
    changes = Rebinding()
    if not concluded:
        return changes
    standing = _standing(concluded)
    for one in sorted(concluded, key=lambda c: (c.at, c.conversion.order_reference)):
        customer_id = one.conversion.customer_id
        own = standing.of_conversion.get(one.conversion.pk)
        wanted = one.brought if customer_id else None
        if wanted and any(_covers(b, one) for b in standing.of_customer[customer_id or ""]):
            wanted = None
        if own is not None:
            if wanted and _is_right(own, one, wanted):
                continue
            _release(own, changes, standing)
        if wanted and customer_id:
            _make(one, wanted, customer_id, changes, standing)
    return changes


@dataclass(slots=True)
class _Standing:
    of_customer: dict[str, list[Binding]]
    of_conversion: dict[str, Binding]


def _standing(concluded: Iterable[Concluded]) -> _Standing:
    conversions = {one.conversion.pk: one.conversion.customer_id for one in concluded}
    customers = {customer for customer in conversions.values() if customer}
    rows = Binding.objects.filter(
        Q(customer__in=customers) | Q(conversion_id__in=list(conversions)),
        kind=Binding.Kind.AUTOMATIC,
        released_at=None,
    )
    found = _Standing(defaultdict(list), {})
    for row in rows:
        found.of_customer[row.customer_id].append(row)
        found.of_conversion[str(row.conversion_id)] = row
    return found


def _covers(binding: Binding, one: Concluded) -> bool:
    """Whether another order has brought the customer before, and that still holds."""
    return binding.since < one.at and binding.holds(one.at)


def _is_right(own: Binding, one: Concluded, wanted: Brought) -> bool:
    said = own.customer_id, own.partnership_id, own.since, own.until
    return said == (one.conversion.customer_id, wanted.partnership_id, one.at, wanted.until)


def _release(own: Binding, changes: Rebinding, standing: _Standing) -> None:
    own.released_at = changes.at
    changes.released.append(own)
    standing.of_customer[own.customer_id].remove(own)
    del standing.of_conversion[str(own.conversion_id)]
    changes.ripples.append(
        ripple_customer(own.customer_id, own.brand_id, own.program_id, own.since)
    )


def _make(
    one: Concluded, wanted: Brought, customer_id: str, changes: Rebinding, standing: _Standing
) -> None:
    conversion = one.conversion
    made = Binding(
        brand_id=conversion.brand_id,
        partner_id=wanted.partner_id,
        program_id=conversion.program_id,
        partnership_id=wanted.partnership_id,
        customer_id=customer_id,
        kind=Binding.Kind.AUTOMATIC,
        conversion_id=conversion.pk,
        since=one.at,
        until=wanted.until,
    )
    changes.made.append(made)
    standing.of_customer[customer_id].append(made)
    standing.of_conversion[conversion.pk] = made
    changes.ripples.append(
        ripple_customer(customer_id, conversion.brand_id, conversion.program_id, one.at)
    )


def _activity(verb: str, binding: Binding) -> Activity:
    return Activity(
        brand_id=binding.brand_id,
        partner_id=binding.partner_id,
        verb=verb,
        subject_id=binding.pk,
        data={"kind": binding.kind},
    )
