"""Orders and other conversions: credited or not, and why."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.activity.queries import history
from handsel.commissions.models import Commission
from handsel.console.forms.filters import ConversionFilters
from handsel.console.frame import program_or_404
from handsel.console.journey import journey_of
from handsel.console.paging import slice_of
from handsel.console.views.crediting import DECIDERS
from handsel.conversions.models import Conversion, Fact, ManualCredit, Touch
from handsel.conversions.queries import totals
from handsel.intake.models import InboxEvent
from handsel.organizations.access import MemberRequest, requires_member
from handsel.organizations.models import Member
from handsel.rows.querysets import OwnedQuerySet
from handsel.ui.tables import Cell, amount, csv_response


@require_GET
@requires_member
def conversions(request: MemberRequest) -> HttpResponse:
    """The latest first, those nobody is credited for included, with what all that fit add up to."""
    filters, found = _found(request)
    credited = found.prefetch_related("commissions__partner")
    context = {
        "filters": filters,
        "slice": slice_of(credited, "occurred_at", request),
        "totals": totals(found),
    }
    return render(request, "console/conversions/list.html", context)


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    """All that fit, as a table."""
    program = program_or_404(request)
    _filters, found = _found(request)
    columns = [
        _("Order"),
        _("Kind"),
        _("Ordered"),
        _("Paid for goods"),
        _("Sent back"),
        _("Currency"),
        _("State"),
        _("Why not credited"),
        _("Id"),
    ]
    rows: Iterator[list[Cell]] = (
        [
            row.order_reference,
            row.kind,
            row.occurred_at,
            amount(row.amount_minor, row.currency),
            amount(row.refunded_minor, row.currency),
            row.currency,
            row.status,
            row.reason,
            row.pk,
        ]
        for row in found.order_by("occurred_at", "pk")
    )
    return csv_response(f"{program.slug}-conversions", columns, rows)


def _found(request: MemberRequest) -> "tuple[ConversionFilters, OwnedQuerySet[Conversion]]":
    program = program_or_404(request)
    filters = ConversionFilters(request.GET, program=program)
    mine = Conversion.objects.visible_to(request.member).filter(program=program)
    return filters, filters.narrow(mine)


@require_GET
@requires_member
def conversion(request: MemberRequest, pk: str) -> HttpResponse:
    """What was told of it, what touched it, what it earns."""
    member = request.member
    mine = Conversion.objects.visible_to(member).filter(brand_id=member.organization_id)
    found = get_object_or_404(mine.select_related("program"), pk=pk)
    about = {"conversion": found}
    context = {
        **about,
        "crumbs": [
            (_("Conversions"), reverse("console:conversions")),
            (found.order_reference, ""),
        ],
        "facts": Fact.objects.visible_to(member).filter(**about).order_by("recorded_at", "pk"),
        "journey": journey_of(found, member),
        "has_touches": Touch.objects.visible_to(member).filter(**about).exists(),
        "commissions": Commission.objects.visible_to(member)
        .filter(**about)
        .select_related("partner", "conversion")
        .order_by("pk"),
        "events": InboxEvent.objects.visible_to(member).filter(**about).order_by("received_at"),
        "activities": history(member, found.pk)[:50],
        **_by_hand(found, member),
    }
    return render(request, "console/conversions/conversion.html", context)


def _by_hand(conversion: Conversion, member: Member) -> dict[str, object]:
    """The decision that stands, and for how many orders it was made."""
    standing = ManualCredit.objects.visible_to(member).filter(withdrawn_at=None)
    rows = standing.select_related("partnership__partner", "agreement", "decided_by__user")
    credit = rows.filter(conversion=conversion).order_by("-decided_at", "-pk").first()
    return {
        "credit": credit,
        "credited_total": standing.filter(decision=credit.decision).count() if credit else 0,
        "may_decide": member.may(*DECIDERS),
    }
