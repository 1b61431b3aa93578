"""Tracking domains as their page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from handsel.clock import now
from handsel.domains.findings import Finding, Record, read_finding
from handsel.domains.models import TrackingDomain
from handsel.domains.services import CHECK_TAKES_MAX
from handsel.domains.wording import said
from handsel.organizations.models import Member
from handsel.programs.models import Program

ICONS = {
    "ok": ("circle-check", "ok"),
    "hint": ("info", "info"),
    "wrong": ("circle-alert", "bad"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: what was seen, what to do, and the records to take away and to add."""

    icon: str
    tone: str
    message: str
    remedy: str
    remove: Sequence[Record]
    add: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Shown:
    domain: TrackingDomain
    name: str
    lines: Sequence[Line]
    waits_too_long: bool

    @property
    def is_watched(self) -> bool:
        """Whether the page looks again by itself."""
        return self.domain.is_being_checked and not self.waits_too_long

    @property
    def has_other_letters(self) -> bool:
        return self.name != self.domain.host


def domains_of(program: Program, member: Member) -> list[Shown]:
    """The primary one first, then by when they were added."""
    rows = TrackingDomain.objects.visible_to(member).current().filter(program=program)
    return sorted(map(_shown, rows), key=lambda s: (not s.domain.is_primary, s.domain.added_at))


def removed_of(program: Program, member: Member) -> list[Shown]:
    """Those that were taken away and by which visitors still come."""
    rows = TrackingDomain.objects.visible_to(member).exclude(removed_at=None)
    answering = rows.filter(program=program).exclude(leads_here_at=None)
    return [_shown(row) for row in answering.order_by("-removed_at")]


def _shown(domain: TrackingDomain) -> Shown:
    asked_at = domain.check_asked_at
    return Shown(
        domain=domain,
        name=domain.name,
        lines=[_line(read_finding(kept)) for kept in domain.findings],
        waits_too_long=domain.is_being_checked
        and asked_at is not None
        and now() - asked_at > CHECK_TAKES_MAX,
    )


def _line(finding: Finding) -> Line:
    words = said(finding)
    icon, tone = ICONS[finding.state]
    return Line(icon, tone, words.message, words.remedy, finding.remove, finding.add)
