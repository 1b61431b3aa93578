"""The orders of a partnership, as settlements count them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handsel.commissions.models import Commission, Revision
from handsel.commissions.receipt.revisions import read_revision
from handsel.engine.agreements import AgreementVersion
from handsel.engine.orders import fold
from handsel.engine.periods import Period
from handsel.engine.settling import Member, member_of


class Members(NamedTuple):
    """Orders, and the versions that they were evaluated with, by name."""

    members: tuple[Member, ...]
    versions: Mapping[str, AgreementVersion]


def members_in(partnership_id: str, period: Period) -> Members:
    """The orders of a period that the partnership is credited for, as their last evaluation has
    them. What a person declined is none of them."""
    commissions = (
        Commission.objects.filter(partnership=partnership_id, kind=Commission.Kind.ORDER)
        .filter(occurred_at__gte=period[0], occurred_at__lt=period[1])
        .exclude(status=Commission.Status.DECLINED)
    )
    revisions = (
        Revision.objects.filter(commission__in=commissions.values("pk"))
        .order_by("commission_id", "-number")
        .distinct("commission_id")
    )
    members: list[Member] = []
    versions: dict[str, AgreementVersion] = {}
    for revision in revisions:
        inputs, evaluation = read_revision(revision)
        if evaluation.credit is not None:
            members.append(member_of(evaluation, fold(inputs.facts)))
            versions |= {v.agreement: v for v in inputs.agreements}
    named = {member.agreement for member in members}
    own = {name: version for name, version in versions.items() if name in named}
    return Members(_told_apart(members), own)


def _told_apart(members: Sequence[Member]) -> tuple[Member, ...]:
    """A lead may have the reference of the sale that it led to: then the kind tells them apart."""
    seen = Counter(member.order for member in members)
    return tuple(
        sorted(
            (
                member.model_copy(update={"order": f"{member.event}:{member.order}"})
                if seen[member.order] > 1 and member.event != "sale"
                else member
                for member in members
            ),
            key=lambda member: (member.occurred_at, member.order),
        )
    )
