"""Entries before they are posted: plain values, and what no entry may be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from handsel.engine.money import is_currency
from handsel.engine.values import AMOUNT_MINOR_MAX
from handsel.errors import DomainError, InvalidInput
from handsel.ledger.chart import parse_account

KEY_LENGTH_MAX = 120
LINES_MAX = 1_000


class EntryNotPostable(InvalidInput):
    """A part of the entry is missing or has the wrong form; `field` names it."""


class AmountNotPostable(InvalidInput):
    """Amounts are whole numbers of the minor unit, not zero, and no larger than 2**53 - 1."""


class CurrencyUnknown(InvalidInput):
    """Not the ISO 4217 code of a currency in use."""


class EntryNotBalanced(InvalidInput):
    """Debits and credits of one currency differ."""


class AccountOfAnother(DomainError):
    """The account belongs to another brand, or stands between the brand and another partner."""


class EntryKeyReused(DomainError):
    """An entry with this key was posted before, with other content."""


class Line(NamedTuple):
    """One posting: a debit is positive, a credit negative, in minor units."""

    account: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What `post_entries` takes. `key` names a transition of the subject, and the subject in it,
    between colons: `commission-approved:com_…:2`. The same key is posted once.

    `evidence` is that of `handsel.engine.proof`, for an entry that posts an evaluation.
    """

    key: str
    lines: tuple[Line, ...]
    occurred_at: datetime
    brand_id: str
    subject_id: str
    partner_id: str | None = None
    evidence: str = ""

    @classmethod
    def between(
        cls,
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
    ) -> Self:
        """The common entry, of two lines.

        A negative amount posts the other way round, so that the difference between two
        evaluations is posted as it comes.
        """
        _check_amount(amount_minor)
        lines = Line(debit, amount_minor, currency), Line(credit, -amount_minor, currency)
        return cls(key, lines, occurred_at, brand_id, subject_id, partner_id, evidence)

    def reversal(self, *, key: str, occurred_at: datetime) -> Self:
        """The entry that takes this one back."""
        lines = tuple(line._replace(amount_minor=-line.amount_minor) for line in self.lines)
        return replace(self, key=key, lines=lines, occurred_at=occurred_at, evidence="")

    def says_the_same_as(self, other: "NewEntry") -> bool:
        """Whether they differ in nothing, or only in the order of their lines."""
        return replace(self, lines=()) == replace(other, lines=()) and sorted(self.lines) == sorted(
            other.lines
        )


def check_entry(entry: NewEntry) -> None:
    """Refuse what could not stand in the ledger, with the field named. Touches no database."""
    if not 0 < len(entry.key) <= KEY_LENGTH_MAX:
        raise EntryNotPostable(f"A key has 1 to {KEY_LENGTH_MAX} characters.", field="key")
    if entry.subject_id not in entry.key.split(":"):
        raise EntryNotPostable(
            f"The key {entry.key!r} does not name its subject {entry.subject_id!r}.",
            field="key",
            remedy="Write the subject's id between colons, as in commission-approved:com_…:2.",
        )
    if entry.occurred_at.tzinfo is None:
        raise EntryNotPostable("A moment needs a time zone.", field="occurred_at")
    if len(entry.lines) > LINES_MAX:
        raise EntryNotPostable(f"An entry has at most {LINES_MAX} lines.", field="lines")
    for line in entry.lines:
        _check_amount(line.amount_minor)
        if not isinstance(line.currency, str) or not is_currency(line.currency):
            raise CurrencyUnknown(
                f"{line.currency!r} is not the code of a currency in use.",
                field="currency",
                remedy="Write three capital letters, as in EUR.",
            )
        if parse_account(line.account).is_partners and entry.partner_id is None:
            raise EntryNotPostable(
                f"{line.account} stands between a brand and a partner; name the partner.",
                field="partner_id",
            )
    _check_balance(entry.lines)


def _check_amount(amount_minor: object) -> None:
    is_whole = isinstance(amount_minor, int) and not isinstance(amount_minor, bool)
    if not is_whole or not 0 < abs(amount_minor) <= AMOUNT_MINOR_MAX:  # type: ignore[arg-type]
        raise AmountNotPostable(
            f"{amount_minor!r} is not an amount in minor units.",
            field="amount_minor",
            remedy="Amounts are whole numbers other than zero: 12.50 EUR is 1250.",
        )


def _check_balance(lines: Sequence[Line]) -> None:
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.currency] += line.amount_minor
    for currency, amount_minor in sums.items():
        if amount_minor:
            raise EntryNotBalanced(
                f"The lines in {currency} add up to {amount_minor} instead of 0.", field="lines"
            )
    if not lines:
        raise EntryNotBalanced("An entry has at least two lines.", field="lines")
