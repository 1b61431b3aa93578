"""The tables of a receipt: the formula, what counts of the order, the sum.

Every table adds up to its last row, to the minor unit. A receipt (`handsel.commissions.receipt`)
lies above and is known here by its shape; the words for codes are in `templatetags/receipt.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from handsel.engine.earning import CommissionLine
from handsel.engine.money import round_half_away
from handsel.ui.figures import money_text, rate_text
from handsel.ui.wording.lines import LINES
from handsel.ui.wording.steps import exact_text

# With more lines than this a formula is no longer read at a glance; it then adds up the lines.
FORMULA_LINES_MAX = 2
# Lines that are one rate of one amount.
RATED = frozenset({"percent", "override"})


class ArticleLike(Protocol):
    quantity: int
    gross_minor: int
    discount_minor: int
    refunded_minor: int
    line_id: str
    sku: str
    name: str


class OrderLike(Protocol):
    articles: Sequence[ArticleLike]
    goods_minor: int
    discount_minor: int
    refunded_minor: int
    shipping_minor: int
    shipping_counts_minor: int | None
    counts_minor: int | None
    cancelled_at: datetime | None


class ClauseLike(Protocol):
    number: int
    code: str
    params: Mapping[str, Any]


class AgreementLike(Protocol):
    number: int
    clauses: Sequence[ClauseLike]


class ReceiptLike(Protocol):
    currency: str
    amount_minor: int
    order: OrderLike
    agreement: AgreementLike
    lines: Sequence[CommissionLine]
    credited: object
    partner_count: int


@dataclass(frozen=True)
class Part:
    """A figure of the formula with the sign before it; `step` is the step that explains it."""

    label: str
    figure: str
    step: str
    sign: str = ""


# An order of more articles than the first shows as many as the second, and the others on demand.
ARTICLES_MAX, ARTICLES_SHOWN = 12, 8


@dataclass(frozen=True)
class Row:
    """A line of a table of amounts; `tone` is `line`, `faint`, `total` or nothing."""

    label: str
    amount_minor: int
    tone: str = ""
    note: str = ""


# ---- The formula and the sum ---------------------------------------------------------------------


def formula_parts(receipt: ReceiptLike) -> list[Part]:
    """`€120.18 × 9.5% + €3.00`, each part under its label; the result is not among them."""
    clauses = _clauses(receipt)
    parts: list[Part] = []
    for place, line in enumerate(receipt.lines):
        sign = "+" if place else ""
        if line.kind in RATED and len(receipt.lines) <= FORMULA_LINES_MAX:
            basis = money_text(line.basis_minor or 0, receipt.currency)
            rate = rate_text(line.rate_ppm or 0)
            parts.append(Part(_counted_label(line, receipt), basis, "order", sign))
            parts.append(Part(_with_clause(_("Rate"), receipt, line), rate, "terms", "×"))
        else:
            label = _with_clause(_line_label(line, clauses), receipt, line)
            amount = money_text(abs(line.amount_minor), receipt.currency)
            sign = "−" if line.amount_minor < 0 else sign
            parts.append(Part(label, amount, "sum", sign))
    return parts


def sum_rows(receipt: ReceiptLike) -> list[Row]:
    clauses = _clauses(receipt)
    rows = [_sum_row(line, clauses, receipt.currency) for line in receipt.lines]
    total_minor = sum(line.amount_minor for line in receipt.lines)
    return [*rows, Row(_("Commission"), total_minor, "total")]


def _sum_row(line: CommissionLine, clauses: Mapping[int, ClauseLike], currency: str) -> Row:
    if line.kind not in RATED:
        return Row(_line_label(line, clauses), line.amount_minor)
    blanks = {
        "basis": money_text(line.basis_minor or 0, currency),
        "rate": rate_text(line.rate_ppm or 0),
    }
    exact = exact_text({**line.model_dump(), "currency": currency})
    return Row(
        _("%(basis)s × %(rate)s") % blanks, line.amount_minor, note=f"= {exact}" if exact else ""
    )


def _counted_label(line: CommissionLine, receipt: ReceiptLike) -> str:
    if line.kind == "override":
        return _("Earned by the partner brought")
    return _basis_label(_basis(receipt))


def _clauses(receipt: ReceiptLike) -> dict[int, ClauseLike]:
    return {clause.number: clause for clause in receipt.agreement.clauses}


def _basis(receipt: ReceiptLike) -> Mapping[str, Any]:
    return next(c.params for c in receipt.agreement.clauses if c.code == "basis")


def _basis_label(basis: Mapping[str, Any]) -> str:
    labels = {
        (False, False): _("Order, before tax and shipping"),
        (False, True): _("Order with shipping, before tax"),
        (True, False): _("Order with tax, before shipping"),
        (True, True): _("Order with tax and shipping"),
    }
    return labels[bool(basis["with_tax"]), bool(basis["with_shipping"])]


def _with_clause(what: str, receipt: ReceiptLike, line: CommissionLine) -> str:
    """Under which clause; none where a person decided."""
    if line.clause == 0:
        return what
    blanks = {"what": what, "version": receipt.agreement.number, "clause": line.clause}
    return _("%(what)s, agreement v%(version)s §%(clause)s") % blanks


def _line_label(line: CommissionLine, clauses: Mapping[int, ClauseLike]) -> str:
    label = LINES.get(line.kind)
    return str(label) if label else _rule_label(clauses[line.clause])


def _rule_label(clause: ClauseLike) -> str:
    params = clause.params
    if params.get("customer") == "new":
        return _("New customer")
    if params.get("customer") == "returning":
        return _("Returning customer")
    if params.get("skus") or params.get("categories"):
        return _("Certain articles")
    return _("Each order") if clause.code == "fixed" else _("Share of the order")


# ---- What counts of the order --------------------------------------------------------------------


def order_rows(receipt: ReceiptLike) -> list[Row]:
    """From the prices to what counts. What is left between them, when discounts and returns are
    taken off, is the tax."""
    order, before_discounts = receipt.order, bool(_basis(receipt)["before_discounts"])
    rows = [_article(article, alone=len(order.articles) == 1) for article in order.articles]
    if order.discount_minor and not before_discounts:
        rows.append(Row(_("Discount"), -order.discount_minor))
    rows.append(_goods(receipt, before_discounts))
    base_minor = rows[-1].amount_minor
    gone_minor = sum(_gone_minor(article, order, before_discounts) for article in order.articles)
    if gone_minor:
        label = _("Cancelled") if order.cancelled_at else _("Sent back")
        rows.append(Row(label, -gone_minor))
    if order.counts_minor is None:
        return rows
    shipping_minor = order.shipping_counts_minor or 0
    tax_minor = order.counts_minor - shipping_minor - (base_minor - gone_minor)
    if tax_minor:
        rows.append(Row(_("Tax in it"), tax_minor))
    if order.shipping_minor:
        rows.append(_shipping(receipt, shipping_minor))
    return [*rows, Row(_("Counts for the commission"), order.counts_minor, "total")]


@dataclass(frozen=True)
class OrderParts:
    """The rows of an order; of many articles most are folded away (`more`), never the sums."""

    first: list[Row]
    more: list[Row]
    sums: list[Row]


def order_parts(receipt: ReceiptLike) -> OrderParts:
    rows, articles = order_rows(receipt), len(receipt.order.articles)
    shown = ARTICLES_SHOWN if articles > ARTICLES_MAX else articles
    return OrderParts(rows[:shown], rows[shown:articles], rows[articles:])


def _article(article: ArticleLike, alone: bool) -> Row:
    name = article.name or article.sku
    if not name:
        name = _("Goods") if alone else _("Article %(line)s") % {"line": article.line_id}
    if article.quantity == 1:
        return Row(name, article.gross_minor)
    blanks = {"quantity": article.quantity, "article": name}
    return Row(_("%(quantity)s × %(article)s") % blanks, article.gross_minor)


def _goods(receipt: ReceiptLike, before_discounts: bool) -> Row:
    order = receipt.order
    if not before_discounts:
        return Row(_("Paid for goods"), order.goods_minor, "line")
    note = ""
    if order.discount_minor:
        amount = money_text(order.discount_minor, receipt.currency)
        note = _("the discount of %(amount)s does not lessen it") % {"amount": amount}
    return Row(_("Goods before discounts"), order.goods_minor + order.discount_minor, "line", note)


def _gone_minor(article: ArticleLike, order: OrderLike, before_discounts: bool) -> int:
    """What was sent back, as a share of the price that counts: the price less what the engine
    leaves of it, so that rounding cannot look like tax."""
    paid_minor = article.gross_minor - article.discount_minor
    if not before_discounts:
        return article.refunded_minor
    if paid_minor == 0:
        return article.gross_minor if order.cancelled_at else 0
    left_minor = paid_minor - article.refunded_minor
    return article.gross_minor - round_half_away(article.gross_minor * left_minor, paid_minor)


def _shipping(receipt: ReceiptLike, counts_minor: int) -> Row:
    paid = {"amount": money_text(receipt.order.shipping_minor, receipt.currency)}
    if not _basis(receipt)["with_shipping"]:
        return Row(_("Shipping for %(amount)s does not count") % paid, 0, "faint")
    return Row(_("Shipping, paid %(amount)s") % paid, counts_minor)
