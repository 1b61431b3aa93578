"""A group's new terms offered to all of its partners: who would get what, and how it goes."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from handsel.console.forms.offers import OfferDays
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.partnerships.models import Offer, OfferRound, Partnership
from handsel.partnerships.rounds import begin_round, preview
from handsel.partnerships.tasks import wake_worker
from handsel.programs.models import Group
from handsel.programs.queries import latest_terms
from handsel.ui.refusals import said_by_form, status_of

SHOWN_MAX = 500


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def new(request: MemberRequest, pk: str) -> HttpResponse:
    """Who gains, who loses, who is left out; then the offers."""
    groups = Group.objects.visible_to(request.member).select_related("program")
    group = get_object_or_404(groups, pk=pk)
    version = latest_terms(group)
    form = OfferDays(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            begun = begin_round(version, actor=request.member, **form.days())
            wake_worker()
            return redirect("console:offer-round", begun.pk)
    found = preview(version)
    return render(
        request,
        "console/terms/round_new.html",
        {
            "group": group,
            "version": version,
            "form": form,
            "found": found,
            "currency": group.program.currency,
            "crumbs": _crumbs(group, _("Offer the terms")),
        },
        status=status_of(form),
    )


@require_GET
@requires_member
def one(request: MemberRequest, pk: str) -> HttpResponse:
    """How far it is, and what the partners answered."""
    rows = OfferRound.objects.visible_to(request.member)
    begun = get_object_or_404(rows.select_related("group_terms__group__program", "by__user"), pk=pk)
    group = begun.group_terms.group
    offers = Offer.objects.visible_to(request.member).filter(round=begun)
    answers = dict(offers.order_by().values_list("status").annotate(Count("pk")))
    partners = Partnership.objects.visible_to(request.member).select_related("partner")
    because = dict(begun.skipped)
    left_out = partners.filter(pk__in=list(because)[:SHOWN_MAX])
    return render(
        request,
        "console/terms/round.html",
        {
            "begun": begun,
            "group": group,
            "offers": offers.select_related("partner", "partnership").order_by("status", "pk")[
                :SHOWN_MAX
            ],
            "answers": [(status, answers.get(status, 0)) for status in Offer.Status.values],
            "skipped": [(row, because[row.pk]) for row in left_out],
            "crumbs": _crumbs(group, _("Offers")),
        },
    )


def _crumbs(group: Group, last: str) -> list[tuple[str, str]]:
    return [
        (_("Groups"), reverse("console:terms")),
        (group.name, reverse("console:group-terms", args=[group.pk])),
        (last, ""),
    ]
