"""Tables and words of a receipt: what the fragments in `templates/ui/receipt/` draw.

{% load receipt %}
{% formula_parts receipt as parts %}     {% order_rows receipt as rows %}
{% sum_rows receipt as rows %}           {% proof_command commission.pk %}
{% account_words posting.kind name %}    {% stage_words stage checks %}    {{ touch|time_before }}

They read a receipt (`handsel.commissions.receipt`), which lies above and is known here by shape.
Every table adds up to its last row, to the minor unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from babel.dates import format_timedelta
from babel.lists import format_list
from django import template
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from handsel.engine.earning import CommissionLine
from handsel.engine.money import round_half_away
from handsel.ui.figures import money_text, rate_text
from handsel.ui.locales import reader_locale
from handsel.ui.wording import Subject, words
from handsel.ui.wording.steps import exact_text

register = template.Library()

# With more lines than this a formula is no longer read at a glance; it then adds up the lines.
FORMULA_LINES_MAX = 2


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


class StageLike(Protocol):
    code: str
    state: str
    at: datetime | None


class ChecksLike(Protocol):
    is_verified: bool


@dataclass(frozen=True)
class Part:
    """A figure of the formula with the sign before it; `step` is the step that explains it."""

    label: str
    figure: str
    step: str
    sign: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table of amounts; `tone` is `line`, `faint`, `total` or nothing."""

    label: str
    amount_minor: int
    tone: str = ""
    note: str = ""


# ---- The formula and the sum ---------------------------------------------------------------------


@register.simple_tag
def formula_parts(receipt: ReceiptLike) -> list[Part]:
    """`€120.18 × 9.5% + €3.00`, each part under its label; the result is not among them."""
    clauses = _clauses(receipt)
    parts: list[Part] = []
    for place, line in enumerate(receipt.lines):
        sign = "+" if place else ""
        if line.kind == "percent" and len(receipt.lines) <= FORMULA_LINES_MAX:
            basis = money_text(line.basis_minor or 0, receipt.currency)
            rate = rate_text(line.rate_ppm or 0)
            parts.append(Part(_basis_label(_basis(receipt)), basis, "order", sign))
            parts.append(Part(_with_clause(_("Rate"), receipt, line), rate, "terms", "×"))
        else:
            label = _with_clause(_rule_label(clauses[line.clause]), receipt, line)
            amount = money_text(line.amount_minor, receipt.currency)
            parts.append(Part(label, amount, "sum", sign))
    return parts


@register.simple_tag
def sum_rows(receipt: ReceiptLike) -> list[Row]:
    clauses = _clauses(receipt)
    rows = [_sum_row(line, clauses[line.clause], receipt.currency) for line in receipt.lines]
    total_minor = sum(line.amount_minor for line in receipt.lines)
    return [*rows, Row(_("Commission"), total_minor, "total")]


def _sum_row(line: CommissionLine, clause: ClauseLike, currency: str) -> Row:
    if line.kind == "fixed":
        return Row(_rule_label(clause), line.amount_minor)
    blanks = {
        "basis": money_text(line.basis_minor or 0, currency),
        "rate": rate_text(line.rate_ppm or 0),
    }
    exact = exact_text({**line.model_dump(), "currency": currency})
    return Row(
        _("%(basis)s × %(rate)s") % blanks, line.amount_minor, note=f"= {exact}" if exact else ""
    )


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
    blanks = {"what": what, "version": receipt.agreement.number, "clause": line.clause}
    return _("%(what)s, agreement v%(version)s §%(clause)s") % blanks


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


@register.simple_tag
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


# ---- Words ---------------------------------------------------------------------------------------

ACCOUNTS: dict[str, Promise] = {
    "pending": gettext_lazy("Owed to %(name)s, waiting"),
    "payable": gettext_lazy("Owed to %(name)s, approved"),
    "in_transit": gettext_lazy("On its way to %(name)s"),
    "receivable": gettext_lazy("Owed back by %(name)s"),
    "cash": gettext_lazy("Cash"),
    "prepaid": gettext_lazy("Prepaid balance"),
    "commission_expense": gettext_lazy("Commission cost"),
    "bonus_expense": gettext_lazy("Bonus cost"),
    "fee_expense": gettext_lazy("Fees"),
    "vat": gettext_lazy("VAT"),
    "tax_withheld": gettext_lazy("Tax withheld"),
    "rail_fees": gettext_lazy("Rail fees"),
    "currency_clearing": gettext_lazy("Currency clearing"),
    "currency_gains": gettext_lazy("Currency gains and losses"),
    "rounding": gettext_lazy("Rounding"),
}


@register.simple_tag
def account_words(kind: str, name: str = "") -> str:
    """A ledger account as people call it; `name` is the partner's, where it is about one."""
    return str(ACCOUNTS[kind] % {"name": name})


@register.simple_tag
def stage_words(stage: StageLike, checks: ChecksLike) -> str:
    """A stage done, under way or expected; the same word would hide which of them it is."""
    if stage.state == "now" and stage.code == "approved":
        return _awaited(stage, checks)
    if stage.state == "now" and stage.code == "paid":
        return _("Waits for its payout")
    words = {
        "counted": pgettext("stage", "Counted"),
        "withheld": pgettext("stage", "Withheld"),
        "approved": pgettext("stage", "Approved"),
        "declined": pgettext("stage", "Declined"),
        "reversed": pgettext("stage", "Taken back"),
        "paid": pgettext("stage", "Paid"),
    }
    return words[stage.code]


def _awaited(stage: StageLike, checks: ChecksLike) -> str:
    if stage.at is None:
        return _("Waits for the delivery")
    if not checks.is_verified and stage.at <= now():
        return _("Waits for confirmation")
    return _("Waits for returns")


@register.filter
def time_before(touch: Any) -> str:
    """How long before the order a touch was: `6 days before the order`."""
    before: timedelta = touch.before_order
    if touch.kind == "code":
        return _("on the order")
    if before < timedelta():
        return _("after the order")
    if before < timedelta(minutes=1):
        return _("just before the order")
    span = format_timedelta(before, threshold=1.5, locale=reader_locale())
    return _("%(time)s before the order") % {"time": span}


DEVICES: dict[str, Promise] = {
    "phone": gettext_lazy("Phone"),
    "tablet": gettext_lazy("Tablet"),
    "computer": gettext_lazy("Computer"),
    "bot": gettext_lazy("Program"),
}


@register.filter
def seen_on(touch: Any) -> str:
    """`Phone, Norway`, as far as it is known."""
    country = reader_locale().territories.get(touch.country, touch.country)
    device = str(DEVICES.get(touch.device, ""))
    return format_list([part for part in (device, country) if part], "unit", reader_locale())


@register.simple_tag
def involved_words(receipt: ReceiptLike) -> str:
    """The heading over who was involved."""
    if receipt.credited is None:
        return _("Who was involved, and why this partner is not credited")
    if receipt.partner_count <= 1:
        return _("One partner was involved, and is credited")
    text = ngettext(
        "%(count)d partner was involved, one is credited",
        "%(count)d partners were involved, one is credited",
        receipt.partner_count,
    )
    return text % {"count": receipt.partner_count}


@register.simple_tag
def sentence_of(code: str, params: Mapping[str, object], subject: Subject = "step") -> str:
    """The words of a code that stands beside its parameters; nothing while there is no code."""
    return words(code, params, subject=subject) if code else ""


@register.simple_tag
def signed_sides(signed: Mapping[str, datetime]) -> str:
    """Who has signed, as the seal wants it: `brand partner`."""
    return " ".join(sorted(signed))


CAUSES: dict[str, Promise] = {
    "first": gettext_lazy("The order"),
    "cancel": gettext_lazy("A cancellation"),
    "refund": gettext_lazy("A refund"),
    "order": gettext_lazy("News of the order"),
    "customer": gettext_lazy("News of the customer"),
    "touch": gettext_lazy("News of a click or code"),
    "agreement": gettext_lazy("News of an agreement"),
}


@register.filter
def cause_words(cause: str) -> str:
    """Why a commission was evaluated again."""
    return str(CAUSES[cause])


@register.simple_tag
def proof_command(commission_id: str) -> str:
    """What to type to check a proof file that was saved under its own name."""
    return f"handsel verify {commission_id}.json"
