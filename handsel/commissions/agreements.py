"""Agreement versions of partnerships, as the engine reads them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import Prefetch

from handsel.engine.agreements import AgreementVersion, without_pauses
from handsel.engine.terms import Terms, read
from handsel.partnerships.models import Acceptance, Agreement, Ending, Partnership

Versions = dict[str, list[AgreementVersion]]


def agreement_versions(partnership_ids: Iterable[str]) -> Versions:
    """All versions of these partnerships' agreements, by partnership.

    Nothing is in force while a partnership or its program is paused, nor once one of them has
    ended: clicks from before still count for as long as their window says, and after an end no
    longer than the tail that was agreed. A pause that is over is still left out, so that what is
    evaluated later finds the terms of that time.
    """
    rows = (
        Agreement.objects.filter(partnership__in=set(partnership_ids))
        .select_related("partnership__program")
        .prefetch_related(
            "acceptances",
            "partnership__pauses",
            "partnership__program__pauses",
            Prefetch("partnership__endings", Ending.objects.filter(withdrawn_at=None)),
        )
        .order_by("partnership_id", "version")
    )
    versions: Versions = defaultdict(list)
    for row in rows:
        partnership, program = row.partnership, row.partnership.program
        valid_until = _earliest(row.valid_until, partnership.ended_at, program.ended_at)
        if valid_until is None or valid_until > row.valid_from:
            pauses = [(pause.began_at, pause.ended_at) for pause in partnership.pauses.all()]
            pauses += [(pause.began_at, pause.ended_at) for pause in program.pauses.all()]
            versions[row.partnership_id] += without_pauses(_version(row, valid_until), pauses)
    return versions


def _version(row: Agreement, valid_until: datetime | None) -> AgreementVersion:
    return AgreementVersion(
        agreement=row.pk,
        partnership=row.partnership_id,
        number=row.version,
        terms=_terms(json.dumps(row.terms, sort_keys=True)),
        accepted_at=_accepted_at(row.acceptances.all()),
        valid_from=row.valid_from,
        valid_until=valid_until,
        tail_until=_tail_until(row.partnership),
    )


def _accepted_at(acceptances: Iterable[Acceptance]) -> datetime | None:
    """When the second side signed."""
    signed = [acceptance.accepted_at for acceptance in acceptances]
    return max(signed) if len(signed) == len(Acceptance.Side.values) else None


def _tail_until(partnership: Partnership) -> datetime | None:
    return next((ending.tail_until for ending in partnership.endings.all()), None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


@lru_cache(maxsize=1024)
def _terms(text: str) -> Terms:
    return read(text)
