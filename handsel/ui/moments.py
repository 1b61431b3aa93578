"""Dates and times as a person says them, in the active language and the current time zone.

Near dates get their weekday, dates of this year no year, today a time; the full moment with
its zone is the title of the element, and the machine's form its `datetime`.
"""

from datetime import date, datetime, timedelta

from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_time,
)
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.ui.locales import reader_locale

NEAR = timedelta(days=7)
# CLDR writes "Fri, 16 Oct" in English; our pages say it without the comma, as people do.
NEAR_PATTERNS = {"en": "EEE d MMM"}


def day_text(day: date, *, today: date) -> str:
    """`Fri 16 Oct` within a week of today, `16 Oct` this year, `16 Oct 2025` otherwise."""
    locale = reader_locale()
    if abs(day - today) < NEAR:
        pattern = NEAR_PATTERNS.get(locale.language)
        if pattern:
            return format_date(day, pattern, locale=locale)
        return format_skeleton("MMMEd", day, locale=locale)
    return date_text(day, today=today)


def date_text(day: date, *, today: date) -> str:
    """`16 Oct` this year, `16 Oct 2025` otherwise: where days stand in a row, as on an axis."""
    skeleton = "MMMd" if day.year == today.year else "yMMMd"
    return format_skeleton(skeleton, day, locale=reader_locale())


def full_text(moment: datetime) -> str:
    """The record's form, to the second and with its zone: `12 Sept 2026, 13:31:08 UTC`."""
    local = timezone.localtime(moment)
    text = format_datetime(local, "medium", locale=reader_locale(), tzinfo=local.tzinfo)
    return f"{text} {local:%Z}"


def when_text(moment: date | datetime) -> str:
    """A moment, or a day, in as few words as its distance from now allows."""
    today = timezone.localdate(now())
    if not isinstance(moment, datetime):
        return _("today") if moment == today else day_text(moment, today=today)
    local = timezone.localtime(moment)
    if local.date() != today:
        return day_text(local.date(), today=today)
    clock = format_time(local, "short", locale=reader_locale(), tzinfo=local.tzinfo)
    return _("today, %(time)s") % {"time": clock}


def when_html(moment: date | datetime) -> SafeString:
    text = when_text(moment)
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full_text(moment), text
    )


def moment_text(moment: datetime) -> str:
    """A step of a record: date and clock to the second, `12 Sept 2026, 13:31:08`."""
    local = timezone.localtime(moment)
    return format_datetime(local, "medium", locale=reader_locale(), tzinfo=local.tzinfo)


def moment_html(moment: datetime) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        full_text(moment),
        moment_text(moment),
    )


def day_text_full(day: date) -> str:
    """A day with its year, wherever it may be read later: `12 Sept 2026`."""
    return format_skeleton("yMMMd", day, locale=reader_locale())


def month_text(day: date) -> str:
    """A month with its year: `Sept 2026`."""
    return format_skeleton("yMMM", day, locale=reader_locale())


def period_text(first: date, last: date) -> str:
    """Days from one to another as short as can be: `15 Sept – 14 Oct 2026`."""
    return format_interval(first, last, "yMMMd", locale=reader_locale())
