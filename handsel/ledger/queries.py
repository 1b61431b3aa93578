"""Balances: always sums of postings, nothing stored."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from handsel.ledger.chart import CHART, Kind, parse_account
from handsel.ledger.leaves import POSTINGS
from handsel.ledger.models import Account, Entry, Posting
from handsel.rows.querysets import SharedQuerySet


class Balance(NamedTuple):
    """What one account holds in one currency, positive on the side where its kind grows."""

    owner_id: str
    kind: Account.Kind
    currency: str
    amount_minor: int


class TrialRow(NamedTuple):
    """What was debited to and credited to the accounts of one kind, both as positive amounts."""

    kind: Account.Kind
    currency: str
    debit_minor: int
    credit_minor: int


def balance_minor(account: str, currency: str | None = None) -> int:
    """The balance of an account, as `balance_minor("payable:par_…")`; 0 when it does not exist.

    Raises ValueError when it holds several currencies and none is named; AccountUnknown.
    """
    kind, _ = parse_account(account)
    postings = Posting.objects.filter(account__name=account)
    if currency is not None:
        postings = postings.filter(currency=currency)
    sums = postings.values_list("currency").annotate(total=Sum("amount_minor"))
    totals = [int(total) for _, total in sums]
    if len(totals) > 1:
        raise ValueError(f"{account} holds several currencies; name one.")
    return CHART[kind].normal * sum(totals)


def balances(
    *,
    owners: Iterable[str] | None = None,
    brand_id: str | None = None,
    partner_id: str | None = None,
) -> list[Balance]:
    """The balances of all accounts that fit, by owner, kind and currency; zero ones included.

    Of a partnership: `owners=[partnership.pk]`. Of a program: its id and those of its
    partnerships. Of an organization: `brand_id` or `partner_id`, or both for the two together.
    """
    postings = Posting.objects.all()
    if owners is not None:
        postings = postings.filter(account__owner_id__in=list(owners))
    if brand_id is not None:
        postings = postings.filter(account__brand_id=brand_id)
    if partner_id is not None:
        postings = postings.filter(account__partner_id=partner_id)
    sums = postings.values_list("account__owner_id", "account__kind", "currency")
    return [
        Balance(owner_id, Kind(kind), currency, CHART[Kind(kind)].normal * int(total))
        for owner_id, kind, currency, total in sums.annotate(total=Sum("amount_minor")).order_by(
            "account__owner_id", "account__kind", "currency"
        )
    ]


def trial_balance(brand_id: str) -> list[TrialRow]:
    """Debits and credits of a brand by kind and currency, in the chart's order.

    Per currency, debits and credits add up to the same.
    """
    sums = (
        Posting.objects.filter(account__brand_id=brand_id)
        .values_list("account__kind", "currency")
        .annotate(
            debit=Sum("amount_minor", filter=Q(amount_minor__gt=0), default=0),
            credit=Sum("amount_minor", filter=Q(amount_minor__lt=0), default=0),
        )
    )
    rows = [
        TrialRow(Kind(kind), currency, int(debit), -int(credit))
        for kind, currency, debit, credit in sums
    ]
    order = list(CHART)
    return sorted(rows, key=lambda row: (row.currency, order.index(row.kind)))


def entries_of(subject_id: str) -> "SharedQuerySet[Any]":
    """The entries about a commission, a payout …, oldest first, postings and accounts read along.

    For a person, go on with `.visible_to(member)`.
    """
    found = Entry.objects.filter(subject_id=subject_id)
    return found.order_by("recorded_at", "id").prefetch_related(POSTINGS)
