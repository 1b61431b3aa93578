"""Questions that a member may see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.relations.models import Question
from handsel.rows.querysets import ActsFor, SharedQuerySet

State = Question.State


def questions_of(
    member: ActsFor | None,
    *,
    program: Program | None = None,
    partnership: Partnership | None = None,
) -> SharedQuerySet[Any]:
    """The latest first, with partner, brand, program and commission.

    The conversion is left out: a partner does not see one that was not credited to it.
    """
    rows = Question.objects.visible_to(member)
    if program is not None:
        rows = rows.filter(program=program)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    rows = rows.select_related("partner", "brand", "program", "commission__conversion")
    return rows.order_by("-asked_at", "-pk")


def open_questions(program: Program | None, member: ActsFor) -> "QuerySet[Question]":
    """Those that wait for an answer of the member's side, what is due first coming first.

    Each has `answer_due_on`, `is_overdue`, `partner` and, unless nothing was credited,
    `commission` (with `conversion`). Without a program: of all of them.
    """
    asked_by_other = ~_asked_by_side_of(member)
    rows = questions_of(member, program=program).filter(asked_by_other, state=State.OPEN)
    return rows.order_by("answer_due_on", "asked_at", "pk")


def answered_questions(member: ActsFor) -> "QuerySet[Question]":
    """Those of the member's side that were answered and are not closed yet, the latest first."""
    rows = questions_of(member).filter(_asked_by_side_of(member), state=State.ANSWERED)
    return rows.order_by("-answered_at", "-pk")


def question_on(commission: Commission, member: ActsFor) -> Question | None:
    """The thread about a commission, also one that began before there was a commission."""
    threads = questions_of(member).filter(partnership=commission.partnership_id)
    found: Question | None = threads.filter(same_thread(commission)).first()
    return found


def same_thread(about: Commission | Touch) -> Q:
    """What tells the thread of a partnership about a commission, or about its touch."""
    if about.conversion_id is None:
        return Q(commission=about.pk)
    return Q(conversion=about.conversion_id)


def commission_of(question: Question) -> Q:
    """What a question is about, also a commission that came after it."""
    if question.conversion_id is None:
        return Q(pk=question.commission_id)
    return Q(partnership=question.partnership_id, conversion=question.conversion_id)


def with_open_questions(commissions: "QuerySet[Commission]") -> "QuerySet[Any]":
    """The same rows, each with `is_questioned`: whether an answer about it is waited for."""
    same = Q(conversion=OuterRef("conversion")) | Q(commission=OuterRef("pk"))
    asked = Question.objects.filter(same, partnership=OuterRef("partnership"), state=State.OPEN)
    return commissions.annotate(is_questioned=Exists(asked))


def _asked_by_side_of(member: ActsFor) -> Q:
    mine = member.organization_id
    return Q(side="brand", brand_id=mine) | Q(side="partner", partner_id=mine)


def asked_about(partnership_id: str, member: ActsFor) -> set[str]:
    """Commissions of a partnership, by id, about which something is still to be said."""
    rows = Question.objects.visible_to(member).filter(
        partnership=partnership_id,
        commission__isnull=False,
        state__in=(State.OPEN, State.ANSWERED),
    )
    return {str(pk) for pk in rows.values_list("commission_id", flat=True)}
