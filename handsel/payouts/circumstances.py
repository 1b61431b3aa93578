"""What is known of partners when payouts are proposed: accounts, thresholds, payouts before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handsel.engine.payouts import Circumstances
from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.queries import terms_of
from handsel.payouts.models import STANDING, Payee, Payout
from handsel.programs.models import Program


@dataclass(frozen=True, slots=True)
class Known:
    """`threshold_minor` is 0 for who has left: there is nothing to wait for."""

    partnership: Partnership
    payee: Payee | None
    threshold_minor: int
    circumstances: Circumstances


def circumstances_of(
    program: Program, partnerships: Iterable[str], *, at: datetime
) -> Mapping[str, Known]:
    """By partnership id; a handful of statements, however many there are."""
    rows = list(Partnership.objects.filter(pk__in=list(partnerships)).select_related("partner"))
    accounts = _accounts(partnership.partner_id for partnership in rows)
    before = _payouts_before(program, rows)
    thresholds = _thresholds(rows, at)
    known = {}
    for row in rows:
        versions, past = accounts[row.partner_id], before[row.pk]
        known[row.pk] = Known(
            partnership=row,
            payee=versions[0] if versions else None,
            threshold_minor=0 if row.status == "ended" else thresholds.get(row.pk, 0),
            circumstances=Circumstances(
                has_payee=bool(versions),
                past_minor=[payout.amount_minor for payout in past],
                account_changed_hours=_changed_hours(versions, past, at),
                status=row.status,
            ),
        )
    return known


def _accounts(partners: Iterable[str]) -> Mapping[str, Sequence[Payee]]:
    """All versions of each partner's account, the newest first."""
    found: dict[str, list[Payee]] = defaultdict(list)
    for payee in Payee.objects.filter(partner__in=set(partners)).order_by("-changed_at", "-pk"):
        found[payee.partner_id].append(payee)
    return found


def _payouts_before(
    program: Program, partnerships: Iterable[Partnership]
) -> Mapping[str, Sequence[Payout]]:
    found: dict[str, list[Payout]] = defaultdict(list)
    rows = Payout.objects.filter(
        program=program, partnership__in=list(partnerships), status__in=STANDING
    )
    for payout in rows.select_related("payee"):
        found[payout.partnership_id].append(payout)
    return found


def _thresholds(partnerships: Iterable[Partnership], at: datetime) -> Mapping[str, int]:
    """From the newest agreement that has begun."""
    agreements = (
        Agreement.objects.filter(partnership__in=list(partnerships), valid_from__lte=at)
        .order_by("partnership_id", "-version")
        .distinct("partnership_id")
    )
    return {one.partnership_id: terms_of(one).payout.threshold_minor for one in agreements}


def _changed_hours(versions: Sequence[Payee], past: Sequence[Payout], at: datetime) -> int | None:
    """How long ago the account replaced another; None when it did not, or was paid to since."""
    if not versions:
        return None
    newest = versions[0]
    is_other = any(payee.iban != newest.iban for payee in versions[1:])
    was_paid_to = any(payout.payee and payout.payee.iban == newest.iban for payout in past)
    if not is_other or was_paid_to:
        return None
    return (at - newest.changed_at) // timedelta(hours=1)
