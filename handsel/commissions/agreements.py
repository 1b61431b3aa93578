"""Agreement versions of partnerships, as the engine reads them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from handsel.engine.agreements import AgreementVersion, without_pauses
from handsel.engine.terms import Terms, read
from handsel.partnerships.models import Acceptance, Agreement, Partnership

Versions = dict[str, list[AgreementVersion]]


def agreement_versions(partnership_ids: Iterable[str]) -> Versions:
    """All versions of these partnerships' agreements, by partnership.

    Nothing is in force while a partnership is paused, nor once it, or its program, has ended or
    its program is paused: clicks from before still count for as long as their window says. A pause
    that is over is still left out, so that what is evaluated later finds the terms of that time.
    """
    rows = (
        Agreement.objects.filter(partnership__in=set(partnership_ids))
        .select_related("partnership__program")
        .prefetch_related("acceptances", "partnership__pauses")
        .order_by("partnership_id", "version")
    )
    versions: Versions = defaultdict(list)
    for row in rows:
        valid_until = _earliest(row.valid_until, _stopped_at(row.partnership))
        if valid_until is None or valid_until > row.valid_from:
            pauses = [(pause.began_at, pause.ended_at) for pause in row.partnership.pauses.all()]
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
    )


def _accepted_at(acceptances: Iterable[Acceptance]) -> datetime | None:
    """When the second side signed."""
    signed = [acceptance.accepted_at for acceptance in acceptances]
    return max(signed) if len(signed) == len(Acceptance.Side.values) else None


def _stopped_at(partnership: Partnership) -> datetime | None:
    program = partnership.program
    return _earliest(partnership.ended_at, program.paused_at, program.ended_at)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


@lru_cache(maxsize=1024)
def _terms(text: str) -> Terms:
    return read(text)
