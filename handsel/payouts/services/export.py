import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.activity.services import record
from handsel.clock import now
from handsel.organizations.models import Member
from handsel.payouts.locks import lock_batch
from handsel.payouts.models import BankFile, Batch, Payout
from handsel.payouts.payers import Payer, payer_account
from handsel.payouts.progress import note_progress
from handsel.payouts.rails import RAILS
from handsel.payouts.rails.values import PayerAccount, Transfer
from handsel.payouts.refusals import NothingToExport, PayoutsInAnotherFile, RailUnknown

Status = Payout.Status

# A table for people: whoever uploads it chooses the account there.
WITHOUT_PAYER = frozenset({"csv"})


@transaction.atomic
def export_batch(pk: str, *, rail: str, actor: Member | None, again: bool = False) -> BankFile:
    """The file for the bank of all that was approved and is not in a file of this rail yet.

    It is made once and kept: asked for again, the same bytes come back. What is in it counts as
    sent. `again` allows payouts that are in a file of another rail already. Raises RailUnknown,
    NothingToExport, PayoutsInAnotherFile, PayerMissing and what the rail refuses
    (TransferUnusable, PayerUnusable), which name what is missing.
    """
    if rail not in RAILS:
        raise RailUnknown(
            _("There is no way of paying called “%(rail)s”.") % {"rail": rail},
            field="rail",
            remedy=_("Use one of: %(rails)s.") % {"rails": ", ".join(RAILS)},
        )
    batch = lock_batch(pk)
    before = list(batch.files.filter(rail=rail).order_by("-made_at"))
    payouts = _to_export(batch, before)
    if not payouts:
        if before:
            return before[0]
        raise NothingToExport(
            _("Nothing in this batch waits for the bank."), remedy=_("Approve its payouts first.")
        )
    if not again:
        _refuse_twice(batch, payouts)
    file = _made(batch, payouts, rail, actor)
    for payout in payouts:
        if payout.status == Status.QUEUED:
            payout.status, payout.sent_at = Status.SENT, file.made_at
    Payout.objects.bulk_update(payouts, ["status", "sent_at"])
    note_progress(batch)
    data = {"rail": rail, "file": file.pk, "payouts_total": len(payouts)}
    record("batch.exported", batch, actor=actor, data=data)
    return file


def _to_export(batch: Batch, files: Sequence[BankFile]) -> list[Payout]:
    filed = {pk for file in files for pk in file.payout_ids}
    rows = Payout.objects.filter(batch=batch, status__in=[Status.QUEUED, Status.SENT])
    rows = rows.exclude(pk__in=filed).select_for_update(no_key=True, of=("self",))
    return list(rows.select_related("payee", "partner").order_by("pk"))


def _refuse_twice(batch: Batch, payouts: Sequence[Payout]) -> None:
    filed = {pk for file in batch.files.defer("content") for pk in file.payout_ids}
    if any(payout.pk in filed for payout in payouts):
        raise PayoutsInAnotherFile(
            _("These payouts are in another file already."),
            remedy=_("Hand only one of the two to your bank."),
        )


def _made(batch: Batch, payouts: Sequence[Payout], rail: str, actor: Member | None) -> BankFile:
    at = now()
    transfers = [_transfer(batch, payout) for payout in payouts]
    made = RAILS[rail](transfers, _payer(batch, rail), execute_on=batch.pays_on, made_at=at)
    return BankFile.objects.create(
        brand_id=batch.brand_id,
        batch=batch,
        rail=rail,
        payout_ids=[payout.pk for payout in payouts],
        name=made.name,
        media_type=made.media_type,
        message_id=made.message_id,
        content=made.content,
        sha256=hashlib.sha256(made.content).hexdigest(),
        amount_minor=sum(payout.amount_minor for payout in payouts),
        currency=batch.currency,
        execute_on=made.execute_on,
        made_at=at,
        made_by=actor,
    )


def _payer(batch: Batch, rail: str) -> PayerAccount:
    if rail in WITHOUT_PAYER and not Payer.objects.filter(program=batch.program).exists():
        return PayerAccount(name="", iban="")
    return payer_account(batch.program)


def _transfer(batch: Batch, payout: Payout) -> Transfer:
    """`remittance` is in the partner's language."""
    payee = payout.payee
    assert payee is not None  # an approved payout has one (payout_approved_is_payable)
    with override(payout.partner.language):
        remittance = _("%(program)s, commission, %(reference)s") % {
            "program": batch.program.name,
            "reference": payout.reference,
        }
    return Transfer(
        reference=payout.reference,
        holder_name=payee.holder_name,
        iban=payee.iban,
        bic=payee.bic,
        country=payee.country,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        remittance=remittance,
    )
