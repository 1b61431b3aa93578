import json
from collections.abc import Iterable
from typing import Any

from handsel.engine.statement import StatementContent
from handsel.engine.values import parse
from handsel.papers.models import Statement
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Payout
from handsel.rows.querysets import ActsFor, SharedQuerySet


def statement_of(payout: Payout) -> Statement | None:
    """The statement of a payout; None before it is approved, and for the moment after."""
    return Statement.objects.filter(payout=payout).first()


def statements_of(
    member: ActsFor | None, *, partnership: Partnership | None = None
) -> SharedQuerySet[Any]:
    """The statements that a member may see, the latest first."""
    rows = Statement.objects.visible_to(member)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return rows.order_by("-issued_at", "-pk")


def statements_by_payout(member: ActsFor | None, payouts: Iterable[Payout]) -> dict[str, Statement]:
    """The statements of some payouts, by the payout's id, without what they say."""
    rows = Statement.objects.visible_to(member).filter(payout__in=[one.pk for one in payouts])
    return {row.payout_id: row for row in rows.defer("content")}


def content_of(statement: Statement) -> StatementContent:
    """What it says, as the engine reads it."""
    return parse(StatementContent, json.dumps(statement.content))
