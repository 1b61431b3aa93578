"""The log as a table to take along, however long: written while it is read."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from handsel.clicks.models import Click, Impression
from handsel.errors import InvalidInput
from handsel.intake.models import InboxEvent
from handsel.organizations.models import Member
from handsel.rows.scope import seen_by
from handsel.rows.stream import Source, latest
from handsel.ui.tables import Cell, amount

DAYS_MAX = 31
ROWS_AT_ONCE = 2_000


class PeriodTooLong(InvalidInput):
    """More than a month of rows in one file."""


def check_period(since: datetime, until: datetime) -> None:
    """Raises PeriodTooLong."""
    if until - since > timedelta(days=DAYS_MAX):
        raise PeriodTooLong(
            _("One file holds the events of %(days)d days at most.") % {"days": DAYS_MAX},
            field="since",
            remedy=_("Take a shorter period, and the next one in another file."),
        )


def columns() -> list[str]:
    return [
        _("Moment"),
        _("Kind"),
        _("Id"),
        _("State"),
        _("Why not"),
        _("Partnership"),
        _("Link"),
        _("Country"),
        _("Device"),
        _("Referrer"),
        *(_("Sub-id %(number)d") % {"number": number} for number in range(1, 6)),
        _("Order"),
        _("Amount"),
        _("Currency"),
        _("By"),
    ]


def rows_of(
    sources: list[Source], member: Member, *, since: datetime, until: datetime
) -> Iterator[list[Cell]]:
    """The latest first. The scope of the request has ended when these are read, and each piece may
    be read by another thread: so each says anew whose rows it may see."""
    after = None
    while True:
        with seen_by([member.organization_id]):
            found = latest(sources, ROWS_AT_ONCE, now=until, since=since, until=until, after=after)
        yield from (_row(row) for _source, row in found.rows)
        after = found.older
        if after is None:
            return


def _row(row: Any) -> list[Cell]:
    if isinstance(row, InboxEvent):
        return _event(row)
    if isinstance(row, Click):
        return [row.clicked_at, "click", row.click_id, *_visit(row, row.subs)]
    return [row.shown_at, "impression", row.impression_id, *_visit(row, {})]


def _visit(row: "Click | Impression", subs: Mapping[str, object]) -> list[Cell]:
    return [
        "counted" if row.counts else "not_counted",
        row.filtered_reason,
        row.partnership_id,
        row.link_id,
        row.country,
        row.device,
        row.referrer,
        *(str(subs.get(f"s{number}", "")) for number in range(1, 6)),
        "",
        None,
        "",
        "",
    ]


def _event(event: InboxEvent) -> list[Cell]:
    conversion = event.conversion
    return [
        event.received_at,
        event.kind,
        event.event_id,
        event.status,
        event.reason,
        *[""] * 10,
        conversion.order_reference if conversion else "",
        amount(conversion.amount_minor, conversion.currency) if conversion else None,
        conversion.currency if conversion else "",
        event.source,
    ]
