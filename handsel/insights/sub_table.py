"""A report by sub-id as a table to take along."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _

from handsel.insights.forms import SubFilters
from handsel.insights.subs import Place, SubReport, subs_lately
from handsel.programs.models import Program
from handsel.ui.tables import Cell, amount, csv_response

EXPORT_ROWS_MAX = 50_000


def sub_table(place: Place, filters: SubFilters, *, name: str) -> HttpResponse:
    """All values, those that earned most first, and what is summed up together last."""
    found = subs_lately(place, filters.sub_number, days=filters.days_number, limit=EXPORT_ROWS_MAX)
    program = place if isinstance(place, Program) else place.program
    columns = [
        found.name,
        _("Partner"),
        _("Partnership"),
        _("Clicks"),
        _("Orders"),
        _("Commission"),
        _("Currency"),
    ]
    return csv_response(f"{name}-{found.name}", columns, _rows(found, program.currency))


def _rows(found: SubReport, currency: str) -> Iterator[list[Cell]]:
    for row in found.rows:
        yield [
            row.value,
            row.partner_name,
            row.partnership_id,
            row.clicks,
            row.orders,
            amount(row.commission_minor, currency),
            currency,
        ]
    if others := found.others:
        yield [
            _("All other values"),
            "",
            "",
            others.clicks,
            others.orders,
            amount(others.commission_minor, currency),
            currency,
        ]
