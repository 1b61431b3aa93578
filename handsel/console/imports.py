"""An import as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from handsel.connectors.files.models import Import, RefusedRow
from handsel.connectors.files.report import Report
from handsel.console.batches import Step
from handsel.partnerships.models import Partnership
from handsel.ui.figures import count_text
from handsel.ui.moments import when_text
from handsel.ui.wording import Said, refusal_words
from handsel.ui.wording.files import FIELD_WORDS
from handsel.ui.wording.shown import list_text

REFUSED_SHOWN = 50
S = Import.Status
# How far each status is along the four steps.
PLACES = {
    S.MAPPING: 1,
    S.STOPPED: 1,
    S.CHECKING: 2,
    S.CHECKED: 2,
    S.IMPORTING: 3,
    S.IMPORTED: 4,
    S.GIVEN_UP: 0,
}


@dataclass(frozen=True)
class RefusedLine:
    """A refused row: where it stands, what was in the cell, what is wrong with it."""

    row: int
    column: str
    said: Said


@dataclass(frozen=True)
class PartnerLine:
    """Sales that name one partner; `partnership` is None for those that name none."""

    partnership: Partnership | None
    orders: int
    sold_minor: int


@dataclass(frozen=True)
class Figure:
    label: str
    number: int
    note: str


def steps_of(found: Import) -> list[Step]:
    place = PLACES[S(found.status)]
    rows = found.report.get("rows", 0)
    checked = ngettext("%(number)s row", "%(number)s rows", rows) % {"number": count_text(rows)}
    said = [
        (_("Upload"), when_text(found.uploaded_at)),
        (_("Columns"), _("what means what")),
        (_("Trial run"), checked if found.rows_total else _("nothing is written")),
        (_("Import"), when_text(found.finished_at) if found.finished_at else ""),
    ]
    states = ["done" if n < place else "now" if n == place else "" for n in range(len(said))]
    return [Step(title, note, state) for (title, note), state in zip(said, states, strict=True)]


def figures_of(found: Import, report: Report) -> list[Figure]:
    """What became of the rows, or would become: the four that are always told, then the rest."""
    done = found.status == S.IMPORTED
    figures = [
        Figure(pgettext("rows", "New"), report.new, _("not known before")),
        Figure(
            _("Changed"), report.changed, _("known, and told anew") if done else _("known already")
        ),
        Figure(_("The same"), report.known, _("said before: left as it is")),
        Figure(_("Refused"), report.refused, _("with a reason, below")),
    ]
    if report.left_out:
        figures.append(Figure(_("Left out"), report.left_out, _("as the mapping says")))
    if report.repeated:
        figures.append(Figure(_("Twice in the file"), report.repeated, _("taken once")))
    if report.replaced:
        figures.append(Figure(_("Out of date"), report.replaced, _("a later file said otherwise")))
    return figures


def refused_lines(rows: "QuerySet[RefusedRow]") -> list[RefusedLine]:
    return [refused_line(row) for row in rows.order_by("row")[:REFUSED_SHOWN]]


def refused_line(row: RefusedRow) -> RefusedLine:
    named = row.column or str(FIELD_WORDS.get(row.field, ""))
    # The reader knows the column by its heading, not by our name for it.
    said = refusal_words(row.reason, named or _("The row"), row.params)
    return RefusedLine(row.row, named, said)


def partner_lines(report: Report, mine: "QuerySet[Partnership]") -> list[PartnerLine]:
    """The partners that most is sold through first, those without one last."""
    known = mine.select_related("partner").in_bulk([pk for pk in report.partners if pk])
    lines = [PartnerLine(known.get(pk), **sums) for pk, sums in report.partners.items()]
    return sorted(lines, key=lambda line: (line.partnership is None, -line.sold_minor))


def words_met(found: Import) -> list[str]:
    """Words of the kind's column that nobody gave a meaning, met in the last check."""
    rows = RefusedRow.objects.filter(file=found, reason="value-unknown", field="kind")
    values = rows.values_list("params__value", flat=True)[:1000]
    return list(dict.fromkeys(str(value) for value in values if value))[:20]


def problem_of(found: Import) -> Said | None:
    if not found.problem:
        return None
    return refusal_words(found.problem, "", found.problem_params)


def mapping_said(mapping: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """Which column was taken for what, for the record."""
    by_field: dict[str, list[str]] = {}
    for heading, field in mapping.get("columns", {}).items():
        by_field.setdefault(field, []).append(heading)
    return [(str(FIELD_WORDS[f]), list_text(by_field[f])) for f in FIELD_WORDS if f in by_field]
