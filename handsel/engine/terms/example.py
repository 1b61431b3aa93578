"""Worked examples, made from the terms themselves and evaluated as every order will be.

Its articles are what the rules ask for, its prices round: so the example shows the rules that a
reader has just read, and cannot disagree with what is paid.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import Touch
from handsel.engine.commission import Evaluation, Inputs, judge
from handsel.engine.money import exponent
from handsel.engine.orders import OrderFact, OrderLine, fold
from handsel.engine.orders.facts import GivenMetadata
from handsel.engine.periods import period_of
from handsel.engine.settling import PeriodInputs, Settlement, member_of, settle
from handsel.engine.terms.conditions import Event, When
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Fixed, Lead, PayRule, Percent, Rolling, Tiers

PARTNERSHIP = "example"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
ARTICLES_MAX = 4
ORDERS_MAX = 200


class Example(NamedTuple):
    """An order, and what it earns with all its steps."""

    order: OrderFact
    evaluation: Evaluation


class PeriodExample(NamedTuple):
    """Orders of one period, what they earned at once, and what settles the period's tiers."""

    orders: tuple[Example, ...]
    settlement: Settlement

    @property
    def at_once_minor(self) -> int:
        return sum(example.evaluation.amount_minor for example in self.orders)

    @property
    def total_minor(self) -> int:
        return self.at_once_minor + self.settlement.amount_minor


def example(terms: Terms, *, at: datetime | None = None) -> Example:
    """One order, or lead, that meets as many of the rules as one can, with tax and shipping.

    `at`: when it is made; where that is None, at a time at which the first rule with a time holds.
    """
    whens = [rule.when for rule in terms.pay if isinstance(rule, Percent | Fixed)]
    asked = list(_asked(whens))
    unit_minor = 100 if exponent(terms.currency) == 0 else 10 ** exponent(terms.currency)
    lines = _lines(terms, asked, unit_minor)
    order = OrderFact(
        **_reported("example", at or _time(terms)),
        currency=terms.currency,
        lines=lines,
        shipping_minor=5 * unit_minor,
        shipping_tax_minor=unit_minor // 2,
        event=_event(terms),
        customer_is_new=next((w.customer == "new" for w in asked if w.customer), True),
        codes=_first(asked, "codes"),
        country=next(iter(_first(asked, "countries")), ""),
        metadata=_metadata(asked),
    )
    return Example(order, _judged(terms, order, asked))


def period_example(terms: Terms, *, at: datetime | None = None) -> PeriodExample | None:
    """Orders that reach the tiers of a calendar period, and its settlement; None without such."""
    found = next(_calendar_tiers(terms), None)
    if found is None:
        return None
    rule, tiers = found
    count, basis_minor = _volume(tiers)
    if count > ORDERS_MAX:
        return None
    moment = at or _time(terms)
    orders = []
    for number in range(1, count + 1):
        line = _line(rule.when, "A", basis_minor // count, tax_minor=0)
        fact = _plain(terms, rule, f"example-{number:03d}", moment, line)
        orders.append(Example(fact, _judged(terms, fact, list(_asked([rule.when])))))
    assert not isinstance(tiers.period, Rolling)
    start, end = period_of(moment, tiers.period, terms.time_zone)
    settlement = settle(
        PeriodInputs(
            partnership=PARTNERSHIP,
            period=tiers.period,
            start=start,
            end=end,
            agreements=(_agreement(terms, moment),),
            members=tuple(
                member_of(one.evaluation, fold([one.order]))
                for one in orders
                if one.evaluation.credit
            ),
        )
    )
    return PeriodExample(tuple(orders), settlement)


# ---- The order ----------------------------------------------------------------------------------


def _asked(whens: list[When]) -> Iterator[When]:
    """What rules ask for, of alternatives the first."""
    for when in whens:
        yield when
        yield from _asked(list(when.any_of[:1]))


def _first(asked: list[When], name: str) -> tuple[str, ...]:
    """Of what rules ask for, the first value that is named."""
    return next((getattr(when, name)[:1] for when in asked if getattr(when, name)), ())


def _metadata(asked: list[When]) -> tuple[GivenMetadata, ...]:
    fields = {field.name: field.values[0] for when in asked for field in when.metadata}
    return tuple(GivenMetadata(name=name, value=value) for name, value in fields.items())


def _event(terms: Terms) -> Event:
    """A sale, unless the terms pay for leads or sign-ups alone."""
    if any(isinstance(rule, Percent | Fixed) for rule in terms.pay):
        return "sale"
    return next((rule.event for rule in terms.pay if isinstance(rule, Lead)), "sale")


def _time(terms: Terms) -> datetime:
    boxes = [rule.valid for rule in terms.pay if rule.valid is not None]
    since = next((box.since for box in boxes if box.since is not None), None)
    until = next((box.until for box in boxes if box.until is not None), None)
    if since is not None:
        return since
    return min(NOON, until - timedelta(hours=1)) if until is not None else NOON


def _lines(terms: Terms, asked: list[When], unit_minor: int) -> tuple[OrderLine, ...]:
    """An article for each that rules ask for by name, and one that nobody names.

    The one that nobody names makes up what a rule asks of the size of the order.
    """
    named = [when for when in asked if when.skus or when.categories][: ARTICLES_MAX - 1]
    price_minor = 60 * unit_minor
    size_minor = max((w.order_minor.least for w in asked if w.order_minor), default=0)
    first_minor = max(2 * price_minor, size_minor - price_minor * len(named))
    first = OrderLine(line_id="A", gross_minor=first_minor, tax_minor=first_minor // 6)
    others = (
        _line(when, name, price_minor, tax_minor=price_minor // 6)
        for name, when in zip("BCD", named, strict=False)
    )
    return first, *others


def _line(when: When, line_id: str, price_minor: int, *, tax_minor: int) -> OrderLine:
    return OrderLine(
        line_id=line_id,
        sku=next(iter(when.skus), ""),
        category=next(iter(when.categories), ""),
        gross_minor=price_minor,
        tax_minor=tax_minor,
    )


def _plain(terms: Terms, rule: PayRule, name: str, at: datetime, line: OrderLine) -> OrderFact:
    asked = list(_asked([rule.when]))
    return OrderFact(
        **_reported(name, at),
        currency=terms.currency,
        lines=(line,),
        customer_is_new=next((w.customer == "new" for w in asked if w.customer), False),
        codes=_first(asked, "codes"),
        country=next(iter(_first(asked, "countries")), ""),
        metadata=_metadata(asked),
    )


def _reported(name: str, at: datetime) -> dict[str, Any]:
    moments = dict.fromkeys(("occurred_at", "updated_at", "recorded_at"), at)
    return {
        "fact_id": name,
        "order": name,
        "source": "example",
        "event_id": name,
        "trust": "store",
        **moments,
    }


# ---- Its credit ---------------------------------------------------------------------------------


def _judged(terms: Terms, order: OrderFact, asked: list[When]) -> Evaluation:
    """The partner's click an hour before, and the code that rules ask for, where they do."""
    at = order.occurred_at
    touches = [
        Touch(
            touch_id="click",
            kind="click",
            partnership=PARTNERSHIP,
            occurred_at=at - timedelta(hours=1),
            link=next(iter(_first(asked, "links")), ""),
            device=next(iter(_first(asked, "devices")), ""),
            source=next(iter(_first(asked, "sources")), ""),
        ),
        *(
            Touch(
                touch_id=f"code-{code}",
                kind="code",
                partnership=PARTNERSHIP,
                occurred_at=at,
                reference=code,
            )
            for code in order.codes
        ),
    ]
    inputs = Inputs(facts=(order,), touches=tuple(touches), agreements=(_agreement(terms, at),))
    return judge(inputs, PARTNERSHIP)


def _agreement(terms: Terms, at: datetime) -> AgreementVersion:
    since = at - timedelta(days=1)
    return AgreementVersion(
        agreement="example",
        partnership=PARTNERSHIP,
        number=1,
        terms=terms,
        accepted_at=since,
        valid_from=since,
    )


# ---- Tiers --------------------------------------------------------------------------------------


def _calendar_tiers(terms: Terms) -> Iterator[tuple[Percent, Tiers]]:
    for rule in terms.pay:
        tiers = rule.tiers if isinstance(rule, Percent) else None
        if isinstance(rule, Percent) and tiers and not isinstance(tiers.period, Rolling):
            yield rule, tiers


def _volume(tiers: Tiers) -> tuple[int, int]:
    """How many orders, and what they count for together: a good part into the second step, or
    into the first where there is but one."""
    reached = tiers.steps[min(1, len(tiers.steps) - 1)].start
    if tiers.measure == "orders":
        count = reached + 1
        return count, count * 10_000
    return 4, 4 * (reached * 6 // 20)
