"""The proof file of a commission: what anyone can check offline with `handsel verify`."""

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.receipt.revisions import Record, read_record
from handsel.engine import proof
from handsel.engine.commission import Evaluation
from handsel.environment import environment
from handsel.errors import DomainError
from handsel.ledger.keys import signing_key
from handsel.ledger.models import Entry
from handsel.ledger.proofs import as_signed, inclusion
from handsel.ledger.queries import entries_of
from handsel.ledger.seal import latest_checkpoint, seal_new


class NothingSealed(DomainError):
    """The ledger is empty: there is nothing a proof could stand on yet."""


def proof_file(commission: Commission) -> bytes:
    """A `handsel-proof/1`: every evaluation with its inputs, every entry with its place in the
    sealed ledger, under the latest checkpoint.

    Entries that wait for the sealer are sealed first, so it is to be called outside of
    transactions. For a commission that the caller may see. Raises NothingSealed.
    """
    records, entries = _as_of_one_moment(commission)
    seal_new()
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        raise NothingSealed(
            _("The ledger has no entries yet, so there is nothing to prove."),
            remedy=_("Try again when something has been earned."),
        )
    proofs = inclusion([entry.pk for entry in entries], checkpoint)
    last = records[-1].evaluation
    return proof.file_bytes(
        proof.seal(
            signing_key(),
            made_at=now(),
            installation=environment().pages_url,
            subject=proof.Subject(
                commission=commission.pk,
                partnership=commission.partnership_id,
                program=commission.program_id,
                order=last.order if isinstance(last, Evaluation) else last.subject,
                amount_minor=sum(_owed_minor(entry, commission) for entry in entries),
                currency=last.currency,
            ),
            evaluations=records,
            entries=sorted(proofs.values(), key=lambda sealed: sealed.number),
            checkpoint=as_signed(checkpoint),
        )
    )


@transaction.atomic
def _as_of_one_moment(commission: Commission) -> tuple[list[Record], list[Entry]]:
    """Under the commission's lock: no evaluation without its entry, no entry without its cause."""
    Commission.objects.select_for_update(no_key=True).get(pk=commission.pk)
    records = [read_record(revision) for revision in commission.revisions.order_by("number")]
    return records, list(entries_of(commission.pk))


def _owed_minor(entry: Entry, commission: Commission) -> int:
    """What an entry adds to what the partner is owed: credits on the partnership's accounts."""
    return -sum(
        posting.amount_minor
        for posting in entry.postings.all()
        if posting.account.owner_id == commission.partnership_id
    )
