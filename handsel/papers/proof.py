"""The proof file of a statement: what anyone can check offline with `handsel verify`."""

from django.db.models import Q
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.engine import proof
from handsel.engine.statement import StatementContent
from handsel.environment import environment
from handsel.errors import DomainError
from handsel.ledger.keys import signing_key
from handsel.ledger.models import Entry
from handsel.ledger.proofs import as_signed, consistency, shared_inclusion
from handsel.ledger.seal import latest_checkpoint, seal_new
from handsel.papers.earlier import earlier_lines
from handsel.papers.models import Statement
from handsel.papers.names import names_on
from handsel.papers.queries import content_of
from handsel.payouts.models import Payout, PayoutLine
from handsel.rows.scope import as_system


class StatementTooLong(DomainError):
    """So many lines that the file would be larger than a checker reads."""


def statement_proof(statement: Statement) -> bytes:
    """A `handsel-proof/1` of kind `statement`: every line with its entries in the sealed ledger,
    and where the money is, under the latest checkpoint.

    Entries that wait for the sealer are sealed first, so it is to be called outside of
    transactions. For a statement that the caller may see. Raises StatementTooLong.
    """
    payout, content = statement.payout, content_of(statement)
    seal_new()
    checkpoint = latest_checkpoint() or statement.checkpoint
    with as_system():  # earlier payouts are the same partner's
        earlier = [line for lines in earlier_lines(payout).values() for line in lines]
        entries = _entries(payout, content, [line.payout_id for line in earlier])
    sealed, shared_proof = shared_inclusion(entries, checkpoint)
    file = proof.file_bytes(
        proof.seal_statement(
            signing_key(),
            made_at=now(),
            installation=environment().pages_url,
            subject=proof.StatementSubject(
                statement=statement.number,
                payout=payout.pk,
                partnership=payout.partnership_id,
                program=payout.program_id,
                amount_minor=payout.amount_minor,
                currency=payout.currency,
            ),
            statement=content,
            parties=names_on(statement),
            entries=sealed,
            shared_proof=shared_proof,
            earlier=_earlier(earlier),
            issued_under=as_signed(statement.checkpoint),
            continuation=consistency(statement.checkpoint, checkpoint),
            checkpoint=as_signed(checkpoint),
        )
    )
    if len(file) > proof.FILE_BYTES_MAX:
        raise StatementTooLong(
            _("The proof of %(number)s is too large for one file.") % {"number": statement.number}
        )
    return file


def _entries(payout: Payout, content: StatementContent, earlier: list[str]) -> list[str]:
    """What the file discloses: all of the payout, its commissions until it was queued, and what
    queued the earlier ones."""
    queued = Entry.objects.get(subject_id=payout.pk, key__startswith="payout-queued:")
    commissions = [line.commission for line in content.lines]
    wanted = (
        Q(subject_id=payout.pk)
        | Q(subject_id__in=commissions, recorded_at__lte=queued.recorded_at)
        | Q(subject_id__in=earlier, key__startswith="payout-queued:")
    )
    return list(Entry.objects.filter(wanted).values_list("pk", flat=True))


def _earlier(lines: list[PayoutLine]) -> list[proof.EarlierLine]:
    """Each with its way to what the entry of its payout says of all that payout's lines."""
    payouts = {line.payout_id for line in lines}
    carried: dict[str, dict[str, int]] = {pk: {} for pk in payouts}
    with as_system():
        rows = PayoutLine.objects.filter(payout__in=payouts)
        for payout, commission, minor in rows.values_list("payout", "commission", "amount_minor"):
            carried[payout][commission] = minor
    return [
        proof.EarlierLine(
            commission=line.commission_id,
            payout=line.payout_id,
            amount_minor=line.amount_minor,
            place=proof.line_place(carried[line.payout_id], line.commission_id),
            lines_total=len(carried[line.payout_id]),
            path=tuple(
                step.hex()
                for step in proof.line_path(
                    line.payout_id, carried[line.payout_id], line.commission_id
                )
            ),
        )
        for line in lines
    ]
