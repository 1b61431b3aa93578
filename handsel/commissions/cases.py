"""Everything that the evaluation of a set of conversions needs, in one round trip per table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handsel.commissions.agreements import Versions, agreement_versions
from handsel.commissions.crediting.context import asks_about_clicks
from handsel.commissions.crediting.standings import Asked, standings
from handsel.commissions.models import Commission, Revision
from handsel.commissions.touches import Touches, engine_touch, gather
from handsel.commissions.untouched import untouched
from handsel.conversions.facts import engine_fact
from handsel.conversions.history import (
    beginnings,
    bought_fact,
    customer_fact,
    first_orders,
    purchases,
)
from handsel.conversions.models import Conversion, Fact, Touch
from handsel.conversions.reading import (
    Reading,
    read,
    with_beginning,
    with_customer,
    with_purchase,
)
from handsel.engine import orders
from handsel.engine.commission import Inputs


@dataclass(slots=True)
class Case:
    """One conversion, as it is now, and what was said of it before."""

    conversion: Conversion
    state: orders.OrderState
    inputs: Inputs
    touches: Sequence[Touch]
    commissions: Mapping[str, Commission] = field(default_factory=dict)
    last: Mapping[str, Revision] = field(default_factory=dict)


@dataclass(slots=True)
class Cases:
    """`unreadable` are conversions whose facts the engine refuses, with its refusal; `untouched`
    those that nobody could be credited for, with whether their customers were new."""

    touches: Touches
    readable: list[Case]
    unreadable: dict[str, Exception]
    untouched: dict[str, bool | None]


def load(conversions: Sequence[Conversion]) -> Cases:
    """The cases of conversions that are locked; their commissions are locked, too."""
    all_of_them = {conversion.pk: conversion for conversion in conversions}
    nobodys = untouched(all_of_them)
    by_id = {pk: row for pk, row in all_of_them.items() if pk not in nobodys}
    readings, unreadable = readings_of(by_id)
    touches = gather({pk: (by_id[pk], one.state) for pk, one in readings.items()})
    partnerships = {t.partnership_id for ts in touches.of.values() for t in ts if t.partnership_id}
    commissions = _commissions(by_id)
    last = _last_revisions(c.pk for mine in commissions.values() for c in mine.values())
    versions = agreement_versions(partnerships)
    asking = {name for name in partnerships if asks_about_clicks(versions[name])}
    counted = standings(
        {pk: _asked(one.state, touches.of[pk], versions) for pk, one in readings.items()}
    )
    cases = []
    for pk, one in readings.items():
        mine = touches.of[pk]
        inputs = Inputs(
            facts=one.facts,
            touches=tuple(
                engine_touch(touch, one.state, with_context=touch.partnership_id in asking)
                for touch in mine
            ),
            agreements=tuple(v for name in _involved(mine) for v in versions[name]),
            standings=counted.get(pk, ()),
        )
        cases.append(Case(by_id[pk], one.state, inputs, mine, commissions[pk], last))
    return Cases(touches, cases, unreadable, nobodys)


def _involved(touches: Iterable[Touch]) -> list[str]:
    return sorted({touch.partnership_id for touch in touches if touch.partnership_id})


def _asked(state: orders.OrderState, touches: Iterable[Touch], versions: Versions) -> Asked:
    mine = [version for name in _involved(touches) for version in versions[name]]
    return Asked(state.order, state.occurred_at, mine)


def readings_of(
    conversions: Mapping[str, Conversion],
) -> tuple[dict[str, Reading], dict[str, Exception]]:
    """What the facts of each conversion add up to; or what the engine has against them."""
    rows: dict[str, list[Fact]] = defaultdict(list)
    for row in Fact.objects.filter(conversion__in=list(conversions)).order_by("pk"):
        rows[row.conversion_id].append(row)
    first = first_orders(c.customer_id for c in conversions.values() if c.customer_id)
    bought = purchases(conversions.values())
    began = beginnings(conversions.values())
    readings: dict[str, Reading] = {}
    unreadable: dict[str, Exception] = {}
    for pk, conversion in conversions.items():
        try:
            name, kind = conversion.order_reference, conversion.kind
            reading = read([engine_fact(row, name, kind) for row in rows[pk]])
            known = customer_fact(conversion, reading.state, first)
            reading = with_customer(reading, known) if known else reading
            if pk in bought:
                reading = with_purchase(reading, bought_fact(conversion, bought[pk]))
            if pk in began:
                reading = with_beginning(reading, began[pk].occurred_at)
            readings[pk] = reading
        except Exception as error:
            unreadable[pk] = error
    return readings, unreadable


def _commissions(conversions: Iterable[str]) -> dict[str, dict[str, Commission]]:
    """By conversion and partnership, locked in the order of their ids."""
    found: dict[str, dict[str, Commission]] = defaultdict(dict)
    rows = Commission.objects.filter(conversion__in=list(conversions))
    for commission in rows.select_for_update(no_key=True).order_by("pk"):
        found[commission.conversion_id][commission.partnership_id] = commission
    return found


def _last_revisions(commission_ids: Iterable[str]) -> dict[str, Revision]:
    rows = (
        Revision.objects.filter(commission__in=list(commission_ids))
        .order_by("commission_id", "-number")
        .distinct("commission_id")
    )
    return {row.commission_id: row for row in rows}
