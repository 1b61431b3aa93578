"""The time at which things happen in the domain: real time, except in demo data.

Demo data may be moved forward in time, so that holds end and payouts fall due while one looks on.
The one offset stands in the database (`Installation.demo_offset_s`); each process reads it there
(`handsel.organizations.services.read_clock`; tracking with its links) and sets it here.

Sessions, one-time codes, signatures, invitations, API keys and job locks are of real time: they
call `django.utils.timezone.now`.
"""

from datetime import UTC, datetime, timedelta
from time import time_ns

_offset = timedelta()
_offset_ms = 0


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def now_ms() -> int:
    """The moment in milliseconds since 1970."""
    return time_ns() // 1_000_000 + _offset_ms


def offset() -> timedelta:
    """How far demo data is from real time; nothing anywhere else."""
    return _offset


def set_offset(offset: timedelta) -> None:
    """For this process, from here on."""
    global _offset, _offset_ms
    _offset, _offset_ms = offset, offset // timedelta(milliseconds=1)
