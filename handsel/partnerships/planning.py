"""When proposed terms may start, and until when they can be accepted.

What is better for the partner may start at once, on the brand's signature alone. What is worse, or
may be, starts only once the partner has accepted it, and not before the notice is over that the
version in force promises. Silence is no acceptance.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.engine.terms import Terms
from handsel.engine.terms.effects import Effect
from handsel.errors import InvalidInput

# An offer without another date can be accepted for so long.
OPEN_DAYS = 30


class Plan(NamedTuple):
    """`valid_from` None: from the acceptance on. `expires_at` is None where nothing can run out,
    because it starts without an answer."""

    starts_unanswered: bool
    valid_from: datetime | None
    expires_at: datetime | None


def earliest_start(current: Terms, effect: Effect, *, at: datetime) -> datetime:
    """From when on such a change may hold: at once, or once the notice is over."""
    notice_days = 0 if effect == "better" else current.ending.notice_days
    return at + timedelta(days=notice_days)


def plan(
    current: Terms,
    effect: Effect,
    *,
    at: datetime,
    better_at_once: bool,
    valid_from: datetime | None = None,
    expires_at: datetime | None = None,
) -> Plan:
    """Raises InvalidInput for a start within the notice, or an answer due after the start."""
    earliest = earliest_start(current, effect, at=at)
    if valid_from is not None and valid_from < earliest:
        _refuse_start(current, effect)
    if effect == "better" and better_at_once:
        return Plan(True, valid_from or at, None)
    if effect != "better" and earliest > at:
        valid_from = valid_from or earliest
    if expires_at is not None and expires_at <= at:
        raise InvalidInput(
            _("This offer would have run out already."),
            field="expires_at",
            remedy=_("Leave the partner some days to read it."),
        )
    if expires_at is None:
        by_start = effect != "better" and valid_from is not None and valid_from > at
        expires_at = valid_from if by_start else at + timedelta(days=OPEN_DAYS)
    if effect != "better" and valid_from is not None and expires_at and expires_at > valid_from:
        raise InvalidInput(
            _("The offer could still be accepted after the day on which it starts."),
            field="expires_at",
            remedy=_("Let it run out on the day of the start, or before."),
        )
    return Plan(False, valid_from, expires_at)


def fitted(
    current: Terms,
    effect: Effect,
    *,
    at: datetime,
    better_at_once: bool,
    valid_from: datetime | None,
    expires_at: datetime | None,
) -> Plan:
    """As `plan`, for one of many: a start or an expiry that does not fit this agreement moves."""
    earliest = earliest_start(current, effect, at=at)
    if valid_from is not None:
        valid_from = max(valid_from, earliest)
    if expires_at is not None and effect != "better":
        expires_at = min(expires_at, valid_from or earliest)
    if expires_at is not None and expires_at <= at:
        expires_at = None
    return plan(
        current,
        effect,
        at=at,
        better_at_once=better_at_once,
        valid_from=valid_from,
        expires_at=expires_at,
    )


def _refuse_start(current: Terms, effect: Effect) -> None:
    days = current.ending.notice_days
    if effect == "better" or not days:
        raise InvalidInput(
            _("An agreement never changes the past."),
            field="valid_from",
            remedy=_("Let it begin today or later."),
        )
    raise InvalidInput(
        ngettext(
            "The agreement promises %(days)d day of notice before its terms get worse.",
            "The agreement promises %(days)d days of notice before its terms get worse.",
            days,
        )
        % {"days": days},
        field="valid_from",
        remedy=_("Choose a later day, or leave it empty for the earliest one."),
    )
