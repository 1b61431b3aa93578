"""Posting: the only way into the ledger. Nothing here edits or deletes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from handsel.ledger.chart import parse_account
from handsel.ledger.entries import (
    AccountOfAnother,
    EntryKeyReused,
    Line,
    NewEntry,
    check_entry,
)
from handsel.ledger.models import Account, Entry, Posting


def post(
    *,
    key: str,
    debit: str,
    credit: str,
    amount_minor: int,
    currency: str,
    occurred_at: datetime,
    brand_id: str,
    subject_id: str,
    partner_id: str | None = None,
    evidence: str = "",
) -> Entry:
    """Post an amount from one account to another, once per key.

    The same key with the same content changes nothing and returns the entry; with other content
    it is refused (EntryKeyReused). A negative amount posts the other way round. Accounts are
    opened on first use. Raises the refusals of `handsel.ledger.entries`.
    """
    entry = NewEntry.between(
        key=key,
        debit=debit,
        credit=credit,
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=occurred_at,
        brand_id=brand_id,
        subject_id=subject_id,
        partner_id=partner_id,
        evidence=evidence,
    )
    return post_entries([entry])[0]


def post_entry(entry: NewEntry) -> Entry:
    """Post an entry of any number of lines, once per key; as `post`."""
    return post_entries([entry])[0]


@transaction.atomic
def post_entries(entries: Sequence[NewEntry]) -> list[Entry]:
    """Post many entries, all or none, in a fixed number of statements; as `post`.

    The answer has the order of the question.
    """
    wanted = _one_per_key(entries)
    accounts = _accounts_for(wanted.values())
    posted = _insert_entries(wanted, accounts)
    return [posted[entry.key] for entry in entries]


def reverse_entry(pk: str, *, occurred_at: datetime) -> Entry:
    """Take an entry back by its mirror image. An entry is reversed once."""
    entry = Entry.objects.get(pk=pk)
    key = f"reversed:{entry.subject_id}:{entry.pk}"
    return post_entry(_as_posted([entry])[0].reversal(key=key, occurred_at=occurred_at))


def _one_per_key(entries: Iterable[NewEntry]) -> dict[str, NewEntry]:
    """By key and sorted by it: two who post the same keys wait for each other, never in a ring."""
    wanted: dict[str, NewEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.key):
        check_entry(entry)
        if not wanted.setdefault(entry.key, entry).says_the_same_as(entry):
            raise _reused(entry.key)
    return wanted


def _accounts_for(entries: Iterable[NewEntry]) -> dict[str, Account]:
    """The accounts of all lines, by name; those that are missing are opened."""
    wanted: dict[str, Account] = {}
    for entry in entries:
        for line in entry.lines:
            parts = parse_account(line.account)
            account = Account(
                name=line.account,
                kind=parts.kind,
                owner_id=parts.owner_id,
                brand_id=entry.brand_id,
                partner_id=entry.partner_id if parts.is_partners else None,
            )
            _refuse_other_owner(wanted.setdefault(line.account, account), account)
    found = Account.objects.in_bulk(wanted, field_name="name")
    missing = [wanted[name] for name in sorted(wanted.keys() - found.keys())]
    if missing:
        Account.objects.bulk_create(missing, ignore_conflicts=True)
        # Another transaction may have opened some of them meanwhile.
        found = Account.objects.in_bulk(wanted, field_name="name")
    for name, account in wanted.items():
        _refuse_other_owner(found.get(name), account)
    return found


def _refuse_other_owner(found: Account | None, wanted: Account) -> None:
    """`found` is None where the row policies hide an account of that name."""
    owners = wanted.brand_id, wanted.partner_id
    if found is None or (found.brand_id, found.partner_id) != owners:
        raise AccountOfAnother(f"{wanted.name} is an account of somebody else.", field="account")


def _insert_entries(wanted: dict[str, NewEntry], accounts: dict[str, Account]) -> dict[str, Entry]:
    """The entries by key. Those whose key is taken are compared instead of written."""
    rows = [
        Entry(
            key=entry.key,
            subject_id=entry.subject_id,
            brand_id=entry.brand_id,
            partner_id=entry.partner_id,
            evidence=entry.evidence,
            line_count=len(entry.lines),
            occurred_at=entry.occurred_at,
        )
        for entry in wanted.values()
    ]
    Entry.objects.bulk_create(rows, ignore_conflicts=True)
    posted: dict[str, Entry] = Entry.objects.in_bulk(wanted, field_name="key")

    ours = [row.key for row in rows if row.key in posted and posted[row.key].pk == row.pk]
    Posting.objects.bulk_create(
        Posting(
            entry=posted[key],
            account=accounts[line.account],
            amount_minor=line.amount_minor,
            currency=line.currency,
            brand_id=posted[key].brand_id,
            partner_id=posted[key].partner_id,
        )
        for key in ours
        for line in wanted[key].lines
    )
    _refuse_other_content(wanted, posted, wanted.keys() - set(ours))
    return posted


def _refuse_other_content(
    wanted: dict[str, NewEntry], posted: dict[str, Entry], keys: Iterable[str]
) -> None:
    before = [posted[key] for key in keys if key in posted]
    said = {entry.key: entry for entry in _as_posted(before)}
    for key in keys:
        if key not in said or not said[key].says_the_same_as(wanted[key]):
            raise _reused(key)


def _as_posted(entries: Sequence[Entry]) -> list[NewEntry]:
    """What was said when these entries were posted."""
    lines: dict[str, list[Line]] = {entry.pk: [] for entry in entries}
    postings = Posting.objects.filter(entry__in=lines).select_related("account").order_by("id")
    for posting in postings if entries else ():
        line = Line(posting.account.name, posting.amount_minor, posting.currency)
        lines[posting.entry_id].append(line)
    return [
        NewEntry(
            key=entry.key,
            lines=tuple(lines[entry.pk]),
            occurred_at=entry.occurred_at,
            brand_id=entry.brand_id,
            subject_id=entry.subject_id,
            partner_id=entry.partner_id,
            evidence=entry.evidence,
        )
        for entry in entries
    ]


def _reused(key: str) -> EntryKeyReused:
    return EntryKeyReused(
        f"The key {key!r} was posted before with other content.",
        field="key",
        remedy="A new transition of the same subject takes the next number.",
    )
