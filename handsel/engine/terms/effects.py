"""Whether a change of terms is better or worse for the partner; in doubt it depends.

Notice periods hang on it (`Ending.notice_days`), so it errs on the partner's side: `better` is said
only of what can never pay less, whatever is sold.
"""

from collections.abc import Iterable
from typing import Literal

from handsel.engine.terms.conditions import TimeBox
from handsel.engine.terms.conflicts import EXCLUSIVE, overlaps
from handsel.engine.terms.implied import holds_throughout, implies
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Excluded, Lead, PayRule, Percent, PerClick, PerThousand, Tiers

Effect = Literal["better", "worse", "depends"]

# Members of which more is better for the partner; None is without end where it can stand.
MORE = frozenset(
    {
        "attribution.window_days",
        "attribution.better_at_once",
        "attribution.lifetime_days",
        "basis.with_tax",
        "basis.with_shipping",
        "basis.before_discounts",
        "recurring.payments_max",
        "recurring.months_max",
        "ending.notice_days",
        "rate_ppm",
        "amount_minor",
        "months_max",
        "times_max",
        "most_minor",
        "every",
    }
)
LESS = frozenset(
    {
        "hold.days",
        "payout.threshold_minor",
        "reaches",
        "per_views",
        "orders_min",
        "months",
        "after_first_sale",
    }
)
# Values from the worst for the partner to the best.
SCALES: dict[str, tuple[str, ...]] = {
    "hold.starts": ("delivery", "order"),
    "pays": ("after_sale", "at_once"),
    **{
        f"promotion.{name}": ("forbidden", "on_approval", "allowed")
        for name in (
            "email",
            "paid_search",
            "brand_bidding",
            "trademark_in_domain",
            "coupon_sites",
            "social_ads",
        )
    },
}


def together(effects: Iterable[Effect]) -> Effect:
    """Of several changes at once: one that is not for the better is enough to doubt.

    >>> together(["better", "better"]), together(["better", "worse"]), together(["worse"])
    ('better', 'depends', 'worse')
    """
    found = set(effects)
    if found <= {"better"}:
        return "better"
    return "worse" if found == {"worse"} else "depends"


def of_member(field: str, old: object, new: object) -> Effect:
    """The effect of one member's change; `field` with its section, or bare within a rule."""
    if field in SCALES and old in SCALES[field] and new in SCALES[field]:
        return _rising(SCALES[field].index(str(old)), SCALES[field].index(str(new)))
    if field in MORE:
        return _rising(_number(old), _number(new))
    if field in LESS:
        return _rising(_number(new), _number(old))
    if field == "ending.tail_days" and None not in (old, new):
        return _rising(_number(old), _number(new))
    if field == "attribution.owned_skus":
        return _growing(old, new)
    return "depends"


def of_rule_added(rule: PayRule, old: Terms) -> Effect:
    """A new rule of pay. One that could take the place of another must never pay less than it."""
    if isinstance(rule, Excluded):
        return "worse"
    rivals = _rivals(rule, old)
    return "better" if all(_never_less(rule, rival) for rival in rivals) else "depends"


def of_rule_removed(rule: PayRule, new: Terms) -> Effect:
    """A rule of pay that is gone: better where something always stands in for it that never pays
    less, worse where nothing that could pays more."""
    if isinstance(rule, Excluded):
        return "better"
    stand_ins = _rivals(rule, new)
    always = any(
        implies(rule.when, other.when) and holds_throughout(other.valid, rule.valid)
        for other in stand_ins
    )
    if always and all(_never_less(other, rule) for other in stand_ins):
        return "better"
    return "worse" if all(_never_less(rule, other) for other in stand_ins) else "depends"


def of_time(rule: PayRule | None, old: TimeBox | None, new: TimeBox | None) -> Effect:
    """The time in which a rule or bonus holds. `rule` None: a bonus."""
    wider = holds_throughout(new, old)
    if isinstance(rule, Excluded):
        return "worse" if wider else "better" if holds_throughout(old, new) else "depends"
    if rule is not None and isinstance(rule, EXCLUSIVE):
        return "depends"
    return "better" if wider else "worse" if holds_throughout(old, new) else "depends"


def of_tiers(old: Percent, new: Percent) -> Effect:
    """Tiers compared step by step, the rates below the first step included."""
    if old.tiers and new.tiers and not _same_frame(old.tiers, new.tiers):
        return "depends"
    if _falls(old) or _falls(new):
        return "depends"
    starts = sorted({0, *_starts(old), *_starts(new)})
    rates = [(_rate_at(old, start), _rate_at(new, start)) for start in starts]
    if all(before <= after for before, after in rates):
        return "better"
    return "worse" if all(before >= after for before, after in rates) else "depends"


def may_fall(terms: Terms) -> bool:
    """Whether more volume can mean a lower rate."""
    return any(isinstance(rule, Percent) and _falls(rule) for rule in terms.pay)


def _rising(old: float, new: float) -> Effect:
    return "better" if new >= old else "worse"


def _number(value: object) -> float:
    """None is without end. Amounts stay below 2**53, so that floats order them exactly."""
    return float("inf") if value is None else float(str(int(value)))  # type: ignore[call-overload]


def _growing(old: object, new: object) -> Effect:
    before, after = set(old), set(new)  # type: ignore[call-overload]
    return "better" if before <= after else "worse" if after <= before else "depends"


def _rivals(rule: PayRule, terms: Terms) -> list[PayRule]:
    """Rules of which only one pays, and that could meet what this one meets."""
    if not isinstance(rule, EXCLUSIVE):
        return []
    return [
        other
        for other in terms.pay
        if type(other) is type(rule)
        and (not isinstance(rule, Lead) or other.event == rule.event)  # type: ignore[union-attr]
        and overlaps(other.when, rule.when)
    ]


def _never_less(rule: PayRule, other: PayRule) -> bool:
    """Whether a rule pays at least as much as another in every case."""
    if isinstance(rule, Percent) and isinstance(other, Percent):
        # Volume that moves from one rule to another would no longer count towards its tiers.
        return not other.tiers and not rule.tiers and rule.rate_ppm >= other.rate_ppm
    if isinstance(rule, Lead) and isinstance(other, Lead):
        sooner = rule.pays == "at_once" or other.pays == "after_sale"
        return sooner and rule.amount_minor >= other.amount_minor
    if isinstance(rule, PerClick | PerThousand) and isinstance(other, PerClick | PerThousand):
        return rule.amount_minor >= other.amount_minor
    return False


def _same_frame(one: Tiers, other: Tiers) -> bool:
    return (one.measure, one.period, one.mode) == (other.measure, other.period, other.mode)


def _falls(rule: Percent) -> bool:
    rates = [rule.rate_ppm, *(step.rate_ppm for step in rule.tiers.steps)] if rule.tiers else []
    return rates != sorted(rates)


def _starts(rule: Percent) -> list[int]:
    return [step.start for step in rule.tiers.steps] if rule.tiers else []


def _rate_at(rule: Percent, volume: int) -> int:
    steps = rule.tiers.steps if rule.tiers else ()
    reached = [step for step in steps if step.start <= volume]
    return max(reached, key=lambda step: step.start).rate_ppm if reached else rule.rate_ppm
