"""What the profile of a partner shows, drawn up for its template."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.clock import now
from handsel.console.performance import InForce, Month, in_force, months_of
from handsel.console.periods import today
from handsel.engine.terms import Clause, Terms, sentences
from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.queries import agreement_in_force, signed_by, terms_of
from handsel.ui.charts import Era, Series, Unit, chart
from handsel.ui.figures import money_text
from handsel.ui.locales import reader_locale
from handsel.ui.wording.terms.short import pay_in_short

MEASURES: dict[str, Promise] = {
    "revenue": gettext_lazy("Revenue"),
    "orders": gettext_lazy("Orders"),
    "commission": gettext_lazy("Commission"),
}
FIELDS = {"revenue": "revenue_minor", "orders": "orders", "commission": "commission_minor"}


class Course(NamedTuple):
    """A year by months as a drawing. `finding` says it in a sentence, `so_far` how much of this
    month has passed; `months` is the same as a table, the latest first."""

    measure: str
    chart: dict[str, Any]
    finding: str
    has_before: bool
    so_far: str
    months: list[Month]


class InWords(NamedTuple):
    """The agreement at hand: what is earned, in the sentences of its clauses, and its terms."""

    version: Agreement
    signed: str
    terms: Terms
    pay: list[Clause]
    clauses_total: int


def measure_of(text: str) -> str:
    return text if text in MEASURES else "revenue"


def course_of(partnership: Partnership, measure: str) -> Course:
    months, before = months_of(partnership)
    labels = _labels(months)
    currency = partnership.program.currency
    hand = "partner" if measure == "commission" else "brand"
    values = _values(months, measure)
    series = [Series(str(MEASURES[measure]), values, hand)]  # type: ignore[arg-type]
    if before:
        earlier = _("Same month a year before")
        series.append(Series(earlier, _values(before, measure), "before"))
    unit = Unit() if measure == "orders" else Unit.money(currency)
    agreements = list(partnership.agreements.order_by("version"))
    return Course(
        measure=measure,
        chart=chart(
            "bar",
            labels,
            series,
            unit,
            eras=_eras(in_force(agreements, months), labels),
            unfinished=True,
        ),
        finding=_finding(labels, values, measure, currency),
        has_before=bool(before),
        so_far=_so_far(months[-1]),
        months=months[::-1],
    )


def _values(months: Sequence[Month], measure: str) -> tuple[int, ...]:
    return tuple(getattr(month, FIELDS[measure]) for month in months)


def _labels(months: Sequence[Month]) -> list[str]:
    """`Nov 25`, `Dec`, `Jan 26`: the year where it begins."""
    locale = reader_locale()
    return [
        format_date(
            month.first,
            "LLL yy" if place == 0 or month.first.month == 1 else "LLL",
            locale=locale,
        )
        for place, month in enumerate(months)
    ]


def _eras(held: Sequence[InForce], labels: list[str]) -> list[Era]:
    return [
        Era(
            labels[one.first],
            labels[one.last],
            _agreement_words(one.agreement),
            f"v{one.agreement.version}",
        )
        for one in held
    ]


def _agreement_words(agreement: Agreement) -> str:
    said = {"number": agreement.version, "pay": pay_in_short(terms_of(agreement))}
    return _("Agreement v%(number)s, %(pay)s") % said


def _finding(labels: list[str], values: Sequence[int], measure: str, currency: str) -> str:
    if not any(values):
        return _("Nothing was sold in these twelve months.")
    best = max(range(len(values)), key=values.__getitem__)
    amount = str(values[best]) if measure == "orders" else money_text(values[best], currency)
    return _("%(measure)s by month, highest in %(month)s with %(amount)s.") % {
        "measure": MEASURES[measure],
        "month": labels[best],
        "amount": amount,
    }


def _so_far(month: Month) -> str:
    return _("%(month)s, days 1 to %(day)s") % {
        "month": format_date(month.first, "LLLL", locale=reader_locale()),
        "day": today().day,
    }


def agreement_of(partnership: Partnership) -> InWords | None:
    """The version in force, or else the latest; None where there is none."""
    latest = partnership.agreements.order_by("-version")
    version = agreement_in_force(partnership, at=now()) or latest.first()
    if version is None:
        return None
    terms = terms_of(version)
    clauses = sentences(terms)
    pay = [clause for clause in clauses if clause.section == "pay"]
    return InWords(version, signed_by(version), terms, pay, len(clauses))
