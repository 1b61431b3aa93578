"""Words and signs of batches and payouts.

`{{ batch|batch_name }}`, `{{ batch|batch_period }}`, `{% batch_badge batch %}`,
`{{ file.rail|rail_name }}`, `{% sum_rows sums as rows %}`.
"""

from babel.dates import format_interval
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from handsel.console.forms.payouts import RAIL_NAMES
from handsel.payouts.models import Batch, Payout
from handsel.payouts.queries import BatchSums
from handsel.payouts.wording import batch_name
from handsel.ui.figures import count_text
from handsel.ui.locales import reader_locale
from handsel.ui.moments import day_text_full
from handsel.ui.templatetags.ui import badge, icon

register = template.Library()

register.filter(batch_name)


@register.filter
def batch_period(batch: Batch) -> str:
    """The days whose approvals it collected: `Commission approved 1 – 30 Sept 2026`."""
    if batch.collected_from is None:
        return _("Commission approved until %(day)s") % {"day": day_text_full(batch.last_day)}
    first, last = localdate(batch.collected_from), batch.last_day
    days = format_interval(first, max(first, last), "yMMMd", locale=reader_locale())
    return _("Commission approved %(days)s") % {"days": days}


@register.simple_tag
def batch_badge(batch: Batch) -> SafeString:
    """How far a batch is; while it is proposed, what it waits for."""
    if batch.status != Payout.Status.PROPOSED:
        return badge(batch.status)
    return format_html(
        '<span class="badge" data-tone="partner">{}{}</span>',
        icon("clock"),
        pgettext("batch", "Waiting for approval"),
    )


@register.filter
def rail_name(rail: str) -> str:
    return str(RAIL_NAMES[rail])


@register.simple_tag
def sum_rows(sums: BatchSums) -> list[tuple[str, int]]:
    """What the total of a batch is made of, in words and minor units; parts of nothing are left
    out, except the first."""
    rows = [
        (_("Approved since the last batch"), sums.approved_minor),
        (_("Balances from before"), sums.before_minor),
        (_("Goods sent back later"), sums.sent_back_minor),
        (_counted("kept", sums.kept_total), sums.kept_minor),
        (_("Owed back, carried on"), sums.owed_back_minor),
        (_counted("withheld", sums.withheld_total), sums.withheld_minor),
        (_counted("left_out", sums.left_out_total), sums.left_out_minor),
    ]
    return [row for place, row in enumerate(rows) if row[1] or place == 0]


def _counted(part: str, total: int) -> str:
    texts = {
        "kept": ngettext(
            "Below the minimum, kept: %(count)s partner",
            "Below the minimum, kept: %(count)s partners",
            total,
        ),
        "withheld": ngettext(
            "Withheld: %(count)s commission", "Withheld: %(count)s commissions", total
        ),
        "left_out": ngettext(
            "Left out or delayed: %(count)s payout", "Left out or delayed: %(count)s payouts", total
        ),
    }
    return texts[part] % {"count": count_text(total)}
