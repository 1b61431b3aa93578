"""Clicks and impressions: one link on one day, by the version in force at each of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from handsel.engine.agreements import AgreementVersion
from handsel.engine.earning.conditions import Circumstances, Unmet, time_unmet, touch_unmet
from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import not_met, rounded, said
from handsel.engine.periods import day_start
from handsel.engine.settling.inputs import DayCount, DayInputs
from handsel.engine.settling.settlement import Settlement, settled
from handsel.engine.terms import PerClick, PerThousand, When, clause_number, specificity
from handsel.engine.values import ParamValue, Step

Paying = PerClick | PerThousand
# What nobody can say of a click, and so meets no condition.
_UNKNOWN: dict[str, Unmet] = {
    "customer": "customer_unknown",
    "events": "event_other",
    "renewals": "renewal_other",
    "codes": "code_other",
    "order_minor": "order_size",
    "metadata": "metadata_unknown",
    "skus": "no_such_article",
    "categories": "no_such_article",
}


def settle_day(inputs: DayInputs) -> Settlement:
    """What clicks and impressions of a link earn on a day, each rule's number rounded once.

    Raises ValueError when a count names a version that is not among `agreements`.
    """
    versions = {version.agreement: version for version in inputs.agreements}
    if {count.agreement for count in inputs.counts} - versions.keys():
        raise ValueError("An agreement version is missing.")
    ordered = sorted(versions.values(), key=lambda version: (version.number, version.agreement))
    last = ordered[-1]
    found = [outcome for version in ordered for outcome in _under(version, inputs)]
    counted: dict[str, ParamValue] = {
        "link": inputs.link,
        "day": inputs.day.isoformat(),
        "clicks": sum(count.clicks for count in inputs.counts),
        "impressions": sum(count.impressions for count in inputs.counts),
    }
    day_end = day_start(inputs.day + timedelta(days=1), last.terms.time_zone)
    return settled(
        kind="day",
        partnership=inputs.partnership,
        subject=f"{inputs.link}:{inputs.day.isoformat()}",
        agreement=last.agreement,
        currency=last.terms.currency,
        lines=[outcome for outcome in found if isinstance(outcome, CommissionLine)],
        steps=[
            Step(code="day", params=counted),
            *(one if isinstance(one, Step) else said(one) for one in found),
        ],
        hold_until=day_end + timedelta(days=last.terms.hold.days),
    )


def _under(version: AgreementVersion, inputs: DayInputs) -> Iterator[CommissionLine | Step]:
    """What each rule of one version pays; each click by the most specific rule that it meets."""
    counts = [count for count in inputs.counts if count.agreement == version.agreement]
    if not counts:
        return
    at = day_start(inputs.day, version.terms.time_zone)
    rules = [
        (place, rule)
        for place, rule in enumerate(version.terms.pay)
        if isinstance(rule, PerClick | PerThousand)
    ]
    unmet = {
        place: [_unmet(rule, count, inputs.link, at) for count in counts] for place, rule in rules
    }
    for place, rule in rules:
        numbers = [_number(rule, count) for count in counts]
        rivals = [
            other
            for other, its in rules
            if isinstance(its, type(rule)) and specificity(its) > specificity(rule)
        ]
        fits = [reason is None for reason in unmet[place]]
        taken = [any(unmet[other][at] is None for other in rivals) for at in range(len(counts))]
        met = sum(number for number, fit in zip(numbers, fits, strict=True) if fit)
        own = sum(
            number for number, fit, out in zip(numbers, fits, taken, strict=True) if fit and not out
        )
        if own:
            yield _line(place, rule, own)
        elif met:
            yield not_met(place, "more_specific_rule")
        else:
            yield not_met(place, next(filter(None, unmet[place]), "nothing_counts"))


def _line(place: int, rule: Paying, number: int) -> CommissionLine:
    clause = clause_number(place)
    if isinstance(rule, PerClick):
        return rounded(clause, "click", number * rule.amount_minor, quantity=number)
    return rounded(clause, "impression", number * rule.amount_minor, 1000, quantity=number)


def _number(rule: Paying, count: DayCount) -> int:
    return count.clicks if isinstance(rule, PerClick) else count.impressions


def _unmet(rule: Paying, count: DayCount, link: str, at: datetime) -> Unmet | None:
    return time_unmet(rule.valid, at) or _when_unmet(rule.when, count, link)


def _when_unmet(when: When, count: DayCount, link: str) -> Unmet | None:
    given = Circumstances(
        country=count.country, device=count.device, source=count.source, link=link
    )
    unknown = (why for name, why in _UNKNOWN.items() if getattr(when, name) not in (None, ()))
    if reason := next(unknown, None) or touch_unmet(when, given):
        return reason
    if when.any_of and all(_when_unmet(one, count, link) for one in when.any_of):
        return "no_alternative"
    if any(_when_unmet(one, count, link) is None for one in when.none_of):
        return "ruled_out"
    return None
