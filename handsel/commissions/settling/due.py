"""What is to be settled: noted by the database, taken up partnership by partnership."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from handsel.clock import now
from handsel.commissions.models import Brought, Commission, Unsettled
from handsel.commissions.settling.bonuses import settle_bonuses
from handsel.commissions.settling.brought import settle_overrides
from handsel.commissions.settling.budgets import budget_terms, note_others
from handsel.commissions.settling.locks import lock, try_lock
from handsel.commissions.settling.periods import settle_periods
from handsel.commissions.settling.perks import promise_perks
from handsel.commissions.settling.versions import versions_of
from handsel.ids import from_uuid
from handsel.partnerships.models import Agreement, Partnership, not_ended

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=5)
# The oldest first; so many notes are looked at to find whose turn it is.
NOTES_SEEN = 5_000
_WAITING = """
SELECT partnership FROM (
    SELECT coalesce(note.partnership_id, commission.partnership_id) AS partnership, note.id
    FROM commissions_unsettled note
    LEFT JOIN commissions_commission commission ON commission.id = note.commission_id
    WHERE note.due_at <= %s
    ORDER BY note.id LIMIT %s
) AS notes
WHERE partnership IS NOT NULL
GROUP BY partnership ORDER BY min(id)
"""


def settle_due(limit: int = 50) -> int:
    """Settle for up to `limit` partnerships that something was noted of; how many were.

    Any number of workers may call it at once: a partnership that one has taken up the others leave
    alone. What was noted while it was being settled is there for the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [now(), NOTES_SEEN])
        waiting = [from_uuid(pk, "par") for (pk,) in cursor.fetchall()]
    if not waiting:
        return 0
    needing = _with_something_to_settle(waiting)
    idle = [pk for pk in waiting if pk not in needing]
    if idle:
        about_them = Q(partnership__in=idle) | Q(commission__partnership__in=idle)
        Unsettled.objects.filter(about_them, due_at__lte=now()).delete()
    due = [pk for pk in waiting if pk in needing]
    return sum(_settle_or_put_off(pk) for pk in due[:limit])


def _with_something_to_settle(partnership_ids: Sequence[str]) -> set[str]:
    """Most partnerships are paid by order alone: a look at all of them at once spares each its own
    turn. What comes to an agreement meanwhile is found by `note_passing_time`, or with the next
    order."""
    agreed = Agreement.objects.filter(partnership__in=partnership_ids).filter(
        Q(terms__has_any_keys=["bonuses", "caps", "floors", "perks"])
        | Q(terms__pay__contains=[{"tiers": {}}])
    )
    budgets = Agreement.objects.filter(
        partnership__program=OuterRef("program"), terms__caps__contains=[{"per": "program"}]
    )
    in_budget = Partnership.objects.filter(Exists(budgets), pk__in=partnership_ids)
    brought = Brought.objects.filter(other__in=partnership_ids)
    return {
        *agreed.values_list("partnership_id", flat=True),
        *in_budget.values_list("pk", flat=True),
        *brought.values_list("other_id", flat=True),
    }


def _settle_or_put_off(pk: str) -> bool:
    try:
        return settle_partnership(pk)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("settling failed", extra={"partnership": pk})
        _notes(pk, now()).update(due_at=now() + RETRY_AFTER)
        return False


@transaction.atomic
def settle_partnership(pk: str) -> bool:
    """Settle all that was noted of one partnership; False where somebody else is at it.

    The notes are read, and deleted, before anything that they are about: what is committed later
    has a note of its own that is still there.
    """
    if not try_lock(pk):
        return False
    notes = list(_notes(pk, now()))
    Unsettled.objects.filter(pk__in=[note.pk for note in notes]).delete()
    partnership = Partnership.objects.select_related("program").get(pk=pk)
    versions = versions_of(pk)
    if not notes or not versions:
        return bool(notes)
    told = [note.commission_id for note in notes if note.commission_id]
    commissions = _told(told)
    moments = _moments(notes, commissions)
    budgets = budget_terms(partnership.program_id)
    if budgets:
        lock(partnership.program_id)
    settle_periods(partnership, moments, versions)
    settle_bonuses(partnership, versions)
    promise_perks(partnership, versions)
    settle_overrides(commissions)
    orders = [one.occurred_at for one in commissions if one.kind == Commission.Kind.ORDER]
    if budgets and told:
        note_others(partnership, orders, budgets)
    return True


def _notes(pk: str, at: datetime) -> "QuerySet[Unsettled]":
    own = Commission.objects.filter(partnership=pk)
    return Unsettled.objects.filter(due_at__lte=at).filter(
        Q(partnership_id=pk) | Q(commission_id__in=own.values("pk"))
    )


def _told(commission_ids: Sequence[str]) -> list[Commission]:
    rows = Commission.objects.filter(pk__in=set(commission_ids)).order_by("pk")
    return list(rows.select_related("partnership__partner"))


def _moments(notes: Sequence[Unsettled], commissions: Sequence[Commission]) -> list[datetime]:
    """What changed lies at these moments: where orders are, where they were before."""
    starts = {one.starts_at or one.occurred_at for one in commissions}
    return sorted(starts | {note.at for note in notes if note.at})


def note_partnerships(partnerships: Sequence[Partnership], at: datetime) -> int:
    """Have these partnerships settled, as of this moment."""
    rows = [
        Unsettled(brand_id=p.brand_id, partner_id=p.partner_id, partnership_id=p.pk, at=at)
        for p in partnerships
    ]
    return len(Unsettled.objects.bulk_create(rows))


def note_passing_time(*, since: timedelta | None = None) -> int:
    """Note the partnerships whose terms promise something that comes with time alone: floors of a
    period, bonuses for joining and staying, perks; `since`: only those whose agreements have begun
    or were signed within so long."""
    at = now()
    agreements = Agreement.objects.filter(valid_from__lte=at).filter(
        Q(terms__bonuses__contains=[{"kind": "sign_up"}])
        | Q(terms__bonuses__contains=[{"kind": "tenure"}])
        | Q(terms__floors__contains=[{"per": "partner"}])
        | Q(terms__perks__contains=[{}])
    )
    if since is not None:
        agreements = agreements.filter(
            Q(valid_from__gte=at - since) | Q(acceptances__accepted_at__gte=at - since)
        )
    found = Partnership.objects.filter(not_ended(), pk__in=agreements.values("partnership"))
    noted = Unsettled.objects.filter(partnership_id__isnull=False, due_at__lte=at)
    waiting = set(noted.values_list("partnership_id", flat=True))
    return note_partnerships([row for row in found if row.pk not in waiting], at)
