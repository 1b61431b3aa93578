"""Who is at work: tells PostgreSQL whose rows this connection may see."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from handsel.ids import to_uuid


def _set(scope: str, organizations: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('handsel.scope', %s, false),"
            " set_config('handsel.organizations', %s, false)",
            [scope, organizations],
        )


def _current() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('handsel.scope', true), ''),"
            " coalesce(current_setting('handsel.organizations', true), '')"
        )
        row: tuple[str, str] = cursor.fetchone()
        return row


@contextmanager
def _as(scope: str, organizations: str) -> Iterator[None]:
    before = _current()
    if before == (scope, organizations):
        yield
        return
    _set(scope, organizations)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set(*before)


@contextmanager
def seen_by(organization_ids: Iterable[str]) -> Iterator[None]:
    """See only the rows of these organizations."""
    with _as("", ",".join(str(to_uuid(i)) for i in organization_ids)):
        yield


@contextmanager
def scope_of_nobody() -> Iterator[None]:
    """See no row that belongs to anybody."""
    with _as("", ""):
        yield


@contextmanager
def as_system() -> Iterator[None]:
    """See every row: for what no person has asked for, and for finding out who asks."""
    with _as("system", ""):
        yield
