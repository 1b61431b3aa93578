"""An order as a period counts it, and what of it is the partnership's own."""

from fractions import Fraction

from handsel.engine.commission import Evaluation
from handsel.engine.earning.line import CommissionLine
from handsel.engine.money import round_half_away, split
from handsel.engine.orders import OrderState
from handsel.engine.settling.inputs import Member

# Lines that bound or share what the rules of pay gave.
BOUNDS = frozenset({"floor", "cap", "share"})


def member_of(evaluation: Evaluation, state: OrderState) -> Member:
    """A credited order, as periods count it.

    Raises ValueError where the partnership is not credited: such an order is no member.
    """
    if evaluation.credit is None or evaluation.agreement is None:
        raise ValueError("Nobody's order is a member of no period.")
    counts = (step.params["amount_minor"] for step in evaluation.steps if step.code == "counts")
    shares = (line.denominator for line in evaluation.lines if line.kind == "share")
    weights = next(shares, 1)
    return Member(
        order=evaluation.order,
        occurred_at=state.occurred_at,
        agreement=evaluation.agreement,
        customer_is_new=state.customer_is_new,
        event=state.event,
        amount_minor=evaluation.amount_minor,
        counts_minor=int(str(next(counts))),
        lines=evaluation.lines,
        weight=evaluation.credit.weight if weights > 1 else 1,
        weights=weights,
        is_spent=state.is_spent,
    )


def own_minor(member: Member, whole_minor: int) -> int:
    """The partnership's part of an amount of the whole order."""
    return round_half_away(whole_minor * member.weight, member.weights)


def paid_by_rule(member: Member) -> dict[int, int]:
    """What each rule of pay has paid the partnership for its part of an order, by §.

    Before the floor and the cap per order, which settling a period leaves as they are. The parts
    add up to what the partnership got, wherever neither of them came in.
    """
    rules = [line for line in member.lines if line.kind not in BOUNDS]
    whole_minor = sum(line.amount_minor for line in rules)
    if whole_minor == 0 or member.weights == 1:
        return {line.clause: line.amount_minor for line in rules}
    own = whole_minor + _taken_minor(member, whole_minor)
    parts = split(own, [line.amount_minor for line in rules])
    return {line.clause: part for line, part in zip(rules, parts, strict=True)}


def _taken_minor(member: Member, whole_minor: int) -> int:
    """What the others take of this much: of the whole that was shared, just what they took."""
    [shared] = [line for line in member.lines if line.kind == "share"]
    if not shared.basis_minor:
        return 0
    taken = Fraction(shared.amount_minor * whole_minor, shared.basis_minor)
    return round_half_away(taken.numerator, taken.denominator)


def line_of(member: Member, clause: int) -> CommissionLine | None:
    """The line that a percent rule has given."""
    lines = (line for line in member.lines if line.kind in ("percent", "tiers"))
    return next((line for line in lines if line.clause == clause), None)
