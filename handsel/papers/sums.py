"""The two sums at the head of a statement: how the amount is made, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.engine.statement import RuleSum, StatementContent, Totals
from handsel.payouts.models import Payout
from handsel.ui.figures import amount_text, count_text, rate_text
from handsel.ui.moments import day_text_full


@dataclass(frozen=True, slots=True)
class SumRow:
    text: str
    amount_minor: int
    is_total: bool = False


def made_rows(content: StatementContent, found: Totals) -> tuple[SumRow, ...]:
    """By rule, then what changed of earlier statements."""
    rows = [SumRow(_rule_text(rule, content.currency), rule.amount_minor) for rule in found.rules]
    rows += _changes(found)
    return *rows, SumRow(_("This statement"), found.amount_minor, is_total=True)


def balance_rows(content: StatementContent, found: Totals, payout: Payout) -> tuple[SumRow, ...]:
    """By time: what was carried here, what came to it, and what is paid."""
    carried = (
        ngettext(
            "Carried over, %(orders)s commission approved before",
            "Carried over, %(orders)s commissions approved before",
            found.carried_total,
        )
        % {"orders": count_text(found.carried_total)}
        if found.carried_total
        else _("Carried over")
    )
    return (
        SumRow(carried, found.carried_minor),
        SumRow(_("Earned in this period"), found.earned_minor),
        *_changes(found),
        SumRow(_paid_text(content, payout), found.amount_minor, is_total=True),
    )


def _rule_text(rule: RuleSum, currency: str) -> str:
    words = {
        "orders": count_text(rule.orders_total),
        "basis": amount_text(rule.basis_minor, currency),
        "rate": rate_text(rule.rate_ppm or 0),
        "each": amount_text(rule.each_minor or 0, currency),
    }
    return _rule_wording(rule) % words


def _rule_wording(rule: RuleSum) -> str:
    n = rule.orders_total
    if rule.kind == "percent":
        return ngettext(
            "%(orders)s order, %(basis)s at %(rate)s",
            "%(orders)s orders, %(basis)s at %(rate)s, rounded per order",
            n,
        )
    if rule.kind == "other":
        return ngettext(
            "%(orders)s other part of an amount", "%(orders)s other parts of amounts", n
        )
    if rule.customer == "new":
        return ngettext(
            "%(orders)s new customer at %(each)s", "%(orders)s new customers at %(each)s", n
        )
    return ngettext("%(orders)s order at %(each)s", "%(orders)s orders at %(each)s", n)


def _changes(found: Totals) -> Iterator[SumRow]:
    if found.taken_back_total:
        text = ngettext(
            "Taken back, of %(orders)s commission paid before",
            "Taken back, of %(orders)s commissions paid before",
            found.taken_back_total,
        )
        text %= {"orders": count_text(found.taken_back_total)}
        yield SumRow(text, found.taken_back_minor)
    if found.added_total:
        text = ngettext(
            "Added, to %(orders)s commission paid before",
            "Added, to %(orders)s commissions paid before",
            found.added_total,
        )
        yield SumRow(text % {"orders": count_text(found.added_total)}, found.added_minor)


def _paid_text(content: StatementContent, payout: Payout) -> str:
    day = {"day": day_text_full(content.pays_on)}
    status = Payout.Status
    if payout.status == status.PAID:
        return _("Paid")
    if payout.status in {status.FAILED, status.RETURNED}:
        return _("Not paid, owed again")
    return _("To be paid on %(day)s") % day
