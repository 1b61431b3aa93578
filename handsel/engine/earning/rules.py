"""What each rule of pay gives for an order: a line, or the reason why there is none."""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from handsel.engine.earning.conditions import Asked, Met, Unmet, met
from handsel.engine.earning.counted import Counted
from handsel.engine.earning.line import CommissionLine, LineKind
from handsel.engine.earning.tiers import added_ppm
from handsel.engine.money import PPM, round_half_away
from handsel.engine.terms import (
    Excluded,
    Fixed,
    Lead,
    Percent,
    Rolling,
    Terms,
    clause_number,
    specificity,
)
from handsel.engine.values import ParamValue, Step

Outcome = CommissionLine | Step
LEADS = frozenset({"lead", "sign_up"})


class _Shares(NamedTuple):
    """Which percent rule pays for each article and for shipping, by its place among the rules; what
    is excluded; and what counts of it all."""

    articles: Sequence[int | None]
    shipping: int | None
    excluded: Sequence[bool]
    counts: Counted


def outcomes(terms: Terms, asked: Asked, counts: Counted) -> Iterator[Outcome]:
    """Of each rule in its order: its line and what explains it, or why it gave nothing."""
    found = [met(rule, asked) for rule in terms.pay]
    shares = _shares(terms, found, counts)
    lead = _lead_payer(terms, found, asked) if asked.state.event in LEADS else None
    for place, (rule, here) in enumerate(zip(terms.pay, found, strict=True)):
        if isinstance(rule, Percent):
            yield from _percent(place, rule, here, shares, asked)
        elif isinstance(rule, Fixed):
            yield _fixed(place, rule, here, shares, asked)
        elif isinstance(rule, Excluded):
            yield _excluded(place, here, counts)
        elif isinstance(rule, Lead):
            yield _lead(place, rule, here, lead, asked)
        else:
            yield not_met(place, "paid_by_day")


def not_met(place: int, reason: Unmet) -> Step:
    return Step(code="rule_not_met", params={"clause": clause_number(place), "reason": reason})


def said(line: CommissionLine) -> Step:
    """The step of a line: all it says, under its kind."""
    params: dict[str, ParamValue] = {"clause": line.clause}
    if line.basis_minor is not None:
        params["basis_minor"] = line.basis_minor
    if line.rate_ppm is not None:
        params["rate_ppm"] = line.rate_ppm
    if line.quantity is not None:
        params["quantity"] = line.quantity
    params |= {
        "numerator": line.numerator,
        "denominator": line.denominator,
        "amount_minor": line.amount_minor,
    }
    return Step(code=line.kind, params=params)


def rounded(
    clause: int,
    kind: LineKind,
    numerator: int,
    denominator: int = 1,
    *,
    basis_minor: int | None = None,
    rate_ppm: int | None = None,
    quantity: int | None = None,
) -> CommissionLine:
    """A line of this exact amount, rounded once, half away from zero."""
    return CommissionLine(
        clause=clause,
        kind=kind,
        basis_minor=basis_minor,
        rate_ppm=rate_ppm,
        numerator=numerator,
        denominator=denominator,
        amount_minor=round_half_away(numerator, denominator),
        quantity=quantity,
    )


def _shares(terms: Terms, found: Sequence[Met], counts: Counted) -> _Shares:
    """Each article goes to the most specific percent rule that it meets, unless it is excluded.

    Terms refuse ties between rules that one article could meet.
    """
    excluding = [
        here
        for rule, here in zip(terms.pay, found, strict=True)
        if not here.reason and isinstance(rule, Excluded)
    ]
    excluded = [any(marks) for marks in zip(*(here.articles for here in excluding), strict=True)]
    paying = [
        (place, here)
        for place, (rule, here) in enumerate(zip(terms.pay, found, strict=True))
        if not here.reason and isinstance(rule, Percent)
    ]
    if len(paying) > 1:
        paying.sort(key=lambda pair: specificity(terms.pay[pair[0]]), reverse=True)
    articles: list[int | None] = [None] * len(found[0].articles)
    shipping = None
    # The most specific rule comes last, and so stays.
    for place, here in reversed(paying):
        articles = [
            place if mine else payer for mine, payer in zip(here.articles, articles, strict=True)
        ]
        shipping = place if here.shipping else shipping
    if excluding:
        articles = [None if out else payer for out, payer in zip(excluded, articles, strict=True)]
        shipping = None if any(here.shipping for here in excluding) else shipping
    return _Shares(articles, shipping, excluded or [False] * len(articles), counts)


def _percent(
    place: int, rule: Percent, here: Met, shares: _Shares, asked: Asked
) -> Iterator[Outcome]:
    if here.reason:
        yield not_met(place, here.reason)
        return
    counts = shares.counts
    mine = [payer == place for payer in shares.articles]
    pays_shipping = counts.shipping_minor > 0 and shares.shipping == place
    if not any(mine) and not pays_shipping:
        meant = list(compress(shares.excluded, here.articles))
        yield not_met(place, "all_excluded" if all(meant) else "more_specific_rule")
        return

    basis_minor = sum(compress(counts.articles_minor, mine))
    basis_minor += counts.shipping_minor if pays_shipping else 0
    if basis_minor == 0:
        yield not_met(place, "nothing_counts")
    elif rule.tiers is None:
        yield _at_own_rate(place, rule, basis_minor)
    elif isinstance(rule.tiers.period, Rolling):
        yield from _rolling(place, rule, rule.tiers.period, basis_minor, asked)
    else:
        period: dict[str, ParamValue] = {"period": rule.tiers.period}
        yield _at_own_rate(place, rule, basis_minor)
        yield Step(code="tiers_later", params={"clause": clause_number(place), **period})


def _at_own_rate(place: int, rule: Percent, basis_minor: int) -> CommissionLine:
    return rounded(
        clause_number(place),
        "percent",
        basis_minor * rule.rate_ppm,
        PPM,
        basis_minor=basis_minor,
        rate_ppm=rule.rate_ppm,
    )


def _rolling(
    place: int, rule: Percent, period: Rolling, basis_minor: int, asked: Asked
) -> Iterator[Outcome]:
    clause = clause_number(place)
    before = asked.given.standings.get(clause, 0)
    by_orders = rule.tiers is not None and rule.tiers.measure == "orders"
    counted: dict[str, ParamValue] = {"orders": before} if by_orders else {"before_minor": before}
    yield Step(code="standing", params={"clause": clause, "days": period.days, **counted})
    numerator = added_ppm(rule, before, basis_minor)
    yield rounded(clause, "tiers", numerator, PPM, basis_minor=basis_minor)


def _fixed(place: int, rule: Fixed, here: Met, shares: _Shares, asked: Asked) -> Outcome:
    if here.reason:
        return not_met(place, here.reason)
    state, clause = asked.state, clause_number(place)
    if rule.per == "item":
        return _per_item(place, rule, here, shares, asked)
    meant = list(compress(state.lines, here.articles))
    sold_minor = sum(line.sold_minor for line in meant)
    left_minor = sum(line.left_minor for line in meant)
    if state.cancelled_at or (sold_minor > 0 and left_minor == 0):
        return not_met(place, "nothing_left")
    return rounded(clause, "fixed", rule.amount_minor)


def _per_item(place: int, rule: Fixed, here: Met, shares: _Shares, asked: Asked) -> Outcome:
    """A piece counts while anything of what was paid for it is left."""
    asks_for = zip(asked.state.lines, here.articles, shares.excluded, strict=True)
    meant = [line for line, asks, excluded in asks_for if asks and not excluded]
    if not meant:
        return not_met(place, "all_excluded")
    pieces = 0
    for line in meant if asked.state.cancelled_at is None else ():
        sold_minor = line.sold_minor
        whole = sold_minor == 0
        pieces += line.quantity if whole else -(-line.quantity * line.left_minor // sold_minor)
    if pieces == 0:
        return not_met(place, "nothing_left")
    return rounded(clause_number(place), "item", pieces * rule.amount_minor, quantity=pieces)


def _excluded(place: int, here: Met, counts: Counted) -> Step:
    if here.reason:
        return not_met(place, here.reason)
    excluded_minor = sum(compress(counts.articles_minor, here.articles))
    excluded_minor += counts.shipping_minor if here.shipping else 0
    return Step(
        code="excluded",
        params={"clause": clause_number(place), "counts_minor": excluded_minor},
    )


def _lead_payer(terms: Terms, found: Sequence[Met], asked: Asked) -> int | None:
    """The most specific rule that pays for this lead, or this sign-up."""
    event = asked.state.event
    places = [
        place
        for place, (rule, here) in enumerate(zip(terms.pay, found, strict=True))
        if isinstance(rule, Lead) and rule.event == event and not here.reason
    ]
    return max(places, key=lambda place: specificity(terms.pay[place]), default=None)


def _lead(place: int, rule: Lead, here: Met, payer: int | None, asked: Asked) -> Outcome:
    state = asked.state
    if rule.event != state.event:
        return not_met(place, "event_other")
    if here.reason:
        return not_met(place, here.reason)
    if payer != place:
        return not_met(place, "more_specific_rule")
    if state.is_spent:
        return not_met(place, "nothing_left")
    if rule.pays == "after_sale" and state.bought_at is None:
        return not_met(place, "not_bought_yet")
    return rounded(clause_number(place), "lead", rule.amount_minor)
