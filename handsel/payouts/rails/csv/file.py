import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

from handsel.engine.money import exponent
from handsel.payouts.rails.checks import message_id, refuse_unpayable
from handsel.payouts.rails.values import MadeFile, PayerAccount, Transfer

COLUMNS = (
    "reference",
    "name",
    "iban",
    "bic",
    "country",
    "currency",
    "amount",
    "message",
    "execute_on",
)
# With these a spreadsheet begins a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def bank_file(
    transfers: Sequence[Transfer], payer: PayerAccount, *, execute_on: date, made_at: datetime
) -> MadeFile:
    """UTF-8, parted by commas, headed by the names of the columns; amounts with a point.

    The table says nothing of the payer: whoever uploads it chooses the account there.
    Raises TransferUnusable.
    """
    refuse_unpayable(transfers)
    day = max(execute_on, made_at.astimezone(UTC).date())
    table = StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(transfer, day) for transfer in transfers)
    number = message_id(transfers)
    content = table.getvalue().encode()
    return MadeFile(content, f"{number}.csv", number, "text/csv; charset=utf-8", day)


def _row(transfer: Transfer, day: date) -> tuple[str, ...]:
    amount = Decimal(transfer.amount_minor).scaleb(-exponent(transfer.currency))
    said = (transfer.reference, transfer.holder_name, transfer.iban, transfer.bic)
    return (
        *(_cell(text) for text in said),
        _cell(transfer.country),
        transfer.currency,
        f"{amount:f}",
        _cell(transfer.remittance),
        day.isoformat(),
    )


def _cell(text: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe before a sign that would."""
    return f"'{text}" if text.startswith(FORMULA) else text
