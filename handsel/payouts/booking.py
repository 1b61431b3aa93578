"""Transitions of a payout as ledger entries. The key names the transition, numbered by
`transition_next`, so that none can be posted twice.

What is payable leaves for `in_transit:par_…` when a payout is approved, and what is owed back
(`receivable:par_…`) is taken along; from there it goes to `cash:org_…` when the bank has paid.
A payout that fails or comes back puts it where it would stand had it not been.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from handsel.commissions.models import Commission
from handsel.engine.payouts import LineAmount, sides
from handsel.engine.proof.payout import payout_evidence
from handsel.ledger.entries import Line, NewEntry
from handsel.payouts.models import Payout, PayoutLine


def queued(payout: Payout, lines: Sequence[LineAmount], *, at: datetime) -> NewEntry:
    """Its evidence fixes its lines: no others can be given for it later.

    Each line is all that is owed of its commission, so one that pays is all payable, and one
    that takes back is all owed back.
    """
    payable_minor = sum(line.amount_minor for line in lines if line.amount_minor > 0)
    back_minor = sum(line.amount_minor for line in lines if line.amount_minor < 0)
    return _entry(
        payout,
        "queued",
        {
            f"payable:{payout.partnership_id}": payable_minor,
            f"receivable:{payout.partnership_id}": back_minor,
            f"in_transit:{payout.partnership_id}": -payout.amount_minor,
        },
        at=at,
        evidence=payout_evidence(payout.pk, payout.currency, dict(lines)),
    )


def paid(payout: Payout, *, at: datetime) -> NewEntry:
    amounts = {
        f"in_transit:{payout.partnership_id}": payout.amount_minor,
        f"cash:{payout.brand_id}": -payout.amount_minor,
    }
    return _entry(payout, "paid", amounts, at=at)


def given_back(
    payout: Payout,
    transition: str,
    lines: Iterable[PayoutLine],
    commissions: Mapping[str, Commission],
    *,
    at: datetime,
) -> NewEntry:
    """`failed`, out of what was on its way, or `returned`, out of the brand's cash. What is owed
    again is reckoned by commission, as each stands now; where nothing has changed since, the
    entry mirrors the one that queued it."""
    payable_minor = receivable_minor = 0
    for line in lines:
        owed_minor = commissions[line.commission_id].owed_minor
        before, after = sides(owed_minor), sides(owed_minor + line.amount_minor)
        payable_minor += after.payable_minor - before.payable_minor
        receivable_minor += after.receivable_minor - before.receivable_minor
    came_from = {
        "failed": f"in_transit:{payout.partnership_id}",
        "returned": f"cash:{payout.brand_id}",
    }
    amounts = {
        came_from[transition]: payout.amount_minor,
        f"payable:{payout.partnership_id}": -payable_minor,
        f"receivable:{payout.partnership_id}": receivable_minor,
    }
    return _entry(payout, transition, amounts, at=at)


def _entry(
    payout: Payout,
    transition: str,
    amounts: Mapping[str, int],
    *,
    at: datetime,
    evidence: str = "",
) -> NewEntry:
    number = payout.transition_next
    payout.transition_next += 1
    return NewEntry(
        key=f"payout-{transition}:{payout.pk}:{number}",
        lines=tuple(
            Line(account, amount_minor, payout.currency)
            for account, amount_minor in amounts.items()
            if amount_minor
        ),
        occurred_at=at,
        brand_id=payout.brand_id,
        partner_id=payout.partner_id,
        subject_id=payout.pk,
        evidence=evidence,
    )
