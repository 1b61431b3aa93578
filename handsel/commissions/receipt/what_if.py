"""What if? The same commission, computed by the engine with one thing different, as it is read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handsel.commissions.agreements import agreement_versions
from handsel.commissions.models import Commission
from handsel.engine import supposing
from handsel.engine.commission import Evaluation, Inputs, judge
from handsel.engine.orders import OrderState, fold
from handsel.engine.settling import PeriodInputs, settle
from handsel.engine.terms import Terms
from handsel.engine.values import ParamValue, Step
from handsel.errors import DomainError

# So many articles are each supposed to have been sent back.
ARTICLES_MAX = 3
# Steps that tell why something else comes out; the arithmetic speaks for itself.
TELLING = frozenset(
    {
        "terms",
        "better_at_once",
        "rule_not_met",
        "excluded",
        "standing",
        "tiers_later",
        "renewal_not_paid",
        "cap",
        "floor",
        "share",
        "credit_rules",
        "introducer_floor",
        "not_credited",
        "budget_spent",
        "measured",
        "milestone",
    }
)


@dataclass(frozen=True, slots=True)
class OtherTerms:
    """Terms to suppose: a version of the agreement, an open offer, or a draft. `code` is one of
    `version`, `offer` and `draft`, `params` name it."""

    code: str
    params: Mapping[str, ParamValue]
    terms: Terms


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`code` and `params` say what is supposed, `steps` what is new in the explanation.

    `amount_minor` is None where it cannot be computed: `refusal` says why.
    """

    code: str
    params: Mapping[str, ParamValue]
    amount_minor: int | None
    difference_minor: int
    steps: tuple[Step, ...] = ()
    refusal: DomainError | None = None

    def called(self, articles: Mapping[str, str]) -> "WhatIf":
        """With the name of the article, as the shop has it."""
        name = articles.get(str(self.params.get("line_id", "")))
        return replace(self, params={**self.params, "name": name}) if name else self


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks for besides the usual: another country, and other terms, which who asks
    has made sure that the reader may see."""

    country: str = ""
    terms: Sequence[OtherTerms] = field(default_factory=tuple)


Supposed = Callable[[], Inputs]
Question = tuple[str, Mapping[str, ParamValue], Supposed]


def what_ifs(
    commission: Commission, inputs: Inputs, evaluation: Evaluation, asked: Asked
) -> tuple[WhatIf, ...]:
    """Of an order's commission; nothing is stored."""
    found = []
    for code, params, supposed in _questions(commission, inputs, evaluation, asked):
        try:
            other = judge(supposed(), commission.partnership_id)
        except DomainError as refusal:
            found.append(WhatIf(code, params, None, 0, refusal=refusal))
            continue
        found.append(
            WhatIf(
                code,
                params,
                other.amount_minor,
                other.amount_minor - evaluation.amount_minor,
                steps=_new_steps(evaluation.steps, other.steps),
            )
        )
    return tuple(found)


def _questions(
    commission: Commission, inputs: Inputs, evaluation: Evaluation, asked: Asked
) -> Iterator[Question]:
    partnership, state = commission.partnership_id, fold(inputs.facts)
    yield from _without(inputs, evaluation, partnership)
    if not state.is_spent:
        yield from _customers(inputs, state)
        yield from _articles(inputs, state)
        versions = agreement_versions([partnership])[partnership]
        yield "later", {"days": 1}, lambda: supposing.later(inputs, 1, versions)
    if asked.country:
        country = asked.country
        yield "country", {"country": country}, lambda: supposing.in_country(inputs, country)
    yield from _terms(inputs, partnership, asked.terms)


def _without(inputs: Inputs, evaluation: Evaluation, partnership: str) -> Iterator[Question]:
    """Without the partner's code, and without the click or whatever else is credited."""
    credit = evaluation.credit
    own = [touch for touch in inputs.touches if touch.partnership == partnership]
    for touch in own:
        wins = credit is not None and touch.touch_id == credit.touch_id
        if touch.kind == "code" or wins:
            code = f"without_{touch.kind}"
            params = {"reference": touch.reference} if touch.kind in ("code", "sku") else {}
            yield code, params, _bound(supposing.without_touch, inputs, touch.touch_id)


def _customers(inputs: Inputs, state: OrderState) -> Iterator[Question]:
    for is_new, code in ((True, "customer_new"), (False, "customer_returning")):
        if state.customer_is_new is not is_new:
            yield code, {}, _customer(inputs, is_new)


def _customer(inputs: Inputs, is_new: bool) -> Supposed:
    return lambda: supposing.with_customer(inputs, is_new=is_new)


def _articles(inputs: Inputs, state: OrderState) -> Iterator[Question]:
    """The dearest of several that are still with the buyer."""
    kept = sorted(
        (line for line in state.lines if line.left_minor), key=lambda line: -line.left_minor
    )
    if len(kept) > 1:
        for line in kept[:ARTICLES_MAX]:
            params = {"line_id": line.line_id, "sku": line.sku}
            yield "sent_back", params, _bound(supposing.sent_back, inputs, line.line_id)


def _terms(inputs: Inputs, partnership: str, others: Iterable[OtherTerms]) -> Iterator[Question]:
    for other in others:
        supposed = _bound(supposing.under, inputs, partnership, other.terms)
        yield f"under_{other.code}", other.params, supposed


def _bound(function: Callable[..., Inputs], *args: object) -> Supposed:
    return lambda: function(*args)


def _new_steps(before: Sequence[Step], after: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(step for step in after if step.code in TELLING and step not in before)


def period_what_ifs(inputs: PeriodInputs) -> tuple[WhatIf, ...]:
    """Of a period's commission: without its last order, and with one more like it."""
    if not inputs.members:
        return ()
    now = settle(inputs)
    last = max(inputs.members, key=lambda member: (member.occurred_at, member.order))
    more = last.model_copy(update={"order": f"{last.order}+1"[-200:]})
    found = []
    for code, members in (
        ("order_less", tuple(member for member in inputs.members if member != last)),
        ("order_more", (*inputs.members, more)),
    ):
        other = settle(inputs.model_copy(update={"members": members}))
        found.append(
            WhatIf(
                code,
                {"order": last.order},
                other.amount_minor,
                other.amount_minor - now.amount_minor,
                steps=_new_steps(now.steps, other.steps),
            )
        )
    return tuple(found)
