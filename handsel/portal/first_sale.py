"""The way to the first sale, ticked off by what happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from handsel.clicks.models import ClickDay
from handsel.commissions.models import Commission
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.payouts.queries import payee_of
from handsel.portal.own import own
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class Task:
    """`signed`, `payee`, `link`, `post` or `sale`; `is_next` is the first that is not done."""

    code: str
    is_done: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class FirstSale:
    partnership: Partnership
    tasks: tuple[Task, ...]

    @property
    def done_count(self) -> int:
        return sum(task.is_done for task in self.tasks)


def first_sale(member: ActsFor, partnerships: Sequence[Partnership]) -> FirstSale | None:
    """Of the newest partnership that has sold nothing yet; None when all have."""
    ids = [partnership.pk for partnership in partnerships if partnership.status != "ended"]
    commissions = own(Commission.objects.all(), member).filter(partnership__in=ids)
    sold = set(commissions.values_list("partnership_id", flat=True).distinct())
    waiting = [one for one in partnerships if one.pk in ids and one.pk not in sold]
    if not waiting:
        return None
    partnership = waiting[-1]
    links = own(Link.objects.all(), member).filter(partnership=partnership, disabled_at=None)
    clicks = own(ClickDay.objects.all(), member).filter(partnership_id=partnership.pk)
    done = {
        "signed": is_signed(partnership),
        "payee": payee_of(partnership.partner) is not None,
        "link": links.exists(),
        "post": clicks.filter(clicks__gt=0).exists(),
        "sale": False,
    }
    following = next(code for code, is_done in done.items() if not is_done)
    tasks = tuple(Task(code, is_done, code == following) for code, is_done in done.items())
    return FirstSale(partnership, tasks)


def is_signed(partnership: Partnership) -> bool:
    """Whether both sides have signed the latest version. Reads what `partnerships_of` fetched."""
    latest = next(iter(partnership.agreements.all()), None)
    return latest is not None and len({a.side for a in latest.acceptances.all()}) == 2
