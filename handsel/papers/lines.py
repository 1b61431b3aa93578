"""What the lines of a statement are for, in words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from handsel.commissions.models import Commission
from handsel.engine.statement import StatementLine
from handsel.ui.wording.commissions import commission_name


def names_of_lines(lines: Sequence[StatementLine]) -> dict[str, str]:
    """By commission: an order by its reference, any other by what it is for. Who was brought, and
    why an amount was adjusted, is no part of the statement, and looked up beside it."""
    others = [line.commission for line in lines if line.kind != "order"]
    rows = Commission.objects.in_bulk(others)
    return {line.commission: _name(line, rows.get(line.commission)) for line in lines}


def _name(line: StatementLine, row: Commission | None) -> str:
    if line.kind == "order":
        return line.order
    return commission_name(row.kind, row.about) if row else _("Adjustment")
