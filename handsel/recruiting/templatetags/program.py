"""How a program page writes what is only nearly known: {% load program %}."""

from collections.abc import Sequence
from decimal import Decimal

from babel.dates import format_interval
from babel.numbers import format_decimal
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.recruiting.earnings import Record
from handsel.ui.figures import money_about, settle
from handsel.ui.locales import reader_locale
from handsel.ui.wording.shown import list_text

register = template.Library()


@register.filter
def about(amount_minor: int, currency: str) -> str:
    """`{{ record.typical_minor|about:record.currency }}`: whole units of what was rounded."""
    return money_about(amount_minor, currency)


@register.filter
def months(record: Record) -> str:
    """`July – September 2026`."""
    last = record.last.replace(day=1)
    return str(format_interval(record.first, last, "yMMMM", locale=reader_locale()))


@register.filter
def tenths_of_days(tenths: int) -> str:
    """`1.8 days`; below one day it is `less than a day`."""
    if tenths < 10:
        return _("less than a day")
    number = Decimal(tenths) / 10
    text = ngettext("%(number)s day", "%(number)s days", 1 if tenths == 10 else tenths)
    return text % {"number": settle(format_decimal(number, locale=reader_locale()))}


@register.filter
def clauses_said(numbers: Sequence[int]) -> str:
    """`Clause 2`, `Clauses 2 and 3`."""
    text = ngettext("Clause %(numbers)s", "Clauses %(numbers)s", len(numbers))
    return text % {"numbers": list_text([str(number) for number in numbers])}
