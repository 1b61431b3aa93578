from datetime import timedelta
from time import monotonic

from django.db.models import Q, QuerySet

from handsel.clock import now
from handsel.domains.models import TrackingDomain
from handsel.programs.models import Program
from handsel.rows.querysets import ActsFor
from handsel.rows.scope import as_system

REMEMBERED_S = 2.0
REMEMBERED_MAX = 10_000
DAILY = timedelta(hours=23)
SOON = timedelta(minutes=50)

_hosts: dict[str, tuple[float, str]] = {}


def host_for(program_id: str) -> str:
    """The name that a program's links are written with; empty: the one that all brands share.

    Whoever sees a link sees its address. Lists ask for hundreds of one program: a process
    remembers for two seconds.
    """
    known = _hosts.get(program_id)
    if known is not None and known[0] > monotonic():
        return known[1]
    with as_system():
        primary = TrackingDomain.objects.current().filter(program=program_id)
        row = primary.exclude(primary_since=None).exclude(verified_at=None).first()
    if len(_hosts) >= REMEMBERED_MAX:
        _hosts.clear()
    _hosts[program_id] = (monotonic() + REMEMBERED_S, row.host if row else "")
    return row.host if row else ""


def forget_hosts() -> None:
    """Have this process look again; the others do within two seconds."""
    _hosts.clear()


def may_have_certificate(host: str) -> bool:
    """Whether a certificate is to be asked for a name: a tracking domain that leads here, or did.

    A removed one is among them: visitors still come by the links that were shared with it."""
    with as_system():
        rows = TrackingDomain.objects.filter(host=host)
        return rows.filter(Q(leads_here_at__isnull=False) | Q(verified_at__isnull=False)).exists()


def domains_to_mend(program: Program, member: ActsFor) -> "QuerySet[TrackingDomain]":
    """Those whose last check found something wrong, the latest first."""
    checked = TrackingDomain.objects.visible_to(member).current().filter(program=program)
    checked = checked.exclude(checked_at=None).order_by("-checked_at")
    return checked.filter(Q(verified_at=None) | Q(failing_since__isnull=False))


def due_for_check() -> "QuerySet[TrackingDomain]":
    """What has not been looked at for a day, or, while it fails, for an hour. One that was removed
    and leads elsewhere is nobody's concern any more."""
    at = now()
    usual = Q(checked_at=None) | Q(checked_at__lt=at - DAILY)
    failing = Q(failing_since__isnull=False, checked_at__lt=at - SOON)
    rows = TrackingDomain.objects.filter(usual | failing)
    gone = Q(removed_at__isnull=False, leads_here_at=None, verified_at=None)
    return rows.exclude(gone).order_by("checked_at")
