from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.statement import fingerprint
from handsel.engine.values import digest
from handsel.errors import DomainError
from handsel.ledger.models import Checkpoint
from handsel.ledger.seal import latest_checkpoint, seal_new
from handsel.organizations.models import Member, Organization
from handsel.papers.content import gathered, month_of
from handsel.papers.letters import write_letters, write_of_new_account
from handsel.papers.models import Notice, Statement, StatementNames
from handsel.papers.names import parties_of
from handsel.payouts.models import Payee, Payout
from handsel.payouts.queries import payee_of
from handsel.payouts.services import set_payee


class StatementNotIssuable(DomainError):
    """The payout has not been approved."""


class StatementsMissing(Exception):
    """Some payouts could not be given their statements; the cause is that of the first."""


def issue_statement(payout: Payout) -> Statement:
    """The statement of a payout that was approved; one that has it already keeps it.

    What the ledger has of it is sealed first, so it is to be called outside of transactions.
    Raises StatementNotIssuable, and StatementDisagrees when the lines, the payout and the ledger do
    not say the same: then no statement is better than a wrong one.
    """
    seal_new()
    checkpoint = latest_checkpoint()
    if payout.queued_at is None or checkpoint is None:
        raise StatementNotIssuable(
            _("There is no statement before a payout is approved."),
            remedy=_("Approve the batch first."),
        )
    return _issue(payout.pk, checkpoint)


@transaction.atomic
def _issue(payout_pk: str, checkpoint: Checkpoint) -> Statement:
    payout = Payout.objects.select_related(
        "batch", "payee", "program__brand", "partnership__partner"
    ).get(pk=payout_pk)
    # One at a time in each brand: numbers have no gaps, and nobody issues a second one.
    Organization.objects.select_for_update(no_key=True).get(pk=payout.brand_id)
    issued = Statement.objects.filter(payout=payout).first()
    if issued is not None:
        return issued
    at, month = now(), month_of(payout.batch)
    sequence = Statement.objects.filter(brand=payout.brand_id, month=month).count() + 1
    number = f"ST-{month}-{sequence:04}"
    parties = parties_of(payout)
    content = gathered(
        payout,
        number=number,
        issued_at=at,
        parties_hash=digest(parties),
        checkpoint=checkpoint,
    )
    both = {"brand_id": payout.brand_id, "partner_id": payout.partner_id}
    statement = Statement.objects.create(
        **both,
        program_id=payout.program_id,
        partnership_id=payout.partnership_id,
        payout=payout,
        checkpoint=checkpoint,
        number=number,
        month=month,
        sequence=sequence,
        content=content.model_dump(mode="json"),
        fingerprint=fingerprint(content),
        issued_at=at,
    )
    StatementNames.objects.create(
        **both, statement=statement, parties=parties.model_dump(mode="json")
    )
    record("statement.issued", statement, actor=None, data={"number": number})
    return statement


def issue_due(limit: int = 100) -> int:
    """Issue statements for approved payouts that have none; how many were.

    One that cannot be issued does not hold up the others. Raises StatementsMissing afterwards, so
    that whoever calls again waits, and says so in the log.
    """
    due = Payout.objects.filter(queued_at__isnull=False, statement=None).order_by("queued_at", "pk")
    failed: dict[str, Exception] = {}
    payouts = list(due[:limit])
    for payout in payouts:
        try:
            issue_statement(payout)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            failed[payout.pk] = error
    if failed:
        raise StatementsMissing(f"No statement for {', '.join(failed)}") from next(
            iter(failed.values())
        )
    return len(payouts)


# What a partner is told of, and the moment of the payout that tells it.
NEWS = {
    Notice.Kind.ISSUED: "queued_at",
    Notice.Kind.PAID: "paid_at",
    Notice.Kind.FAILED: "failed_at",
    Notice.Kind.RETURNED: "returned_at",
}


@transaction.atomic
def change_payee(
    partner: Organization, *, holder_name: str, iban: str, bic: str = "", actor: Member | None
) -> Payee:
    """Say where a partner's money goes, and write so to everybody who works there.

    The same again changes nothing and writes to nobody. Raises what `set_payee` raises.
    """
    before = payee_of(partner)
    payee = set_payee(partner, holder_name=holder_name, iban=iban, bic=bic, actor=actor)
    if before is None or before.pk != payee.pk:
        write_of_new_account(payee, actor)
    return payee


def tell_due(limit: int = 100) -> int:
    """Write to partners whose money is on its way, has arrived or has come back; how many things
    there were to tell. Each is told once; what was overtaken by something later is left out."""
    told = 0
    for kind, moment in NEWS.items():
        happened = {f"payout__{moment}__isnull": False}
        rows = Statement.objects.filter(**happened).exclude(notices__kind=kind)
        for statement in rows.select_related("payout").order_by("pk")[:limit]:
            _tell(statement, kind)
            told += 1
    return told


@transaction.atomic
def _tell(statement: Statement, kind: Notice.Kind) -> None:
    _notice, is_new = Notice.objects.get_or_create(
        statement=statement,
        kind=kind,
        defaults={"brand_id": statement.brand_id, "partner_id": statement.partner_id},
    )
    if is_new and kind == _latest(statement.payout):
        write_letters(statement, kind)


def _latest(payout: Payout) -> Notice.Kind:
    on_its_way = payout.status in {Payout.Status.QUEUED, Payout.Status.SENT}
    return Notice.Kind.ISSUED if on_its_way else Notice.Kind(payout.status)
