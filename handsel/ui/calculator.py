"""“What would I earn?”: the questions, and the answer computed from the real terms.

Shared by the public page of a program and by partners' own pages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.estimate import (
    AMOUNT_MAX,
    ORDERS_MAX,
    VISITS_MAX,
    Estimate,
    Month,
    Reached,
    Sum,
    estimate,
    likely,
)
from handsel.engine.money import PPM, exponent, round_half_away
from handsel.engine.terms import Terms
from handsel.ui.figures import count_text, money_text, rate_text
from handsel.ui.forms import UnitInput
from handsel.ui.moments import day_text_full
from handsel.ui.numbers import Unreadable, read_number, write_number
from handsel.ui.wording.lines import LINES
from handsel.ui.wording.shown import list_text
from handsel.ui.wording.terms.rates import PAYS_FOR

# Nobody publishes these of the field; they are ours, and said to be.
ASSUMED: Mapping[str, Decimal] = {
    "visits": Decimal(1000),
    "buyers": Decimal(2),
    "value": Decimal(60),
    "new": Decimal(50),
    "returned": Decimal(5),
}


class NumberField(forms.Field):
    """A number, however its writer's language writes it."""

    def __init__(self, *, most: int, digits: int, unit: Any, **options: Any) -> None:
        attributes = {"inputmode": "decimal" if digits else "numeric", "autocomplete": "off"}
        super().__init__(widget=UnitInput(attributes, after=unit), **options)
        self.most, self.digits = most, digits

    def to_python(self, value: Any) -> Decimal | None:
        if not str(value or "").strip():
            return None
        try:
            number = read_number(str(value).replace("%", ""))
        except Unreadable as refusal:
            raise ValidationError(str(refusal)) from None
        if number < 0 or number > self.most:
            raise ValidationError(
                _("Write a number from 0 to %(most)s."), params={"most": count_text(self.most)}
            )
        if number != round(number, self.digits):
            raise ValidationError(
                ngettext(
                    "Write %(digits)d decimal at most.",
                    "Write %(digits)d decimals at most.",
                    self.digits,
                ),
                params={"digits": self.digits},
            )
        return number

    def prepare_value(self, value: Any) -> Any:
        return write_number(value) if isinstance(value, Decimal) else value


class MonthForm(forms.Form):
    """What somebody expects of a month. What is left empty is as assumed."""

    visits = NumberField(
        label=gettext_lazy("Visits a month"),
        most=VISITS_MAX,
        digits=0,
        unit=gettext_lazy("visits"),
        help_text=gettext_lazy("People who follow your link to the shop."),
    )
    buyers = NumberField(
        label=gettext_lazy("Of them buy"), most=100, digits=4, unit="%", required=True
    )
    value = NumberField(
        label=gettext_lazy("An order comes to"),
        most=AMOUNT_MAX,
        digits=2,
        unit="",
        help_text=gettext_lazy("Goods, without tax and shipping."),
    )
    new = NumberField(label=gettext_lazy("By new customers"), most=100, digits=4, unit="%")
    returned = NumberField(label=gettext_lazy("Sent back whole"), most=100, digits=4, unit="%")

    def __init__(self, data: Mapping[str, Any], *, currency: str) -> None:
        super().__init__(data, auto_id="calc-%s")
        self.currency = currency
        field: Any = self.fields["value"]
        field.widget.after, field.digits = currency, exponent(currency)
        field.most = AMOUNT_MAX // 10 ** exponent(currency)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors:
            if not said["value"]:
                self.add_error("value", _("Write what an order comes to."))
            elif self._month(said).orders > ORDERS_MAX:
                most = {"most": count_text(ORDERS_MAX)}
                self.add_error("visits", _("This computes %(most)s orders at most.") % most)
        return said

    def month(self) -> Month:
        return self._month(self.cleaned_data)

    def _month(self, said: Mapping[str, Decimal]) -> Month:
        return Month(
            visits=int(said["visits"]),
            buyers_ppm=_ppm(said["buyers"]),
            order_minor=int(said["value"].scaleb(exponent(self.currency))),
            new_ppm=_ppm(said["new"]),
            returned_ppm=_ppm(said["returned"]),
        )

    @property
    def address(self) -> str:
        """The answers as a query that means the same in every language."""
        return urlencode({name: format(self.cleaned_data[name], "f") for name in self.fields})


@dataclass(frozen=True)
class Row:
    """A line of the sum."""

    clause: int
    what: str
    how: str
    amount_minor: int


@dataclass(frozen=True)
class Calculation:
    """The form and, where it makes sense, its answer. `notes`: where its figures come from."""

    form: MonthForm
    terms: Terms
    source: str
    answer: Estimate | None = None
    range: tuple[int, int] | None = None
    orders: tuple[int, int] = (0, 0)

    @property
    def currency(self) -> str:
        return self.terms.currency

    @property
    def headline(self) -> str:
        """The orders, in a sentence."""
        assert self.answer is not None
        return _orders_text(self.answer)

    @property
    def rows(self) -> list[Row]:
        assert self.answer is not None
        return list(_rows(self.answer.sums, self.currency))

    @property
    def steps(self) -> list[str]:
        """When tiers were reached, and what was left out."""
        assert self.answer is not None
        return [
            *(_reached_text(one) for one in self.answer.reached),
            *_left_out_text(self.answer.left_out),
            *_once_text(self.answer.once),
        ]


def calculate(
    terms: Terms,
    asked: Mapping[str, Any],
    *,
    at: datetime,
    known: Mapping[str, Decimal] | None = None,
    source: str = "",
) -> Calculation:
    """The answer for what was asked; for what was not, `known` (of the program) or ASSUMED.

    `source` says where `known` comes from.
    """
    assumed = {**ASSUMED, **(known or {})}
    digits = exponent(terms.currency)
    if digits == 0 and "value" not in (known or {}):
        assumed["value"] = ASSUMED["value"] * 100
    given = {name: asked.get(name) for name in MonthForm.base_fields if asked.get(name)}
    form = MonthForm({**assumed, **given}, currency=terms.currency)
    where = source or _("These figures are assumptions of ours, not of this shop: change them.")
    shown = Calculation(form=form, terms=terms, source=where)
    if not form.is_valid():
        return shown
    month = form.month()
    answer = estimate(terms, month, at=at)
    low, high = likely(answer.orders)
    sums = sorted(
        estimate(terms, month, at=at, orders=orders).amount_minor for orders in {low, high}
    )
    return replace(shown, answer=answer, range=(sums[0], sums[-1]), orders=(low, high))


def _ppm(per_cent: Decimal) -> int:
    return round_half_away(int(per_cent * PPM), 100)


def _orders_text(answer: Estimate) -> str:
    numbers = {"orders": answer.orders, "new": answer.new, "returned": answer.returned}
    shown = {name: count_text(number) for name, number in numbers.items()}
    if answer.event == "lead":
        text = ngettext("%(orders)s lead.", "%(orders)s leads.", answer.orders)
    elif answer.event == "sign_up":
        text = ngettext("%(orders)s sign-up.", "%(orders)s sign-ups.", answer.orders)
    elif answer.returned:
        text = ngettext(
            "%(orders)s order: %(new)s by new customers, %(returned)s sent back whole.",
            "%(orders)s orders: %(new)s by new customers, %(returned)s sent back whole.",
            answer.orders,
        )
    else:
        text = ngettext(
            "%(orders)s order: %(new)s by new customers, none sent back.",
            "%(orders)s orders: %(new)s by new customers, none sent back.",
            answer.orders,
        )
    return text % shown


def _rows(sums: tuple[Sum, ...], currency: str) -> Iterator[Row]:
    """What tiers give beyond what the orders were paid already is one line."""
    paid = {one.clause: one.amount_minor for one in sums if one.kind == "paid"}
    for one in sums:
        if one.kind == "tiers" and not one.orders and one.clause in paid:
            beyond_minor = one.amount_minor + paid[one.clause]
            how = _("%(amount)s by volume, less what the orders have earned already") % {
                "amount": money_text(one.amount_minor, currency)
            }
            yield Row(one.clause, _("Settled at the end, by tiers"), how, beyond_minor)
        elif one.kind != "paid":
            yield Row(one.clause, _name(one), _how(one, currency), one.amount_minor)


def _name(one: Sum) -> str:
    named = {str(kind): name for kind, name in LINES.items()}
    return str(
        named.get(one.kind) or PAYS_FOR.get({"percent": "share", "fixed": "order"}[one.kind])
    )


def _how(one: Sum, currency: str) -> str:
    if one.rate_ppm is not None and one.basis_minor is not None and one.kind == "percent":
        shown = {"rate": rate_text(one.rate_ppm), "basis": money_text(one.basis_minor, currency)}
        return _("%(rate)s of %(basis)s") % shown
    number = one.quantity if one.quantity is not None else one.orders
    return _("%(number)s times") % {"number": count_text(number)} if number else ""


def _reached_text(one: Reached) -> str:
    return _("§%(clause)s: step %(step)s, %(rate)s, is reached on %(day)s.") % {
        "clause": one.clause,
        "step": one.step,
        "rate": rate_text(one.rate_ppm),
        "day": day_text_full(one.at.date()),
    }


def _left_out_text(clauses: tuple[int, ...]) -> Iterator[str]:
    if clauses:
        named = list_text([f"§{clause}" for clause in clauses])
        yield _(
            "Left out: %(clauses)s. They ask for something that these orders do not say, as "
            "certain articles, countries or codes."
        ) % {"clauses": named}


def _once_text(clauses: tuple[int, ...]) -> Iterator[str]:
    if clauses:
        named = list_text([f"§{clause}" for clause in clauses])
        yield _("Not counted, as they are not paid by the month: %(clauses)s.") % {"clauses": named}
