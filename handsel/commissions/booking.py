"""Transitions of a commission as ledger entries. The key names the transition, numbered by
`transition_next`, so that none can be posted twice.

While a commission is pending its partner is owed `pending:par_…`, once approved `payable:par_…`;
what it costs the brand is `commission_expense:prg_…`. What was paid before it is taken back will
be `receivable:par_…`: that comes with payouts, of whose lines "paid" is read.
"""

from datetime import datetime

from handsel.commissions.models import Commission
from handsel.ledger.entries import NewEntry


def difference(
    commission: Commission, amount_minor: int, *, at: datetime, evidence: str
) -> NewEntry:
    """An evaluation's difference to the one before; `commission` is as it stood before."""
    is_first = commission.transition_next == 1
    return _entry(
        commission,
        "recorded" if is_first else "adjusted",
        debit=f"commission_expense:{commission.program_id}",
        credit=_owed_on(commission),
        amount_minor=amount_minor,
        at=at,
        evidence=evidence,
    )


def approval(commission: Commission, *, at: datetime) -> NewEntry:
    return _entry(
        commission,
        "approved",
        debit=f"pending:{commission.partnership_id}",
        credit=f"payable:{commission.partnership_id}",
        amount_minor=commission.amount_minor,
        at=at,
    )


def decline(commission: Commission, *, at: datetime) -> NewEntry:
    return _entry(
        commission,
        "declined",
        debit=f"pending:{commission.partnership_id}",
        credit=f"commission_expense:{commission.program_id}",
        amount_minor=commission.amount_minor,
        at=at,
    )


def _owed_on(commission: Commission) -> str:
    """The account that says what the partner is owed. A reversed one that comes to something
    again is pending again."""
    is_approved = commission.status == Commission.Status.APPROVED
    return f"{'payable' if is_approved else 'pending'}:{commission.partnership_id}"


def _entry(
    commission: Commission,
    transition: str,
    *,
    debit: str,
    credit: str,
    amount_minor: int,
    at: datetime,
    evidence: str = "",
) -> NewEntry:
    number = commission.transition_next
    commission.transition_next += 1
    return NewEntry.between(
        key=f"commission-{transition}:{commission.pk}:{number}",
        debit=debit,
        credit=credit,
        amount_minor=amount_minor,
        currency=commission.currency,
        occurred_at=at,
        brand_id=commission.brand_id,
        partner_id=commission.partner_id,
        subject_id=commission.pk,
        evidence=evidence,
    )
