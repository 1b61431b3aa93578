"""Perks: what was promised besides money, and how far it is."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.models import Commission, PromisedPerk
from handsel.commissions.services.decline import given_reason
from handsel.commissions.settling.versions import in_force
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import period_of
from handsel.engine.terms import Perk
from handsel.engine.terms.pay import Calendar
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

Status = PromisedPerk.Status
VERBS = {
    Status.PROMISED: "perk.promised",
    Status.ON_ITS_WAY: "perk.on-its-way",
    Status.DELIVERED: "perk.delivered",
    Status.DECLINED: "perk.declined",
}


class PerkNotChangeable(DomainError):
    """What was delivered stays delivered."""


def promise_perks(partnership: Partnership, versions: Sequence[AgreementVersion]) -> None:
    """Note what is due by the version in force now; each once, or once a month or quarter."""
    version = in_force(versions, now())
    if version is None or not version.terms.perks:
        return
    kept = set(partnership.perks.values_list("name", "number"))
    for perk in version.terms.perks:
        for number, due_at in _due(perk, partnership, versions, version):
            if (perk.name, number) in kept:
                continue
            row = PromisedPerk.objects.create(
                brand_id=partnership.brand_id,
                partner_id=partnership.partner_id,
                program_id=partnership.program_id,
                partnership=partnership,
                agreement_id=version.agreement,
                name=perk.name,
                description=perk.description,
                number=number,
                due_at=due_at,
            )
            record(VERBS[Status.PROMISED], row, actor=None, data={"name": row.name})


def _due(
    perk: Perk,
    partnership: Partnership,
    versions: Sequence[AgreementVersion],
    version: AgreementVersion,
) -> Iterator[tuple[int, datetime]]:
    """The number and the moment of what is due of a perk now. Months and quarters are numbered by
    the calendar, `202609`, so that none comes twice."""
    zone = version.terms.time_zone
    if perk.due == "on_joining":
        yield 1, max(partnership.created_at, versions[0].valid_from)
    elif perk.due == "after_first_sale":
        first = _first_sale_at(partnership)
        if first is not None:
            yield 1, first
    else:
        calendar: Calendar = "month" if perk.due == "each_month" else "quarter"
        start, _end = period_of(now(), calendar, zone)
        yield _month_number(start, zone), start


def _month_number(start: datetime, zone: str) -> int:
    """`202609` for the moment on which a September began."""
    local = start.astimezone(ZoneInfo(zone))
    return local.year * 100 + local.month


def _first_sale_at(partnership: Partnership) -> datetime | None:
    rows = Commission.objects.filter(
        partnership=partnership,
        kind=Commission.Kind.ORDER,
        status=Commission.Status.APPROVED,
        amount_minor__gt=0,
    )
    first: datetime | None = (
        rows.order_by("approved_at").values_list("approved_at", flat=True).first()
    )
    return first


@transaction.atomic
def change_perk(pk: str, *, to: str, note: str = "", actor: Member | None) -> PromisedPerk:
    """Say how far a perk is. Declining takes a reason, which the partner reads.

    Raises PerkNotChangeable, ReasonMissing, InvalidInput.
    """
    perk: PromisedPerk = PromisedPerk.objects.select_for_update().get(pk=pk)
    if to not in Status.values or to == Status.PROMISED:
        raise InvalidInput(
            _("Choose how far it is."),
            field="to",
            remedy=_("It is on its way, delivered, or declined."),
        )
    if perk.status == to:
        return perk
    if not perk.is_open:
        raise PerkNotChangeable(
            _("This perk was delivered or declined already."),
            remedy=_("Promise another one in the terms."),
        )
    perk.note = given_reason(note) if to == Status.DECLINED else note.strip()
    perk.status, perk.changed_at = to, now()
    perk.save(update_fields=["status", "note", "changed_at"])
    record(VERBS[Status(to)], perk, actor=actor, reason=perk.note, data={"name": perk.name})
    return perk
