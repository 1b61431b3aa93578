"""The periods an overview can show."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.clock import now

# Days to the days of one point of a course: a year is read by weeks.
BUCKET_DAYS = {7: 1, 30: 1, 90: 1, 364: 7}
NAMES: dict[int, Promise] = {
    7: _("7 days"),
    30: _("30 days"),
    90: _("90 days"),
    364: _("12 months"),
}
USUAL = 30


@dataclass(frozen=True)
class Period:
    """`days` days, both ends included."""

    first: date
    days: int

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def before(self) -> "Period":
        """As many days, right before."""
        return Period(self.first - timedelta(days=self.days), self.days)

    @property
    def bucket_days(self) -> int:
        return BUCKET_DAYS[self.days]

    @property
    def buckets(self) -> tuple[date, ...]:
        """The first day of each bucket."""
        return tuple(self.first + timedelta(days=n) for n in range(0, self.days, self.bucket_days))


def period_until_today(days: str) -> Period:
    """The last so many days, today among them; what cannot be shown is shown as 30."""
    wanted = int(days) if days.isascii() and days.isdigit() else USUAL
    length = wanted if wanted in BUCKET_DAYS else USUAL
    today: datetime = now().astimezone(UTC)
    return Period(today.date() - timedelta(days=length - 1), length)
