"""What stands in an agreement's PDF, as plain values for its template."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from handsel.engine.terms import Terms, differences, sentences
from handsel.engine.terms.rates import RateRow, RateStep, rates
from handsel.organizations.models import Organization
from handsel.partnerships.example import worked_example
from handsel.partnerships.models import Acceptance, Agreement
from handsel.partnerships.queries import ending_of, terms_of
from handsel.partnerships.wording import clause_text, difference_text
from handsel.rows.querysets import ActsFor
from handsel.ui.figures import money_text, rate_text
from handsel.ui.moments import day_text_full, full_text
from handsel.ui.receipts import order_rows, sum_rows

Content = dict[str, object]


def content_of(agreement: Agreement, reader: ActsFor) -> Content:
    """In the active language. People sign for their organization: each side's readers see the names
    of their own, and of the other side the role."""
    terms = terms_of(agreement)
    partnership = agreement.partnership
    program = partnership.program.name
    return {
        "language": (get_language() or "en").partition("-")[0],
        "title": _("Agreement in %(program)s") % {"program": program},
        "period": _period(agreement),
        "footer": _("%(program)s, version %(number)d, print %(print)s")
        % {"program": program, "number": agreement.version, "print": agreement.terms_digest[:16]},
        "brand": _party(agreement.brand, _("The brand")),
        "partner": _party(partnership.partner, _("The partner")),
        "notes": _notes(agreement),
        "changes": _changes(agreement, terms),
        "clauses": [
            {"number": clause.number, "text": clause_text(clause, terms.currency)}
            for clause in sentences(terms)
        ],
        "rates": list(_rates(terms)),
        "example": _example(terms, agreement.version),
        "signatures": [
            _signature(agreement, side, party, reader)
            for side, party in (
                (Acceptance.Side.BRAND, agreement.brand),
                (Acceptance.Side.PARTNER, partnership.partner),
            )
        ],
        "digest": agreement.terms_digest,
        "words": _words(),
    }


def _words() -> Content:
    return {
        "changes": _("What is different from the version before"),
        "clauses": _("What both sides agree on"),
        "rates": _("The rates"),
        "rate_columns": [_("Clause"), _("Rate or amount"), _("For what")],
        "example": _("For example"),
        "signatures": _("Signatures"),
        "digest": _("The print of these terms (SHA-256)"),
        "check": _(
            "To check it, download the terms as data from the page of this agreement and let any "
            "tool compute the SHA-256 of that file: it is the print above. The text that each side "
            "had before it when it signed is kept with its signature."
        ),
    }


def _period(agreement: Agreement) -> str:
    said = {
        "number": agreement.version,
        "since": day_text_full(agreement.valid_from.date()),
        "until": day_text_full(agreement.valid_until.date()) if agreement.valid_until else "",
    }
    if agreement.valid_until:
        return _("Version %(number)d, from %(since)s until %(until)s") % said
    return _("Version %(number)d, from %(since)s until changed") % said


def _party(organization: Organization, role: str) -> Content:
    site = urlsplit(organization.site_url).netloc
    return {"name": organization.name, "role": role, "site": site}


def _notes(agreement: Agreement) -> list[str]:
    ending = ending_of(agreement.partnership)
    if ending is None:
        return []
    said = {"day": day_text_full(ending.ends_at.date()), "reason": ending.reason}
    return [_("The partnership ends on %(day)s. The reason that was given: %(reason)s") % said]


def _changes(agreement: Agreement, terms: Terms) -> list[str]:
    older = agreement.partnership.agreements.filter(version__lt=agreement.version)
    before = older.order_by("-version").first()
    if before is None:
        return []
    return [difference_text(one, terms.currency) for one in differences(terms_of(before), terms)]


def _rates(terms: Terms) -> Iterator[Content]:
    """Each rule of pay with what it pays; its steps, where it has tiers, below it."""
    clauses = {clause.number: clause for clause in sentences(terms)}
    for row in rates(terms):
        if row.pays_for == "nothing":
            continue
        said = clause_text(clauses[row.clause], terms.currency)
        yield {"number": row.clause, "pays": _pays(row, terms.currency), "when": said}
        for step in row.steps:
            when = _range(step, row.measure == "orders", terms.currency)
            yield {"number": row.clause, "pays": rate_text(step.rate_ppm), "when": when}


def _pays(row: RateRow, currency: str) -> str:
    if row.rate_ppm is not None:
        return rate_text(row.rate_ppm)
    return money_text(row.amount_minor or 0, currency)


def _range(step: RateStep, in_orders: bool, currency: str) -> str:
    """From where to where a step of tiers reaches."""
    if in_orders:
        said = {"start": str(step.start), "end": str(step.end)}
        if step.end is None:
            return _("from %(start)s orders on") % said
        return _("from %(start)s to below %(end)s orders") % said
    said = {
        "start": money_text(step.start, currency),
        "end": "" if step.end is None else money_text(step.end, currency),
    }
    if step.end is None:
        return _("from %(start)s on") % said
    return _("from %(start)s to below %(end)s") % said


def _example(terms: Terms, number: int) -> Content:
    example: Any = worked_example(terms, number)  # of the shape of a receipt, and frozen
    rows = [*order_rows(example), *(sum_rows(example) if example.lines else [])]
    return {
        "about": _("A new customer follows the partner’s link and buys one article."),
        "rows": [
            {
                "label": f"{row.label} {row.note}".strip(),
                "amount": money_text(row.amount_minor, terms.currency),
                "strong": row.tone == "total",
            }
            for row in rows
        ],
    }


def _signature(agreement: Agreement, side: str, party: Organization, reader: ActsFor) -> Content:
    signed = next((one for one in agreement.acceptances.all() if one.side == side), None)
    if signed is None:
        return {"name": party.name, "details": [_("Not signed yet")]}
    own = party.pk == reader.organization_id and signed.member is not None
    who = str(signed.member.user) if own and signed.member else ""
    return {
        "name": party.name,
        "details": [
            ", ".join(part for part in (who, signed.role_name) if part)
            or _("Signed by the organization"),
            full_text(signed.accepted_at),
            _("in the language “%(language)s”") % {"language": signed.language},
            _("print %(print)s") % {"print": signed.terms_digest[:16]},
        ],
    }
