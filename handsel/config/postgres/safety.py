"""Money is only kept in a database that keeps what it has confirmed."""

from typing import Any

from handsel.errors import DomainError

FORGETFUL = {
    "fsync": {"off"},
    "full_page_writes": {"off"},
    "synchronous_commit": {"off"},
}


class DatabaseMayForget(DomainError):
    """A crash could take back what the server has confirmed."""


def ensure_money_safe(connection: Any) -> None:
    """Raise DatabaseMayForget unless confirmed commits survive a crash.

    `connection` is psycopg's or Django's. What is read holds for its role and database, where
    `synchronous_commit` may have been set too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(FORGETFUL)]
        )
        wrong = sorted(name for name, value in cursor.fetchall() if value in FORGETFUL[name])
    if wrong:
        raise DatabaseMayForget(
            f"This PostgreSQL may forget money in a crash: {', '.join(wrong)} is off.",
            remedy=" ".join(f"ALTER SYSTEM SET {name} = on;" for name in wrong)
            + " SELECT pg_reload_conf();",
        )
