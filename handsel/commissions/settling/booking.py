"""From a settlement to its commission, revision, ledger entry and activity."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.booking import difference
from handsel.commissions.models import Commission, Revision
from handsel.engine.proof import SettlementRecord, evidence
from handsel.engine.settling import Settlement, SettlementInputs, settle
from handsel.ledger.services import post_entry
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

Status = Commission.Status
# What these were earned by can fall away again; a period that comes to nothing is still a period.
TAKEN_BACK = {Commission.Kind.BONUS, Commission.Kind.OVERRIDE}


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be booked: the inputs, and what a commission's row says of them.

    `agreement_id` is for where a person decides, and no agreement. `reason` is theirs.
    """

    partnership: Partnership
    inputs: SettlementInputs
    about: dict[str, object]
    occurred_at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    follows: Commission | None = None
    agreement_id: str = ""
    actor: Member | None = None
    reason: str = ""
    at: datetime = field(default_factory=now)


def existing(partnership_id: str, kind: str, subject: str) -> Commission | None:
    """The commission of this kind and subject, locked."""
    rows = Commission.objects.filter(partnership=partnership_id, kind=kind, subject=subject)
    return rows.select_for_update(no_key=True).first()


def book(booking: Booking) -> Commission | None:
    """Settle, and write what has changed, in the caller's transaction and under its lock.

    None where nothing was earned and nothing had been before. One that a person has declined stays
    as it is. Raises what the engine raises.
    """
    settlement = settle(booking.inputs)
    commission = existing(booking.partnership.pk, settlement.kind, settlement.subject)
    if commission is None:
        if settlement.amount_minor == 0:
            return None
        commission = _new(booking, settlement)
        last = None
    elif commission.status == Status.DECLINED:
        return commission
    else:
        last = commission.revisions.order_by("-number").first()
    evaluation = settlement.model_dump(mode="json")
    if last is None or last.evaluation != evaluation:
        _revise(commission, booking, settlement, last)
    return commission


def _new(booking: Booking, settlement: Settlement) -> Commission:
    partnership = booking.partnership
    return Commission(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        program_id=partnership.program_id,
        partnership=partnership,
        kind=settlement.kind,
        subject=settlement.subject,
        about=booking.about,
        follows=booking.follows,
        agreement_id=settlement.agreement or booking.agreement_id,
        amount_minor=0,
        currency=settlement.currency,
        occurred_at=booking.occurred_at,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )


def _revise(
    commission: Commission, booking: Booking, settlement: Settlement, last: Revision | None
) -> None:
    number = last.number + 1 if last else 1
    inputs, at = booking.inputs, booking.at
    # The revision first, as for orders: the trigger of postbacks reads it with the commission.
    Revision.objects.bulk_create(
        [
            Revision(
                brand_id=commission.brand_id,
                partner_id=commission.partner_id,
                commission=commission,
                number=number,
                cause=Revision.Cause.SETTLED,
                evaluation_version=settlement.settlement_version,
                amount_minor=settlement.amount_minor,
                inputs=inputs.model_dump(mode="json"),
                evaluation=settlement.model_dump(mode="json"),
            )
        ]
    )
    before_minor, before_status = commission.amount_minor, commission.status
    more_minor = settlement.amount_minor - before_minor
    entry = None
    if more_minor:
        of_record = SettlementRecord(number=number, inputs=inputs, evaluation=settlement)
        entry = difference(
            commission,
            more_minor,
            at=at if last else booking.occurred_at,
            evidence=evidence(commission.pk, of_record),
        )
    _settle(commission, booking, settlement)
    commission.save(force_insert=last is None)
    if entry is not None:
        post_entry(entry)
    for verb in _verbs(number, before_minor, before_status, commission):
        record(
            verb,
            commission,
            actor=booking.actor,
            reason=booking.reason,
            data={
                "cause": Revision.Cause.SETTLED,
                "before_minor": before_minor,
                "amount_minor": commission.amount_minor,
                "currency": commission.currency,
            },
        )


def _settle(commission: Commission, booking: Booking, settlement: Settlement) -> None:
    commission.amount_minor = settlement.amount_minor
    commission.occurred_at = booking.occurred_at
    commission.hold_until = settlement.hold_until
    if settlement.agreement is not None:
        commission.agreement_id = settlement.agreement
    if commission.kind in TAKEN_BACK and settlement.amount_minor == 0:
        commission.status = Status.REVERSED
        commission.reversed_at = commission.reversed_at or booking.at
        commission.reversed_because = Commission.Reversal.NOT_EARNED
    elif commission.status == Status.REVERSED:
        commission.status, commission.reversed_because = Status.PENDING, ""
        commission.reversed_at = commission.approved_at = None


def _verbs(
    number: int, before_minor: int, before_status: str, commission: Commission
) -> Iterator[str]:
    if number == 1:
        yield "commission.recorded"
    elif commission.amount_minor != before_minor:
        yield "commission.adjusted"
    if commission.status != before_status:
        reversed_now = commission.status == Status.REVERSED
        yield "commission.reversed" if reversed_now else "commission.reopened"
