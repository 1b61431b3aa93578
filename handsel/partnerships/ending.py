"""Ending with notice: announced for a day ahead, taken back before it, or come."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.letters import write_of_ending
from handsel.partnerships.models import Ending, Offer, Partnership, ProgramEnding
from handsel.partnerships.queries import agreement_in_force, ending_of, terms_of
from handsel.partnerships.services import checked_reason, finish, lock, write_ending
from handsel.rows.scope import as_system


class NoticeGiven(DomainError):
    """Its end was announced already."""


class NoNotice(DomainError):
    """There is no announced end to be taken back."""


def notice_days(partnership: Partnership) -> int:
    """So many days ahead either side announces the end, as agreed."""
    version = agreement_in_force(partnership, at=now())
    return terms_of(version).ending.notice_days if version else 0


@transaction.atomic
def give_notice(
    pk: str,
    *,
    ends_at: datetime | None = None,
    reason: str,
    actor: Member | None,
    of_program: ProgramEnding | None = None,
) -> Ending:
    """Announce the end for the agreed notice from now, or for later. Until then all goes on.

    Raises PartnershipEnded, NoticeGiven, and InvalidInput without a reason or within the notice.
    """
    reason = checked_reason(reason)
    partnership = lock(pk)
    if ending_of(partnership) is not None:
        raise NoticeGiven(
            _("The end of this partnership was announced already."),
            remedy=_("Take that notice back first."),
        )
    days = notice_days(partnership)
    earliest = now() + timedelta(days=days)
    if ends_at is not None and ends_at < earliest and of_program is None:
        raise InvalidInput(
            ngettext(
                "The agreement promises %(days)d day of notice.",
                "The agreement promises %(days)d days of notice.",
                days,
            )
            % {"days": days},
            field="ends_at",
            remedy=_("Choose a later day, or leave it empty for the earliest one."),
        )
    return _announce(partnership, ends_at or earliest, reason, actor, of_program)


def _announce(
    partnership: Partnership,
    ends_at: datetime,
    reason: str,
    actor: Member | None,
    of_program: ProgramEnding | None = None,
) -> Ending:
    ending = write_ending(
        partnership, ends_at=ends_at, reason=reason, actor=actor, of_program=of_program
    )
    data: dict[str, object] = {"ends_at": ends_at.isoformat()}
    record("partnership.notice-given", partnership, actor=actor, data=data, reason=reason)
    write_of_ending(ending)
    return ending


@transaction.atomic
def withdraw_notice(pk: str, *, actor: Member | None, with_program: bool = False) -> Partnership:
    """Take the announced end back, for the side that announced it; with that of the program, or
    of this partnership alone. Raises NoNotice, and PartnershipEnded once it has come."""
    partnership = lock(pk)
    ending = partnership.endings.filter(withdrawn_at=None).first()
    if ending is None:
        raise NoNotice(_("No end of this partnership was announced."))
    if ending.of_program_id is not None and not with_program:
        raise NoNotice(_("It ends with the whole program."))
    if actor is not None and is_partners(ending) is not is_partner(actor, partnership):
        raise NoNotice(_("The other side announced the end; only they can take it back."))
    ending.withdrawn_at = now()
    ending.save(update_fields=["withdrawn_at"])
    partnership.ended_at = None
    partnership.save(update_fields=["ended_at"])
    record("partnership.notice-withdrawn", partnership, actor=actor)
    write_of_ending(ending)
    return partnership


def is_partners(ending: Ending) -> bool:
    """Whether the partner announced it."""
    with as_system():
        mine = Member.objects.filter(pk=ending.by_id, organization=ending.partner_id)
        return mine.exists()


def is_partner(member: Member, partnership: Partnership) -> bool:
    return member.organization_id == partnership.partner_id


def end_after_offer(offer: Offer) -> None:
    """An offer was not accepted: where it said so, notice was given with it."""
    if offer.if_unanswered != Offer.Unanswered.END:
        return
    partnership = lock(offer.partnership_id)
    if ending_of(partnership) is None:
        ends_at = max(offer.valid_from or now(), now())
        reason = _("The offer of new terms was not accepted.")
        _announce(partnership, ends_at, reason, maker_of(offer))


def maker_of(offer: Offer) -> Member | None:
    """Who signed it for the brand: the partner, who may be the one that acts, does not see them."""
    with as_system():
        return Member.objects.filter(pk=offer.by_id).first()


def finish_due(limit: int = 100) -> int:
    """Conclude partnerships whose announced end has come; how many."""
    due = Ending.objects.filter(withdrawn_at=None, finished_at=None, ends_at__lte=now())
    pks = list(due.order_by("ends_at").values_list("pk", flat=True)[:limit])
    for pk in pks:
        _finish(pk)
    return len(pks)


@transaction.atomic
def _finish(pk: str) -> None:
    ending = Ending.objects.select_related("partnership").get(pk=pk)
    Partnership.objects.select_for_update(of=("self",)).get(pk=ending.partnership_id)
    ending.refresh_from_db()
    if ending.finished_at is None and ending.withdrawn_at is None:
        finish(ending)
