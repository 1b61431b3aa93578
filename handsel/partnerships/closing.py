"""The end of a whole program: the same for every partnership of it, told by the worker."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.ending import (
    NoNotice,
    NoticeGiven,
    give_notice,
    withdraw_notice,
)
from handsel.partnerships.models import Partnership, ProgramEnding
from handsel.partnerships.queries import in_force, terms_of
from handsel.partnerships.services import PartnershipEnded, checked_reason
from handsel.programs.models import Program
from handsel.programs.pausing import end_pause, lock_program

CHUNK = 50


def earliest_end(program: Program) -> datetime:
    """Once the longest notice is over that any of its agreements promises."""
    going_on = Partnership.objects.filter(program=program).going_on()
    # Thousands of partners have a handful of different terms.
    versions = in_force(at=now()).filter(partnership__in=going_on)
    different = versions.order_by("terms_digest").distinct("terms_digest")
    days = max((terms_of(version).ending.notice_days for version in different), default=0)
    return now() + timedelta(days=days)


def ending_of_program(program: Program) -> ProgramEnding | None:
    """Its announced end, past or to come."""
    return program.endings.filter(withdrawn_at=None).select_related("by__user").first()


@transaction.atomic
def end_program(
    pk: str, *, ends_at: datetime | None = None, reason: str, actor: Member | None
) -> ProgramEnding:
    """Announce the end of a program for the longest notice from now, or for later. Nobody joins
    from then on; every partnership gets its notice from the worker (`tell_partners`).

    Raises ProgramEnded, NoticeGiven, and InvalidInput without a reason or within the notice.
    """
    reason = checked_reason(reason)
    program = lock_program(pk)
    if ending_of_program(program) is not None:
        raise NoticeGiven(
            _("The end of this program was announced already."),
            remedy=_("Take that notice back first."),
        )
    earliest = earliest_end(program)
    if ends_at is not None and ends_at < earliest:
        raise InvalidInput(
            _("The longest notice that an agreement promises is not over by then."),
            field="ends_at",
            remedy=_("Choose a later day, or leave it empty for the earliest one."),
        )
    ending = ProgramEnding.objects.create(
        brand_id=program.brand_id,
        program=program,
        ends_at=ends_at or earliest,
        reason=reason,
        by=actor,
        partners_total=Partnership.objects.filter(program=program).going_on().count(),
    )
    program.ended_at = ending.ends_at
    program.save(update_fields=["ended_at"])
    data: dict[str, object] = {"ends_at": ending.ends_at.isoformat()}
    record("program.notice-given", program, actor=actor, data=data, reason=reason)
    return ending


@transaction.atomic
def keep_program(pk: str, *, actor: Member | None) -> Program:
    """Take the announced end back, with every notice that was given for it; raises NoNotice, and
    ProgramEnded once it has come."""
    program = lock_program(pk)
    ending = program.endings.select_for_update().filter(withdrawn_at=None).first()
    if ending is None:
        raise NoNotice(_("No end of this program was announced."))
    ending.withdrawn_at = now()
    ending.save(update_fields=["withdrawn_at"])
    program.ended_at = None
    program.save(update_fields=["ended_at"])
    told = ending.partnerships.filter(withdrawn_at=None, finished_at=None)
    for partnership_pk in list(told.values_list("partnership_id", flat=True)):
        withdraw_notice(partnership_pk, actor=actor, with_program=True)
    record("program.notice-withdrawn", program, actor=actor)
    return program


def tell_partners(limit: int = CHUNK) -> int:
    """Give the notices of announced ends of programs; how many."""
    told = 0
    for ending in ProgramEnding.objects.filter(withdrawn_at=None, told_at=None):
        rows = Partnership.objects.filter(program=ending.program_id, ended_at=None)
        pks = list(rows.order_by("pk").values_list("pk", flat=True)[: limit - told])
        for pk in pks:
            _tell(ending.pk, pk)
        told += len(pks)
        if told >= limit:
            break
        ProgramEnding.objects.filter(pk=ending.pk).update(told_at=now())
    return told


@transaction.atomic
def _tell(ending_pk: str, partnership_pk: str) -> None:
    """One partnership; nothing where the end was taken back meanwhile, or it has its own."""
    ending = (
        ProgramEnding.objects.select_for_update(of=("self",)).select_related("by").get(pk=ending_pk)
    )
    if ending.withdrawn_at is not None:
        return
    try:
        with transaction.atomic():
            give_notice(
                partnership_pk,
                ends_at=ending.ends_at,
                reason=ending.reason,
                actor=ending.by,
                of_program=ending,
            )
    except (NoticeGiven, PartnershipEnded):
        return
    ending.done_total += 1
    ending.save(update_fields=["done_total"])


def finish_programs() -> int:
    """Conclude programs whose announced end has come and whose partners were told; how many."""
    due = ProgramEnding.objects.filter(
        withdrawn_at=None, finished_at=None, ends_at__lte=now(), told_at__isnull=False
    )
    pks = list(due.values_list("pk", flat=True))
    for pk in pks:
        _finish(pk)
    return len(pks)


@transaction.atomic
def _finish(pk: str) -> None:
    ending = ProgramEnding.objects.select_for_update(of=("self",)).get(pk=pk)
    if ending.finished_at is None:
        program = Program.objects.select_for_update().get(pk=ending.program_id)
        if program.paused_at is not None:
            end_pause(program)
        ending.finished_at = now()
        ending.save(update_fields=["finished_at"])
        record("program.ended", program, actor=None, reason=ending.reason)
