"""A statement as its page draws it: the same paper for both sides."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from babel.dates import format_skeleton
from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.engine.statement import (
    AgreementUsed,
    Parties,
    StatementContent,
    StatementLine,
    grouped,
    totals,
)
from handsel.environment import environment
from handsel.papers.columns import Column, cells, columns_of, terms_text
from handsel.papers.lines import names_of_lines
from handsel.papers.models import Statement
from handsel.papers.names import names_on
from handsel.papers.queries import content_of
from handsel.papers.sums import SumRow, balance_rows, made_rows
from handsel.partnerships.models import Agreement
from handsel.partnerships.queries import terms_of
from handsel.payouts.models import Payout
from handsel.ui.locales import reader_locale
from handsel.ui.qr import qr_inline

PAGE_SIZE = 20
# As much of a fingerprint as a QR code carries to the page that checks it.
PRINT_LETTERS = 16


@dataclass(frozen=True, slots=True)
class LineShown:
    """`name` is what it is for, `ordered` the day, with its year where that is not the statement's.
    `cells` has an amount, or None, for each column; `is_asked`: a question about it is open."""

    line: StatementLine
    name: str
    ordered: str
    cells: tuple[int | None, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class LinesSum:
    """What stands at the foot of the lines shown."""

    counts_minor: int
    cells: tuple[int, ...]
    amount_minor: int


@dataclass(frozen=True, slots=True)
class UnderShown:
    """A version of the agreement, with what it pays in a few words."""

    used: AgreementUsed
    terms: str


@dataclass(frozen=True, slots=True)
class Paper:
    """All that a statement's page shows. `lines` are those of one page, of orders that are paid
    for the first time; `changes` are differences to what was paid before."""

    statement: Statement
    content: StatementContent
    title: str
    names: Parties | None
    under: tuple[UnderShown, ...]
    made: tuple[SumRow, ...]
    balance: tuple[SumRow, ...]
    columns: tuple[Column, ...]
    page: Page[StatementLine]
    is_whole: bool
    lines: tuple[LineShown, ...]
    foot: LinesSum
    changes: tuple[LineShown, ...]
    check_url: str
    qr: SafeString

    @property
    def payout(self) -> Payout:
        return self.statement.payout

    @property
    def currency(self) -> str:
        return self.content.currency

    @property
    def month(self) -> str:
        return month_text(self.statement)

    @property
    def fingerprint(self) -> str:
        return grouped(self.statement.fingerprint)

    @property
    def root(self) -> str:
        """The beginning of the ledger's root when it was issued: enough to compare by eye."""
        return grouped(self.content.ledger_root[:PRINT_LETTERS])

    @property
    def check_place(self) -> str:
        """Where to go by hand, without what the QR code carries along."""
        return self.check_url.partition("?")[0].partition("://")[2]

    @property
    def left_back_minor(self) -> int:
        """What stays owed back, as a positive amount."""
        return -self.content.left_minor


def paper(
    statement: Statement,
    *,
    page: str | None = None,
    whole: bool = False,
    asked: Collection[str] = (),
) -> Paper:
    """The page of a statement that the reader may see, its payout read along.

    `page` is the one of its lines that was asked for, `whole` all of them, as for print; `asked`
    are commissions with an open question.
    """
    content = content_of(statement)
    fresh = sorted(
        (line for line in content.lines if line.is_fresh),
        key=lambda line: (line.ordered_at, line.order),
        reverse=True,
    )
    columns = columns_of(fresh)
    size = max(len(fresh), 1) if whole else PAGE_SIZE
    found = Paginator(fresh, size).get_page(page)
    names = names_of_lines([*found.object_list, *(ln for ln in content.lines if not ln.is_fresh)])
    check_url = _check_url(statement)
    return Paper(
        statement=statement,
        content=content,
        title=title_of(statement),
        names=names_on(statement),
        under=_under(content),
        made=made_rows(content, totals(content)),
        balance=balance_rows(content, totals(content), statement.payout),
        columns=columns,
        page=found,
        is_whole=whole or not found.has_other_pages(),
        lines=tuple(_shown(line, names, content, columns, asked) for line in found.object_list),
        foot=_foot(list(found.object_list), columns),
        changes=tuple(
            _shown(line, names, content, (), asked) for line in content.lines if not line.is_fresh
        ),
        check_url=check_url,
        qr=qr_inline(check_url, _("QR code for %(url)s") % {"url": check_url}),
    )


def month_text(statement: Statement) -> str:
    """`September 2026`."""
    month = date.fromisoformat(f"{statement.month}-01")
    return format_skeleton("yMMMM", month, locale=reader_locale())


def title_of(statement: Statement) -> str:
    """`Statement, September 2026`."""
    return _("Statement, %(month)s") % {"month": month_text(statement)}


def _check_url(statement: Statement) -> str:
    query = {"statement": statement.number, "print": statement.fingerprint[:PRINT_LETTERS]}
    return f"{environment().pages_url}/check/?{urlencode(query)}"


def _last_day(content: StatementContent) -> date:
    return localdate(content.period_until - timedelta(microseconds=1))


def _shown(
    line: StatementLine,
    names: Mapping[str, str],
    content: StatementContent,
    columns: Sequence[Column],
    asked: Collection[str],
) -> LineShown:
    day = localdate(line.ordered_at)
    skeleton = "MMMd" if day.year == _last_day(content).year else "yMMMd"
    ordered = format_skeleton(skeleton, day, locale=reader_locale())
    is_asked = line.commission in asked
    return LineShown(line, names[line.commission], ordered, cells(line, columns), is_asked)


def _foot(lines: Sequence[StatementLine], columns: Sequence[Column]) -> LinesSum:
    rows = [cells(line, columns) for line in lines]
    return LinesSum(
        counts_minor=sum(line.counts_minor or 0 for line in lines),
        cells=tuple(sum(row[place] or 0 for row in rows) for place in range(len(columns))),
        amount_minor=sum(line.amount_minor for line in lines),
    )


def _under(content: StatementContent) -> tuple[UnderShown, ...]:
    rows = Agreement.objects.in_bulk([used.agreement for used in content.agreements])
    return tuple(
        UnderShown(used, terms_text(terms_of(rows[used.agreement]))) for used in content.agreements
    )
