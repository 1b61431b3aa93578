"""The frame around every page of the console: the program at hand, and where one can go."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.console.payouts_due import batches_due
from handsel.console.promises import waiting_submissions
from handsel.intake.models import InboxEvent
from handsel.organizations.access import MemberRequest
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.recruiting.queries import waiting_applications
from handsel.relations.queries import open_questions
from handsel.ui.navigation import Choice, Entry, Section, Switcher, Viewer, mark_current


def programs_of(request: MemberRequest) -> list[Program]:
    """The brand's programs, the oldest first; asked for once in a request."""
    known: list[Program] | None = getattr(request, "console_programs", None)
    if known is None:
        mine = Program.objects.visible_to(request.member).order_by("created_at")
        known = list(mine)
        request.console_programs = known  # type: ignore[attr-defined]
    return known


def program_at_hand(request: MemberRequest) -> Program | None:
    """The program the member chose in this session, else the brand's first."""
    chosen = request.session.get("program_id")
    programs = programs_of(request)
    return next((p for p in programs if p.pk == chosen), next(iter(programs), None))


def program_or_404(request: MemberRequest) -> Program:
    """The program at hand; a brand without one has no pages that need one."""
    program = program_at_hand(request)
    if program is None:
        raise Http404
    return program


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: the console's frame for pages under /console/, nothing elsewhere."""
    member: Member | None = getattr(request, "member", None)
    match = request.resolver_match
    if member is None or match is None or match.app_name != "console":
        return {}
    program = program_at_hand(request)  # type: ignore[arg-type]
    # The search is in no section; by its address alone it would be the overview's.
    path = "" if match.url_name == "search" else request.path
    return {
        "program": program,
        "navigation": mark_current(_sections(member, program), path),
        "switcher": _switcher(member, program, programs_of(request)),  # type: ignore[arg-type]
        "viewer": Viewer(
            name=str(member.user),
            email=member.user.email,
            side="brand",
            sign_out_url=reverse("account_logout"),
            settings_url=reverse("console:settings"),
        ),
        "home_url": reverse("console:overview"),
        "search_url": reverse("console:search"),
    }


def _sections(member: Member, program: Program | None) -> tuple[Section, ...]:
    partners = Partnership.objects.visible_to(member).filter(program=program).going_on()
    refused = InboxEvent.objects.visible_to(member).filter(
        program=program, status=InboxEvent.Status.REFUSED
    )
    return (
        Section(
            (
                Entry(_("Overview"), reverse("console:overview"), "layout-dashboard"),
                Entry(_("Partners"), reverse("console:partners"), "users", partners.count()),
                Entry(
                    _("Applications"),
                    reverse("console:applications"),
                    "user-plus",
                    waiting_applications(program, member).count() or None,
                    due=True,
                ),
                Entry(_("Journeys"), reverse("console:journeys"), "workflow"),
            )
        ),
        Section(
            (
                Entry(_("Commissions"), reverse("console:commissions"), "receipt-text"),
                Entry(
                    _("Questions"),
                    reverse("console:questions"),
                    "message-circle-question-mark",
                    open_questions(program, member).count() or None,
                    due=True,
                ),
                Entry(
                    _("Tasks and perks"),
                    reverse("console:promises"),
                    "list-checks",
                    waiting_submissions(program, member).count() or None,
                    due=True,
                ),
                Entry(
                    _("Payouts"),
                    reverse("console:payouts"),
                    "wallet",
                    batches_due(program, member).count() or None,
                    due=True,
                ),
                Entry(_("Conversions"), reverse("console:conversions"), "shopping-bag"),
                Entry(_("Customers"), reverse("console:customers"), "user"),
                Entry(
                    _("Events"),
                    reverse("console:events"),
                    "inbox",
                    refused.count() or None,
                    due=True,
                ),
                Entry(
                    pgettext_lazy("accounting", "Ledger"),
                    reverse("console:ledger"),
                    "book-open-check",
                ),
            ),
            title=_("Money"),
        ),
        Section(
            (
                Entry(_("Groups"), reverse("console:terms"), "scroll-text"),
                Entry(_("Links"), reverse("console:links"), "link"),
                Entry(_("Tracking"), reverse("console:tracking"), "activity"),
            ),
            title=_("Program"),
        ),
        Section((Entry(_("Settings"), reverse("console:settings"), "settings"),), at_end=True),
    )


def _switcher(member: Member, program: Program | None, programs: Sequence[Program]) -> Switcher:
    choices = tuple(
        Choice(
            name=other.name,
            url=reverse("console:program-choice", args=[other.pk]),
            current=program is not None and other.pk == program.pk,
        )
        for other in programs
    )
    return Switcher(
        name=member.organization.name,
        note=f"{program.name} · {program.currency}" if program else "",
        choices=choices if len(choices) > 1 else (),
    )
