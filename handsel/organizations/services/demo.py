"""Demo data and its clock (`handsel.clock`)."""

from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.utils.translation import gettext as _

from handsel import clock
from handsel.errors import DomainError
from handsel.organizations.models import Installation, Organization
from handsel.rows.scope import as_system

READ_AGAIN_S = 1.0
_read_at: float | None = None
_in_demo = False


class NotDemoData(DomainError):
    """Time is only moved where the data is a demo's."""


class NotEmpty(DomainError):
    """Demo data is loaded into a database of its own."""


class TimeGoesForward(DomainError):
    """The time of demo data was to be moved backwards."""


@transaction.atomic
def begin_demo(offset: timedelta) -> None:
    """Mark an empty database as a demo's, its clock `offset` from real time. Raises NotEmpty."""
    Installation.objects.get_or_create(pk=1)
    installation = Installation.objects.select_for_update().get()
    with as_system():
        if installation.demo_offset_s is not None or Organization.objects.exists():
            raise NotEmpty(
                _("There is data in this folder already."),
                field="data",
                remedy=_("Name another folder for the demo."),
            )
    _set(installation, offset)


@transaction.atomic
def move_time(by: timedelta) -> timedelta:
    """Move the demo's clock forward, for every process; the offset it has then.

    Raises NotDemoData and TimeGoesForward.
    """
    installation = Installation.objects.select_for_update().filter(pk=1).first()
    if installation is None or installation.demo_offset_s is None:
        raise NotDemoData(
            _("Time can only be moved in demo data."),
            field="data",
            remedy=_("Name the folder of a demo, as `make demo` makes one."),
        )
    if by < timedelta():
        raise TimeGoesForward(
            _("Time only goes forward."), field="by", remedy=_("Say how far to move it forward.")
        )
    offset = timedelta(seconds=installation.demo_offset_s) + by
    _set(installation, offset)
    return offset


def is_demo() -> bool:
    return Installation.objects.filter(demo_offset_s__isnull=False).exists()


def read_clock() -> None:
    """Set this process's clock by the database; asked at most once a second."""
    global _read_at, _in_demo  # noqa: PLW0603
    if _read_at is not None and monotonic() - _read_at < READ_AGAIN_S:
        return
    offset_s = Installation.objects.values_list("demo_offset_s", flat=True).first()
    clock.set_offset(timedelta(seconds=offset_s or 0))
    _in_demo = offset_s is not None
    _read_at = monotonic()


def in_demo() -> bool:
    """Whether this is demo data, as this process last read it (`read_clock`)."""
    return _in_demo


def _set(installation: Installation, offset: timedelta) -> None:
    installation.demo_offset_s = int(offset.total_seconds())
    installation.save(update_fields=["demo_offset_s"])
    transaction.on_commit(lambda: clock.set_offset(timedelta(seconds=int(offset.total_seconds()))))
