"""The order, and what counts of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from handsel.commissions.models import Commission
from handsel.conversions.models import Fact
from handsel.engine.commission import Evaluation
from handsel.engine.orders import OrderState
from handsel.rows.scope import as_system


@dataclass(frozen=True, slots=True)
class ArticleShown:
    """`gross_minor` less `discount_minor` was paid, `tax_minor` of that is tax; `counts_minor` is
    None when nobody asked, because the order earns this partner nothing."""

    line_id: str
    sku: str
    name: str
    quantity: int
    gross_minor: int
    discount_minor: int
    tax_minor: int
    refunded_minor: int
    counts_minor: int | None

    @property
    def label(self) -> str:
        return self.name or self.sku or _("Article %(line)s") % {"line": self.line_id}


@dataclass(frozen=True, slots=True)
class OrderShown:
    """All amounts as paid, tax included; `counts_minor` as the agreement's basis has it."""

    reference: str
    kind: str
    occurred_at: datetime
    trust: str
    customer_is_new: bool | None
    cancelled_at: datetime | None
    articles: tuple[ArticleShown, ...]
    goods_minor: int
    discount_minor: int
    tax_minor: int
    refunded_minor: int
    shipping_minor: int
    shipping_counts_minor: int | None
    counts_minor: int | None


def order_shown(commission: Commission, state: OrderState, evaluation: Evaluation) -> OrderShown:
    names = _article_names(commission)
    counts = {
        str(step.params["line_id"]): int(str(step.params["counts_minor"]))
        for step in evaluation.steps
        if step.code == "article"
    }
    articles = tuple(
        ArticleShown(
            line_id=line.line_id,
            sku=line.sku,
            name=names.get(line.line_id, ""),
            quantity=line.quantity,
            gross_minor=line.gross_minor,
            discount_minor=line.discount_minor,
            tax_minor=line.tax_minor,
            refunded_minor=line.sold_minor - line.left_minor,
            counts_minor=counts.get(line.line_id),
        )
        for line in state.lines
    )
    return OrderShown(
        reference=state.order,
        kind=commission.order.kind,
        occurred_at=state.occurred_at,
        trust=state.trust,
        customer_is_new=state.customer_is_new,
        cancelled_at=state.cancelled_at,
        articles=articles,
        goods_minor=state.sold_minor,
        discount_minor=sum(line.discount_minor for line in state.lines),
        tax_minor=sum(line.tax_minor for line in state.lines),
        refunded_minor=state.sold_minor - state.left_minor,
        shipping_minor=state.shipping_minor,
        shipping_counts_minor=_param(evaluation, "shipping", "counts_minor"),
        counts_minor=_param(evaluation, "counts", "amount_minor"),
    )


def _param(evaluation: Evaluation, code: str, name: str) -> int | None:
    found = next((step.params[name] for step in evaluation.steps if step.code == code), None)
    return None if found is None else int(str(found))


def _article_names(commission: Commission) -> dict[str, str]:
    """What the shop calls its articles, by line.

    Facts are the brand's alone, for they name the customer; the names of what was bought belong to
    the receipt of both.
    """
    with as_system():
        rows = Fact.objects.filter(conversion=commission.conversion_id, kind=Fact.Kind.ORDER)
        bodies: list[dict[str, Any]] = list(
            rows.order_by("updated_at", "pk").values_list("body", flat=True)
        )
    lines = [line for body in bodies for line in body.get("lines", [])]
    return {line["line_id"]: line["name"] for line in lines if line.get("name")}
