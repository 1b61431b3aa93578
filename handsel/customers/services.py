"""Finding the customers behind events, hundreds at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import IntegrityError, transaction

from handsel.customers.identity import Buyer
from handsel.customers.models import Customer
from handsel.programs.models import Program

ATTEMPTS_MAX = 5


class Found(NamedTuple):
    """One customer for each buyer, in order (None for nobody in particular).

    `merged` are customers that turned out to be others: the id of the one that went, and of the
    one that stays. What belongs to the first is the caller's to hand to the second. `created`
    are those that were not known before.
    """

    customers: list[Customer | None]
    merged: dict[str, str]
    created: list[Customer]


def find_customers(program: Program, buyers: Sequence[Buyer]) -> Found:
    """Find or create the customers of a program, and lock them until the transaction ends.

    The shop's id decides, then the hash of the e-mail. A guest, known by e-mail only, becomes
    the customer with a shop id who later comes with that e-mail; two shop ids are never merged,
    and the e-mail stays with the one who had it first.
    """
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            with transaction.atomic():
                return _find(program, buyers)
        except IntegrityError:
            # Somebody else made one of them at the same moment; now it is there to be found.
            if attempt == ATTEMPTS_MAX:
                raise
    raise AssertionError("The last attempt returns or raises.")


@dataclass(slots=True)
class _Register:
    """The customers that the buyers may be, as they are known while one buyer after another
    is settled."""

    program: Program
    by_shop_id: dict[str, Customer] = field(default_factory=dict)
    by_email: dict[str, Customer] = field(default_factory=dict)
    created: dict[str, Customer] = field(default_factory=dict)
    changed: dict[str, Customer] = field(default_factory=dict)
    merged: dict[str, Customer] = field(default_factory=dict)

    def add(self, customer: Customer) -> None:
        if customer.shop_customer_id:
            self.by_shop_id[customer.shop_customer_id] = customer
        if customer.email_hash:
            self.by_email[customer.email_hash] = customer

    def settle(self, buyer: Buyer) -> Customer | None:
        if not buyer.is_known:
            return None
        customer = self.by_shop_id.get(buyer.shop_customer_id)
        holder = self.by_email.get(buyer.email_hash)
        if customer is None and holder and not (buyer.shop_customer_id and holder.shop_customer_id):
            customer = holder
        if customer is None:
            customer = Customer(program=self.program, brand_id=self.program.brand_id)
            self.created[customer.pk] = customer
        if holder and holder is not customer and not holder.shop_customer_id:
            self._merge(holder, customer)
            holder = None
        self._learn(customer, buyer, email_is_free=holder is None)
        return customer

    def _merge(self, guest: Customer, customer: Customer) -> None:
        if guest.email_hash:
            del self.by_email[guest.email_hash]
        guest.email_hash = None
        guest.merged_into = customer
        self.merged[guest.pk] = guest

    def _learn(self, customer: Customer, buyer: Buyer, *, email_is_free: bool) -> None:
        before = customer.shop_customer_id, customer.email_hash, customer.country
        customer.shop_customer_id = customer.shop_customer_id or buyer.shop_customer_id or None
        if email_is_free:
            customer.email_hash = customer.email_hash or buyer.email_hash or None
        customer.country = buyer.country or customer.country
        if (customer.shop_customer_id, customer.email_hash, customer.country) != before:
            self.changed[customer.pk] = customer
        self.add(customer)


def _find(program: Program, buyers: Sequence[Buyer]) -> Found:
    register = _Register(program)
    for customer in _known(program, buyers):
        register.add(customer)
    found = [register.settle(buyer) for buyer in buyers]
    _write(register)
    # A guest who was found first and merged by a later buyer of the same call is that buyer.
    settled = [c.merged_into if c is not None and c.merged_into_id else c for c in found]
    return Found(
        customers=settled,
        merged={guest: str(c.merged_into_id) for guest, c in register.merged.items()},
        created=list(register.created.values()),
    )


def _known(program: Program, buyers: Sequence[Buyer]) -> list[Customer]:
    """Locked in the order of their ids, so that two of us never wait for each other."""
    shop_ids = {buyer.shop_customer_id for buyer in buyers} - {""}
    hashes = {buyer.email_hash for buyer in buyers} - {""}
    rows = Customer.objects.filter(program=program)
    matching = rows.filter(shop_customer_id__in=shop_ids) | rows.filter(email_hash__in=hashes)
    return list(matching.select_for_update(no_key=True).order_by("pk"))


def _write(register: _Register) -> None:
    """Guests let go of their e-mail before somebody else takes it."""
    merged, created = register.merged, register.created
    _update((c for pk, c in merged.items() if pk not in created), "email_hash", "merged_into")
    Customer.objects.bulk_create(sorted(created.values(), key=_uniqueness))
    _update(
        (c for pk, c in register.changed.items() if pk not in created and pk not in merged),
        "shop_customer_id",
        "email_hash",
        "country",
    )


def _uniqueness(customer: Customer) -> tuple[str, str]:
    """Whoever inserts, inserts in this order, and so waits for others in this order."""
    return customer.shop_customer_id or "", customer.email_hash or ""


def _update(customers: Iterable[Customer], *fields: str) -> None:
    Customer.objects.bulk_update(sorted(customers, key=lambda c: c.pk), fields)
