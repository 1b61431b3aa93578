"""A program that rests: none of its partners earns anything new, and what came before stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.programs.models import Program, ProgramPause


class ProgramEnded(DomainError):
    """What has ended is not paused or taken up again."""


@transaction.atomic
def pause_program(pk: str, *, actor: Member | None, reason: str = "") -> Program:
    """Stop new credit in the whole program: visitors go on to the shop, and neither clicks of that
    time nor codes of its orders earn anything, then or later. Clicks from before count on."""
    program = lock_program(pk)
    if program.paused_at is None:
        program.paused_at = now()
        program.save(update_fields=["paused_at"])
        ProgramPause.objects.create(
            brand_id=program.brand_id,
            program=program,
            began_at=program.paused_at,
            reason=reason.strip(),
            by=actor,
        )
        record("program.paused", program, actor=actor, reason=reason.strip())
    return program


@transaction.atomic
def resume_program(pk: str, *, actor: Member | None) -> Program:
    """End its pause. What happened during it stays uncredited, however late it is evaluated."""
    program = lock_program(pk)
    if program.paused_at is not None:
        end_pause(program)
        record("program.resumed", program, actor=actor)
    return program


def end_pause(program: Program) -> None:
    program.pauses.filter(ended_at=None).update(ended_at=now())
    program.paused_at = None
    program.save(update_fields=["paused_at"])


def lock_program(pk: str) -> Program:
    """Raises ProgramEnded for one that is over."""
    program = Program.objects.select_for_update().get(pk=pk)
    if program.status == "ended":
        raise ProgramEnded(_("This program has ended."), remedy=_("Start a new one."))
    return program
