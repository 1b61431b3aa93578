"""A pain.001.001.09 file by `sepaxml`, with what that library leaves to chance put right.

Its message id, payment id and time are its own (random, and the clock's): we set them, so that the
same transfers make the same file. It takes any account and any reference: we check them first.
See docs/payout-files.md.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from sepaxml import SepaTransfer
from sepaxml.validation import try_valid_xml

from handsel.payouts.rails.bank_days import bank_day
from handsel.payouts.rails.checks import message_id, refuse_unpayable
from handsel.payouts.rails.sepa.accounts import payee_account, payer_account
from handsel.payouts.rails.sepa.text import MESSAGE_MAX, sepa_text
from handsel.payouts.rails.values import MadeFile, PayerAccount, Transfer, TransferUnusable

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def bank_file(
    transfers: Sequence[Transfer], payer: PayerAccount, *, execute_on: date, made_at: datetime
) -> MadeFile:
    """One file, one debit, executed on `execute_on` or the next day that banks are open.

    Raises TransferUnusable or PayerUnusable.
    """
    refuse_unpayable(transfers)
    made_at = made_at.astimezone(UTC)
    day = bank_day(max(execute_on, made_at.date()))
    payments = _payments(transfers, day)
    account = payer_account(payer, {str(payment["IBAN"])[:2] for payment in payments})
    document = SepaTransfer(account | {"currency": "EUR", "batch": True}, schema=SCHEMA)
    for payment in payments:
        document.add_payment(payment)

    number = message_id(transfers)
    content = _with_ids(document.export(validate=False), number, made_at)
    try_valid_xml(content, SCHEMA)
    return MadeFile(content, f"{number}.xml", number, "application/xml", day)


def _payments(transfers: Sequence[Transfer], day: date) -> list[dict[str, object]]:
    """Raises TransferUnusable, which tells of all that cannot be written, not of the first."""
    payments: list[dict[str, object]] = []
    refused: list[TransferUnusable] = []
    for transfer in transfers:
        try:
            payments.append(_payment(transfer, day))
        except TransferUnusable as wrong:
            refused.append(wrong)
    if refused:
        raise TransferUnusable(
            " ".join(wrong.message for wrong in refused),
            field=refused[0].field,
            remedy=" ".join(dict.fromkeys(wrong.remedy for wrong in refused)),
            params=refused[0].params,
        )
    return payments


def _payment(transfer: Transfer, day: date) -> dict[str, object]:
    return {
        **payee_account(transfer),
        "amount": transfer.amount_minor,
        "execution_date": day,
        "endtoend_id": transfer.reference,
        "description": sepa_text(transfer.remittance, MESSAGE_MAX) or transfer.reference,
    }


def _with_ids(content: bytes, number: str, made_at: datetime) -> bytes:
    """The document under ids of ours, and the time it was made."""
    root = ET.fromstring(content)  # noqa: S314 (made a moment ago, here)
    ours = {
        "GrpHdr/MsgId": number,
        "GrpHdr/CreDtTm": made_at.strftime("%Y-%m-%dT%H:%M:%S"),
        "PmtInf/PmtInfId": f"{number}-1",
    }
    for path, text in ours.items():
        names = "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))
        for element in root.iterfind(f"{{{NAMESPACE}}}CstmrCdtTrfInitn/{names}"):
            element.text = text
    ET.indent(root)
    ET.register_namespace("", NAMESPACE)
    written: bytes = ET.tostring(root, "utf-8")
    return HEAD + written + b"\n"
