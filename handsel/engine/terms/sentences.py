"""Terms as numbered clauses: codes and parameters that are worded elsewhere."""

from handsel.engine.terms.conditions import When
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Fixed, Percent
from handsel.engine.values import ParamValue, Step

# §1 says who is credited; the rules of pay follow it in their order.
FIRST_PAY_CLAUSE = 2


class Clause(Step):
    """One numbered sentence of an agreement: §`number`."""

    number: int


def clause_number(place: int) -> int:
    """The § of `terms.pay[place]`."""
    return FIRST_PAY_CLAUSE + place


def sentences(terms: Terms) -> list[Clause]:
    """All clauses in order; every field of the terms is said by exactly one of them.

    >>> terms = Terms(currency="EUR", pay=(Percent(rate_ppm=95_000),))
    >>> [f"§{clause.number} {clause.code}" for clause in sentences(terms)]
    ['§1 credit', '§2 percent', '§3 basis', '§4 hold', '§5 refunds', '§6 payout']
    """
    credit = terms.attribution.model_dump(mode="json")
    basis = terms.basis.model_dump(mode="json")
    threshold_minor = terms.payout.threshold_minor
    said = [
        Step(code="credit", params=credit),
        *(_pay(rule, terms) for rule in terms.pay),
        Step(code="basis", params=basis),
        Step(code="hold", params={"days": terms.hold.days, "starts": terms.hold.starts}),
        Step(code="refunds", params={"fixed_parts": terms.refunds.fixed_parts}),
        Step(
            code="payout",
            params={"threshold_minor": threshold_minor, "currency": terms.currency},
        ),
    ]
    return [
        Clause(number=number, code=step.code, params=step.params)
        for number, step in enumerate(said, start=1)
    ]


def _pay(rule: Percent | Fixed, terms: Terms) -> Step:
    when = _when(rule.when)
    if isinstance(rule, Percent):
        return Step(code="percent", params={"rate_ppm": rule.rate_ppm, **when})
    amount: dict[str, ParamValue] = {"amount_minor": rule.amount_minor, "currency": terms.currency}
    return Step(code="fixed", params={**amount, "per": rule.per, **when})


def _when(when: When) -> dict[str, ParamValue]:
    return {"customer": when.customer, "skus": when.skus, "categories": when.categories}
