"""What a batch is called."""

from babel.dates import format_date
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.payouts.models import Batch
from handsel.ui.locales import reader_locale


def batch_name(batch: Batch) -> str:
    """After the month whose approvals it collected: `September run`, with the year when it is not
    this one."""
    day = batch.last_day
    of_this_year = day.year == localdate(now()).year
    month = format_date(day, "LLLL" if of_this_year else "LLLL y", locale=reader_locale())
    # Translators: the payouts of one month, as "September run" or "September 2025 run".
    name = _("%(month)s run") % {"month": month}
    return name[:1].upper() + name[1:]
