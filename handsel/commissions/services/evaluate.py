"""Conversions that are due become commissions, hundreds at a time."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Least

from handsel.clock import now
from handsel.commissions.services.conclude import conclude
from handsel.commissions.watermark import clicks_passed_at
from handsel.conversions.models import Conversion
from handsel.conversions.services.ripples import take_up_ripples

logger = logging.getLogger(__name__)

# Longer than this nobody waits for the clicks of a conversion: it is evaluated provisionally.
CLICKS_AWAITED = timedelta(seconds=60)
# What cannot be evaluated is tried again after this, and does not hold up the others.
RETRY_AFTER = timedelta(minutes=5)


def evaluate_due(limit: int = 300) -> int:
    """Evaluate up to `limit` conversions that are due; how many were taken on.

    Any number of workers may call it at once: what one has claimed the others leave alone. A
    conversion is evaluated when all clicks from before it have arrived, or a minute after it
    became due, provisionally, and then again. Commissions, revisions, ledger entries, activity and
    the conversion itself are written in one transaction, and only where something has changed.
    """
    claimed: list[str] = []
    take_up_ripples()
    try:
        return _evaluate(limit=limit, claimed=claimed)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("evaluation of a batch failed; its conversions are tried one by one")
    for pk in claimed:
        _evaluate_alone(pk)
    return len(claimed)


def _evaluate_alone(pk: str) -> None:
    try:
        _evaluate(limit=1, claimed=[], only=pk)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("evaluation failed", extra={"conversion": pk})
        Conversion.objects.filter(pk=pk).update(due_at=now() + RETRY_AFTER)


@transaction.atomic
def _evaluate(*, limit: int, claimed: list[str], only: str | None = None) -> int:
    at = now()
    passed_at = clicks_passed_at(at)
    conversions = _claim(limit, at=at, passed_at=passed_at, only=only)
    claimed += [conversion.pk for conversion in conversions]
    if conversions:
        failed = conclude(conversions, at=at, passed_at=passed_at)
        for pk, error in failed.items():
            logger.error("evaluation failed", extra={"conversion": pk}, exc_info=error)
        Conversion.objects.filter(pk__in=list(failed)).update(due_at=at + RETRY_AFTER)
    return len(conversions)


def _claim(
    limit: int, *, at: datetime, passed_at: datetime | None, only: str | None
) -> Sequence[Conversion]:
    """Those that are ready, locked, the longest due first."""
    ready = Q(due_at__lte=at - CLICKS_AWAITED)
    if passed_at is not None:
        ready |= Q(told_at__lte=passed_at)
    due = Conversion.objects.filter(due_at__lte=at)
    if only is not None:
        due = due.filter(pk=only)
    return list(
        due.annotate(told_at=Least("occurred_at", "recorded_at"))
        .filter(ready)
        .order_by("due_at", "pk")
        .select_related("program")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit]
    )
