"""Entries as they are hashed into the tree."""

from collections.abc import Collection

from django.db.models import Prefetch

from handsel.engine import merkle
from handsel.engine.proof import LedgerEntry, LedgerPosting, leaf_bytes
from handsel.ledger.models import Entry, Posting

POSTINGS = Prefetch("postings", Posting.objects.select_related("account").order_by("id"))


def entries_with_postings(ids: Collection[str]) -> dict[str, Entry]:
    """The entries by id, their postings and accounts read along with them."""
    return Entry.objects.prefetch_related(POSTINGS).in_bulk(ids)


def hashed_form(entry: Entry, salt: bytes) -> LedgerEntry:
    """The entry as the proof format has it.

    Built without validation: sealing does not judge. An entry that should not be there must not
    keep those behind it from being sealed; `check_all` and `handsel verify` judge.
    """
    return LedgerEntry.model_construct(
        entry=entry.pk,
        key=entry.key,
        subject=entry.subject_id,
        brand=entry.brand_id,
        partner=entry.partner_id,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        postings=tuple(
            LedgerPosting.model_construct(
                account=posting.account.name,
                amount_minor=posting.amount_minor,
                currency=posting.currency,
            )
            for posting in entry.postings.all()
        ),
        evidence=entry.evidence,
        salt=salt.hex(),
    )


def leaf_hash(entry: Entry, salt: bytes) -> bytes:
    return merkle.leaf_hash(leaf_bytes(hashed_form(entry, salt)))
