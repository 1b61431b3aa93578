"""What every rail takes and gives: plain values, no rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from handsel.errors import DomainError


class TransferUnusable(DomainError):
    """A transfer that this rail cannot carry; the message names the payee, `field` the column."""

    status = 422


class PayerUnusable(DomainError):
    """The account to pay from is missing something this rail needs; `field` names it."""

    status = 422


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money for one payee. `reference` is the payout's own, at most 30 of A–Z, 0–9 and hyphen;
    it comes back on the bank statement. `remittance` is what the payee reads beside the amount."""

    reference: str
    holder_name: str
    iban: str
    bic: str
    country: str
    amount_minor: int
    currency: str
    remittance: str


@dataclass(frozen=True, slots=True)
class PayerAccount:
    """The account it leaves. `town` and `country` are the payer's own; banks outside the European
    Economic Area want them."""

    name: str
    iban: str
    bic: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file for the bank. Keep `content`: made again it would say when it was made again.

    `message_id` is the file's own number at the bank; the same transfers give the same one, so a
    bank that is handed them twice refuses the second. `execute_on` is the day it asks for.
    """

    content: bytes
    name: str
    message_id: str
    media_type: str
    execute_on: date


class BankFileMaker(Protocol):
    def __call__(
        self,
        transfers: Sequence[Transfer],
        payer: PayerAccount,
        *,
        execute_on: date,
        made_at: datetime,
    ) -> MadeFile: ...
