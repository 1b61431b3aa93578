from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handsel.payouts.rails.values import PayerAccount, Transfer

MADE_AT = datetime(2026, 10, 15, 12, 0, tzinfo=UTC)
PAY_DAY = date(2026, 10, 16)
ACME = PayerAccount("Acme GmbH", "DE89 3704 0044 0532 0130 00")
BEN = Transfer(
    reference="ACME-2026-09-0001",
    holder_name="Ben Berg",
    iban="NO9386011117947",
    bic="",
    country="NO",
    amount_minor=12_345,
    currency="EUR",
    remittance="Commission, September 2026",
)
CLEO = replace(
    BEN,
    reference="ACME-2026-09-0002",
    holder_name="Cléo Møller",
    iban="FR1420041010050500013M02606",
)


@pytest.fixture
def when() -> dict[str, date | datetime]:
    return {"execute_on": PAY_DAY, "made_at": MADE_AT}
