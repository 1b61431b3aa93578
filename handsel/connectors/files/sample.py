"""A file to begin with: a sale by a code, one by a click, one of several fields, and a refund."""

from datetime import timedelta

from handsel.clock import now
from handsel.programs.models import Program

COLUMNS = [
    *("order_reference", "kind", "amount", "tax", "shipping", "currency", "occurred_at"),
    *("code", "click_id", "customer_email", "customer_country", "refund"),
]


def sample_rows(program: Program) -> tuple[list[str], list[list[str]]]:
    """With a code of the program's own, where it has one; in its currency, of yesterday."""
    code = program.codes.filter(disabled_at=None).order_by("created_at").first()
    name = code.code if code else ""
    at = (now() - timedelta(days=1)).replace(hour=14, minute=30).strftime("%Y-%m-%dT%H:%M:00Z")
    money = program.currency
    return COLUMNS, [
        ["S-1001", "order", "120.00", "20.00", "5.00", money, at, name, "", "", "NO", ""],
        ["S-1002", "order", "49.90", "", "", money, at, "", "", "kari@mail.example", "SE", ""],
        ["S-1001", "refund", "20.00", "", "", money, at, "", "", "", "", "R-1"],
    ]
