"""The periods an overview can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.clock import now

NAMES: dict[int, Promise] = {
    7: _("7 days"),
    30: _("30 days"),
    90: _("Quarter"),
    364: _("12 months"),
}
USUAL = 30
DAYS_MAX = 3 * 366
# A quarter is read by days, what is longer by weeks.
DAILY_MAX = 92


@dataclass(frozen=True)
class Period:
    """`days` days of UTC, both ends included, read by buckets of one day or several (0: as suits
    its length). The last bucket may be cut short."""

    first: date
    days: int
    step_days: int = 0

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def before(self) -> "Period":
        """As many days, right before."""
        return Period(self.first - timedelta(days=self.days), self.days)

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first moment that is no more in it."""
        return midnight(self.last + timedelta(days=1))

    @property
    def bucket_days(self) -> int:
        return self.step_days or (1 if self.days <= DAILY_MAX else 7)

    @property
    def buckets(self) -> tuple[date, ...]:
        """The first day of each bucket."""
        return tuple(self.first + timedelta(days=n) for n in range(0, self.days, self.bucket_days))

    def bucket_of(self, day: date) -> int:
        """The place of a day's bucket."""
        return (day - self.first).days // self.bucket_days


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def today() -> date:
    moment: datetime = now().astimezone(UTC)
    return moment.date()


def chosen_period(said: Mapping[str, str]) -> Period:
    """The period of an address: `since` and `until`, else the last `days`; what cannot be shown
    is shown as a month."""
    since, until = _day(said.get("since", "")), _day(said.get("until", ""))
    if since is None:
        return period_until_today(said.get("days", ""))
    last = min(until or today(), today())
    days = (last - since).days + 1
    return Period(since, days) if 1 <= days <= DAYS_MAX else period_until_today("")


def period_until_today(days: str) -> Period:
    """The last so many days, today among them; what is not offered is shown as 30."""
    wanted = int(days) if days.isascii() and days.isdigit() else USUAL
    length = wanted if wanted in NAMES else USUAL
    return Period(today() - timedelta(days=length - 1), length)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
