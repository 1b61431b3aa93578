"""Touches that follow from something else than a click or a code.

They are found anew at each evaluation, as a function of what is known by then: where the article
has left the order, the binding was released or the decision withdrawn, the touch is gone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from handsel.commissions.models import Commission, Revision
from handsel.conversions.history import beginnings
from handsel.conversions.models import Conversion, ManualCredit, Touch
from handsel.customers.models import Binding
from handsel.engine.orders import OrderState
from handsel.engine.values import moment_text
from handsel.ids import from_uuid, to_uuid
from handsel.partnerships.models import Agreement

Orders = Mapping[str, tuple[Conversion, OrderState]]
Kind = Touch.Kind

_OWNED = """
SELECT p.program_id, p.id, p.partner_id,
       ARRAY(SELECT jsonb_array_elements_text(a.terms #> '{attribution,owned_skus}')),
       a.valid_from, a.valid_until
  FROM partnerships_agreement a JOIN partnerships_partnership p ON p.id = a.partnership_id
 WHERE (a.terms #> '{attribution,owned_skus}') IS NOT NULL AND p.program_id = ANY (%s::uuid[])
"""


class _Owned(NamedTuple):
    """Articles that one version of an agreement calls its partner's own."""

    partnership_id: str
    partner_id: str
    skus: frozenset[str]
    valid_from: datetime
    valid_until: datetime | None


def claims(orders: Orders) -> dict[str, list[Touch]]:
    """Unsaved touches, by conversion; `cause` tells those of one kind and partnership apart."""
    found: dict[str, list[Touch]] = defaultdict(list)
    for touch in (
        *_articles(orders),
        *_bound(orders),
        *_channels(orders),
        *_renewals(orders),
        *_by_hand(orders),
    ):
        found[touch.conversion_id].append(touch)
    return found


def _claim(
    conversion: Conversion,
    kind: str,
    cause: str,
    at: datetime,
    *,
    partnership_id: str | None = None,
    partner_id: str | None = None,
    reference: str = "",
    agreement_id: str | None = None,
    weight: int = 1,
) -> Touch:
    return Touch(
        brand_id=conversion.brand_id,
        conversion=conversion,
        kind=kind,
        cause=cause,
        touched_at=at,
        partnership_id=partnership_id,
        partner_id=partner_id,
        reference=reference,
        agreement_id=agreement_id,
        weight=weight,
    )


def _articles(orders: Orders) -> Iterator[Touch]:
    """Articles of an order that an agreement of its time calls the partner's own."""
    owned: dict[str, list[_Owned]] = defaultdict(list)
    programs = {conversion.program_id for conversion, _ in orders.values()}
    with connection.cursor() as cursor:
        cursor.execute(_OWNED, [[to_uuid(pk) for pk in programs]])
        for program, partnership, partner, skus, since, until in cursor.fetchall():
            ids = from_uuid(partnership, "par"), from_uuid(partner, "org")
            owned[from_uuid(program, "prg")].append(_Owned(*ids, frozenset(skus), since, until))
    for conversion, state in orders.values():
        at = state.occurred_at
        skus = {line.sku for line in state.lines if line.sku}
        mine = {
            (one.partnership_id, one.partner_id, sku)
            for one in owned[conversion.program_id]
            if one.valid_from <= at and (one.valid_until is None or at < one.valid_until)
            for sku in one.skus & skus
        }
        for partnership_id, partner_id, sku in sorted(mine):
            yield _claim(
                conversion,
                Kind.SKU,
                sku[:250],
                at,
                partnership_id=partnership_id,
                partner_id=partner_id,
                reference=sku,
            )


def _bound(orders: Orders) -> Iterator[Touch]:
    """Of customers who were assigned, or bound by an earlier order: the last binding of each."""
    customers = {row.customer_id for row, _ in orders.values() if row.customer_id}
    if not customers:
        return
    bindings: dict[str, list[Binding]] = defaultdict(list)
    rows = Binding.objects.filter(customer__in=customers, released_at=None)
    for binding in rows.order_by("since", "pk"):
        bindings[binding.customer_id].append(binding)
    for conversion, state in orders.values():
        last: dict[str, Binding] = {}
        for binding in bindings[conversion.customer_id or ""]:
            if _precedes(binding, conversion, state.occurred_at):
                last[binding.kind] = binding
        for binding in last.values():
            assigned = binding.kind == Binding.Kind.ASSIGNED
            yield _claim(
                conversion,
                Kind.CUSTOMER if assigned else Kind.LIFETIME,
                binding.pk,
                binding.since,
                partnership_id=binding.partnership_id,
                partner_id=binding.partner_id,
            )


def _precedes(binding: Binding, conversion: Conversion, at: datetime) -> bool:
    """Whether it began in time and no person has ended it. Whether its term is over is for the
    engine to say, and for the partner to read."""
    if binding.ended_at is not None and binding.ended_at <= at:
        return False
    if binding.kind == Binding.Kind.ASSIGNED:
        return binding.since <= at
    return binding.since < at and binding.conversion_id != conversion.pk


def _channels(orders: Orders) -> Iterator[Touch]:
    for conversion, state in orders.values():
        for visit in state.channels:
            cause = f"{moment_text(visit.at)} {visit.channel}"
            yield _claim(conversion, Kind.CHANNEL, cause, visit.at, reference=visit.channel)


def _renewals(orders: Orders) -> Iterator[Touch]:
    """Whom the first order of a subscription was credited to, with the same shares."""
    first = beginnings(conversion for conversion, _ in orders.values())
    credits = _credits_of({order.pk for order in first.values()})
    agreements = Agreement.objects.in_bulk(
        {credit.agreement_id for some in credits.values() for credit in some}
    )
    for pk, order in first.items():
        conversion = orders[pk][0]
        for credit in credits[order.pk]:
            recurring = agreements[credit.agreement_id].terms.get("recurring", {})
            stays = recurring.get("terms", "first_order") == "first_order"
            yield _claim(
                conversion,
                Kind.RENEWAL,
                order.pk,
                order.occurred_at,
                partnership_id=credit.partnership_id,
                partner_id=credit.partner_id,
                reference=order.order_reference,
                agreement_id=credit.agreement_id if stays else None,
                weight=credit.weight,
            )


class _Credit(NamedTuple):
    partnership_id: str
    partner_id: str
    agreement_id: str
    weight: int


def _credits_of(conversion_ids: Iterable[str]) -> dict[str, list[_Credit]]:
    """The credits of other conversions, as they were last evaluated; a declined commission was
    refused by a person, and so is what would follow from it."""
    rows = (
        Revision.objects.filter(commission__conversion__in=set(conversion_ids))
        .exclude(commission__status=Commission.Status.DECLINED)
        .order_by("commission_id", "-number")
        .distinct("commission_id")
        .select_related("commission")
    )
    found: dict[str, list[_Credit]] = defaultdict(list)
    for row in rows:
        credit, agreement = row.evaluation["credit"], row.evaluation["agreement"]
        if credit is not None and agreement is not None:
            commission = row.commission
            found[commission.order.pk].append(
                _Credit(
                    commission.partnership_id,
                    commission.partner_id,
                    agreement,
                    credit.get("weight", 1),
                )
            )
    return found


def _by_hand(orders: Orders) -> Iterator[Touch]:
    rows = ManualCredit.objects.filter(conversion__in=list(orders), withdrawn_at=None)
    for credit in rows.order_by("decided_at", "pk"):
        yield _claim(
            orders[credit.conversion_id][0],
            Kind.MANUAL,
            credit.pk,
            credit.decided_at,
            partnership_id=credit.partnership_id,
            partner_id=credit.partner_id,
            reference=credit.reason,
            agreement_id=credit.agreement_id,
        )
