"""What an order would have earned had one thing been different: the same inputs, but for that.

Each function gives inputs that `commission.judge` reads like any others. What is known of other
partners stays as it was found: their touches keep their standing, for it is not ours to judge.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from handsel.engine.agreements import AgreementVersion
from handsel.engine.commission import Inputs, Standing
from handsel.engine.orders import CustomerFact, Fact, OrderFact, RefundFact, RefundLine, fold
from handsel.engine.terms import Percent, Rolling, Terms, clause_number
from handsel.engine.values import Value

SOURCE = "what-if"


def without_touch(inputs: Inputs, touch_id: str) -> Inputs:
    """As if this one had never happened."""
    touches = tuple(touch for touch in inputs.touches if touch.touch_id != touch_id)
    return inputs.model_copy(update={"touches": touches})


def with_customer(inputs: Inputs, *, is_new: bool) -> Inputs:
    """As if the customer had been new, or had bought before, whatever anybody has said."""
    facts = [fact for fact in inputs.facts if not isinstance(fact, CustomerFact)]
    order = _order(facts)
    known = CustomerFact(
        **_reported(order, "customer"), occurred_at=order.occurred_at, customer_is_new=is_new
    )
    return inputs.model_copy(update={"facts": (*facts, known)})


def later(inputs: Inputs, days: int, versions: Iterable[AgreementVersion] = ()) -> Inputs:
    """As if the same had been bought so many days later, and the clicks had stayed where they were.

    `versions` are all of the partnership's: the order may come into the time of another one.
    """
    more = timedelta(days=days)
    touches = (
        touch.model_copy(update={"occurred_at": touch.occurred_at + more})
        if touch.kind in ("code", "sku")
        else touch
        for touch in inputs.touches
    )
    return inputs.model_copy(
        update={
            "facts": tuple(_moved(fact, more) for fact in inputs.facts),
            "touches": tuple(touches),
            "agreements": _with(inputs.agreements, versions),
        }
    )


def in_country(inputs: Inputs, country: str) -> Inputs:
    """As if the buyer had been in another country."""
    facts = (
        fact.model_copy(update={"country": country}) if isinstance(fact, OrderFact) else fact
        for fact in inputs.facts
    )
    return inputs.model_copy(update={"facts": tuple(facts)})


def sent_back(inputs: Inputs, line_id: str) -> Inputs:
    """As if what is left of one article were sent back, too.

    Raises what `fold` raises, and StopIteration where the order has no such line.
    """
    order = _order(inputs.facts)
    state = fold(inputs.facts)
    left_minor = next(line.left_minor for line in state.lines if line.line_id == line_id)
    back = RefundFact(
        **_reported(order, "refund"),
        occurred_at=order.occurred_at,
        refund=SOURCE,
        currency=order.currency,
        amount_minor=left_minor,
        lines=(RefundLine(line_id=line_id, amount_minor=left_minor),),
    )
    return inputs.model_copy(update={"facts": (*inputs.facts, back)})


def under(inputs: Inputs, partnership: str, terms: Terms) -> Inputs:
    """As if the partnership had always had these terms.

    Rolling tiers begin where they began, if the other terms measure the same over as many days;
    else they begin at nothing.
    """
    agreements = tuple(
        version.model_copy(update={"terms": terms})
        if version.partnership == partnership
        else version
        for version in inputs.agreements
    )
    standings = tuple(_standings(inputs, terms))
    return inputs.model_copy(update={"agreements": agreements, "standings": standings})


def _standings(inputs: Inputs, terms: Terms) -> Iterator[Standing]:
    by_name = {version.agreement: version.terms for version in inputs.agreements}
    for standing in inputs.standings:
        before = _rolling(by_name[standing.agreement]).get(standing.clause)
        for clause, measured in _rolling(terms).items():
            if measured == before:
                yield standing.model_copy(update={"clause": clause})


def _rolling(terms: Terms) -> dict[int, tuple[Value | str, ...]]:
    """What each rule with rolling tiers measures, by its §."""
    return {
        clause_number(place): (rule.when, rule.tiers.period, rule.tiers.measure)
        for place, rule in enumerate(terms.pay)
        if isinstance(rule, Percent) and rule.tiers and isinstance(rule.tiers.period, Rolling)
    }


def _order(facts: Iterable[Fact]) -> OrderFact:
    """The one that the state is folded from."""
    facts = list(facts)
    named = fold(facts).fact_id
    return next(f for f in facts if isinstance(f, OrderFact) and f.fact_id == named)


def _reported(order: OrderFact, what: str) -> dict[str, Any]:
    """An event of ours, as well trusted as the order's own."""
    return {
        "fact_id": f"{SOURCE}:{what}",
        "order": order.order,
        "source": SOURCE,
        "event_id": what,
        "trust": order.trust,
        "updated_at": order.updated_at,
        "recorded_at": order.recorded_at,
    }


def _moved(fact: Fact, more: timedelta) -> Fact:
    """What belongs to the order moves along with it; what its customer did elsewhere does not."""
    if fact.kind == "bought":
        return fact
    moved = {"occurred_at": fact.occurred_at + more}
    if isinstance(fact, OrderFact) and fact.delivered_at is not None:
        moved["delivered_at"] = fact.delivered_at + more
    return fact.model_copy(update=moved)


def _with(
    known: Iterable[AgreementVersion], more: Iterable[AgreementVersion]
) -> tuple[AgreementVersion, ...]:
    """All periods of all versions; those of a version that is named anew replace its old ones."""
    anew = list(more)
    named = {version.agreement for version in anew}
    return (*(version for version in known if version.agreement not in named), *anew)
