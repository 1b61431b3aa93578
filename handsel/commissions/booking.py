"""Transitions of a commission as ledger entries. The key names the transition, numbered by
`transition_next`, so that none can be posted twice.

While a commission is pending its partner is owed `pending:par_…`, once approved `payable:par_…`;
what it costs the brand is `commission_expense:prg_…`, of a bonus `bonus_expense:prg_…`. What
payouts carry of it is owed no more: when it comes to less than they carry, the rest is
`receivable:par_…`, owed back, until the next payout takes it along or it comes to more again. See
docs/payouts.md.
"""

from collections.abc import Iterable
from datetime import datetime

from handsel.commissions.models import Commission
from handsel.engine.payouts import sides
from handsel.ledger.entries import Line, NewEntry


def difference(
    commission: Commission, amount_minor: int, *, at: datetime, evidence: str
) -> NewEntry:
    """An evaluation's difference to the one before; `commission` is as it stood before.

    A reversed one that comes to something again is pending again.
    """
    is_approved = commission.status == Commission.Status.APPROVED
    owed = _owed if is_approved else _pending
    return _entry(
        commission,
        "recorded" if commission.transition_next == 1 else "adjusted",
        [*_expense(commission, amount_minor), *owed(commission, amount_minor)],
        at=at,
        evidence=evidence,
    )


def approval(commission: Commission, *, at: datetime) -> NewEntry:
    amount_minor = commission.amount_minor
    lines = [*_pending(commission, -amount_minor), *_owed(commission, amount_minor)]
    return _entry(commission, "approved", lines, at=at)


def decline(commission: Commission, *, at: datetime) -> NewEntry:
    amount_minor = -commission.amount_minor
    lines = [*_pending(commission, amount_minor), *_expense(commission, amount_minor)]
    return _entry(commission, "declined", lines, at=at)


def _expense(commission: Commission, amount_minor: int) -> list[Line]:
    """It costs the brand so much more: bonuses stand apart from what was sold."""
    is_bonus = commission.kind == Commission.Kind.BONUS
    kind = "bonus_expense" if is_bonus else "commission_expense"
    return [Line(f"{kind}:{commission.program_id}", amount_minor, commission.currency)]


def _pending(commission: Commission, amount_minor: int) -> list[Line]:
    """The partner is owed so much more once it is approved."""
    return [Line(f"pending:{commission.partnership_id}", -amount_minor, commission.currency)]


def _owed(commission: Commission, amount_minor: int) -> list[Line]:
    """The partner is owed so much more now: on what it owes back first, or, negative, out of what
    is payable first."""
    before = sides(commission.owed_minor)
    after = sides(commission.owed_minor + amount_minor)
    payable_minor = after.payable_minor - before.payable_minor
    receivable_minor = after.receivable_minor - before.receivable_minor
    lines = (
        Line(f"payable:{commission.partnership_id}", -payable_minor, commission.currency),
        Line(f"receivable:{commission.partnership_id}", receivable_minor, commission.currency),
    )
    return [line for line in lines if line.amount_minor]


def _entry(
    commission: Commission,
    transition: str,
    lines: Iterable[Line],
    *,
    at: datetime,
    evidence: str = "",
) -> NewEntry:
    number = commission.transition_next
    commission.transition_next += 1
    return NewEntry(
        key=f"commission-{transition}:{commission.pk}:{number}",
        lines=tuple(lines),
        occurred_at=at,
        brand_id=commission.brand_id,
        partner_id=commission.partner_id,
        subject_id=commission.pk,
        evidence=evidence,
    )
