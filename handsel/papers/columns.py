"""The columns of a statement's lines: one for each kind of rule that paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext, pgettext

from handsel.engine.statement import Part, StatementLine, rule_of
from handsel.engine.terms import (
    Terms,
)
from handsel.ui.figures import rate_text
from handsel.ui.wording.terms.short import pay_in_short

# More would not fit on a sheet of paper: then all that is alike in kind is one.
COLUMNS_MAX = 3
Rule = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Column:
    """`rules` are those whose parts stand in it."""

    head: str
    rules: frozenset[Rule]


def columns_of(lines: Sequence[StatementLine]) -> tuple[Column, ...]:
    """Percent rules first, the higher rate before the lower."""
    parts = {rule_of(part): part for line in lines for part in line.parts}
    order = sorted(parts, key=lambda rule: (rule[0] != "percent", rule[1], -rule[2]))
    if len(order) <= COLUMNS_MAX:
        return tuple(Column(_head(parts[rule]), frozenset([rule])) for rule in order)
    kinds = {
        "percent": pgettext("amount", "Share"),
        "fixed": pgettext("amount", "Fixed"),
        "other": pgettext("amount", "Other"),
    }
    return tuple(
        Column(head, frozenset(rule for rule in order if rule[0] == kind))
        for kind, head in kinds.items()
        if any(rule[0] == kind for rule in order)
    )


def _head(part: Part) -> str:
    if part.rate_ppm is not None:
        return rate_text(part.rate_ppm)
    if part.kind == "other":
        return pgettext("amount", "Other")
    if part.customer is None:
        return pgettext("amount", "Fixed")
    return pgettext("customer", "New") if part.customer == "new" else pgettext("customer", "Known")


def cells(line: StatementLine, columns: Sequence[Column]) -> tuple[int | None, ...]:
    """What the rules of each column paid for an order; None where they did not."""
    found = []
    for column in columns:
        amounts = [part.amount_minor for part in line.parts if rule_of(part) in column.rules]
        found.append(sum(amounts) if amounts else None)
    return tuple(found)


def terms_text(terms: Terms) -> str:
    """What an agreement pays in a few words: `9.5% and €3.00, clicks count 30 days`."""
    days = terms.attribution.window_days
    words = {"pay": pay_in_short(terms), "days": days}
    return (
        ngettext("%(pay)s, clicks count %(days)d day", "%(pay)s, clicks count %(days)d days", days)
        % words
    )
