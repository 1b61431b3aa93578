"""Groups with what their partners brought."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED, is_first_of_order
from handsel.console.figures import NET_MINOR, within
from handsel.console.periods import Period
from handsel.engine.terms import Clause, sentences
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Group, Program
from handsel.programs.queries import terms_of


class GroupRow(NamedTuple):
    """`pay` are the clauses that say what is earned; `partners` those who have not ended."""

    group: Group
    clauses: list[Clause]
    partners: int
    orders: int
    revenue_minor: int
    commission_minor: int

    @property
    def pay(self) -> list[Clause]:
        return [clause for clause in self.clauses if clause.section == "pay"]


def groups_of(program: Program, member: Member, period: Period) -> list[GroupRow]:
    """The program's groups, the oldest first, in three statements."""
    partners = Partnership.objects.visible_to(member).filter(program=program).going_on()
    counts = dict(partners.order_by().values_list("group").annotate(count=Count("pk")))
    sums: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    rows = Commission.objects.visible_to(member).filter(
        within(period), program=program, status__in=EARNED, currency=program.currency
    )
    for pk, *found in (
        rows.order_by()
        .annotate(once=is_first_of_order())
        .values_list("partnership__group")
        .annotate(
            orders=Count("conversion", distinct=True),
            revenue=Sum(NET_MINOR, filter=Q(once=True), default=0),
            commission=Sum("amount_minor"),
        )
    ):
        sums[pk] = (found[0], found[1], found[2])
    groups = Group.objects.visible_to(member).filter(program=program).order_by("created_at")
    return [
        GroupRow(group, sentences(terms_of(group)), counts.get(group.pk, 0), *sums[group.pk])
        for group in groups
    ]
