"""A statement's lines as a table to take along."""

from collections.abc import Iterator

from django.http import HttpResponse

from handsel.engine.statement import StatementContent, StatementLine
from handsel.papers.lines import names_of_lines
from handsel.papers.models import Statement
from handsel.papers.queries import content_of
from handsel.ui.tables import Cell, amount, csv_response

# Names of columns are those of the API, in every language: programs read them.
COLUMNS = (
    "ordered_at",
    "order",
    "via",
    "link_or_code",
    "agreement",
    "approved_at",
    "counts",
    "by_percent",
    "fixed",
    "earned",
    "paid_before",
    "amount",
    "currency",
    "commission",
    "kind",
    "name",
)


def statement_csv(statement: Statement) -> HttpResponse:
    """One row a commission; the column `amount` adds up to the payout."""
    content = content_of(statement)
    return csv_response(statement.number, COLUMNS, _rows(content))


def _rows(content: StatementContent) -> Iterator[tuple[Cell, ...]]:
    names = names_of_lines(content.lines)
    for line in sorted(content.lines, key=lambda line: (line.ordered_at, line.order)):
        yield (
            line.ordered_at,
            line.order,
            line.via,
            line.name,
            line.agreement,
            line.approved_at,
            None if line.counts_minor is None else amount(line.counts_minor, content.currency),
            amount(_paid_by(line, "percent"), content.currency),
            amount(_paid_by(line, "fixed", "other"), content.currency),
            amount(line.earned_minor, content.currency),
            amount(line.paid_before_minor, content.currency),
            amount(line.amount_minor, content.currency),
            content.currency,
            line.commission,
            line.kind,
            names[line.commission],
        )


def _paid_by(line: StatementLine, *kinds: str) -> int:
    return sum(part.amount_minor for part in line.parts if part.kind in kinds)
