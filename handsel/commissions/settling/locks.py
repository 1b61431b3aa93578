"""One at a time per partnership; and per program, where its budget is spent by all of them."""

from django.db import connection

from handsel.ids import to_uuid


def lock(pk: str) -> None:
    """Ours until the transaction ends; waits while somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5005))", [_name(pk)])


def try_lock(pk: str) -> bool:
    """The same without waiting: whether it is ours now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 5005))", [_name(pk)])
        row: tuple[bool] = cursor.fetchone()
    return row[0]


def _name(pk: str) -> str:
    return str(to_uuid(pk))
