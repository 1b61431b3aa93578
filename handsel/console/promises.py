"""Tasks and perks as the brand's page shows them."""

from collections.abc import Sequence
from typing import Any

from handsel.commissions.models import PromisedPerk, Submission
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.rows.querysets import SharedQuerySet

OPEN_PERKS = (PromisedPerk.Status.PROMISED, PromisedPerk.Status.ON_ITS_WAY)
LISTS = ("waiting", "reviewed", "perks", "perks_done")


def submissions_of(program: Program | None, member: Member) -> SharedQuerySet[Any]:
    """What partners of a program have handed in; the brand's side alone."""
    return Submission.objects.visible_to(member).filter(
        program=program, brand_id=member.organization_id
    )


def waiting_submissions(program: Program | None, member: Member) -> SharedQuerySet[Any]:
    return submissions_of(program, member).filter(status=Submission.Status.WAITING)


def perks_of(program: Program, member: Member) -> SharedQuerySet[Any]:
    return PromisedPerk.objects.visible_to(member).filter(
        program=program, brand_id=member.organization_id
    )


def lists_of(program: Program, member: Member) -> dict[str, SharedQuerySet[Any]]:
    """What waits longest, or is due first, stands first; what is done, the other way round."""
    handed_in = submissions_of(program, member).select_related(
        "partner", "partnership", "commission", "handed_in_by__user"
    )
    perks = perks_of(program, member).select_related("partner", "partnership")
    done = handed_in.exclude(status=Submission.Status.WAITING)
    return dict(
        zip(
            LISTS,
            _ordered(
                (handed_in.filter(status=Submission.Status.WAITING), ("handed_in_at", "pk")),
                (done, ("-reviewed_at", "-pk")),
                (perks.filter(status__in=OPEN_PERKS), ("due_at", "pk")),
                (perks.exclude(status__in=OPEN_PERKS), ("-changed_at", "-pk")),
            ),
            strict=True,
        )
    )


def _ordered(
    *lists: tuple[SharedQuerySet[Any], Sequence[str]],
) -> list[SharedQuerySet[Any]]:
    return [rows.order_by(*order) for rows, order in lists]
