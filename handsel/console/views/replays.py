"""What terms that are being written would have changed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from handsel.console.editing import editor_of
from handsel.console.frame import program_or_404
from handsel.drafts.models import Draft
from handsel.insights.forms import MonthsFilter
from handsel.insights.replay import Scope, last_months, prepared, replay
from handsel.insights.replay_shown import replay_shown
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership


@require_GET
@requires(Member.Role.MANAGER)
def of_draft(request: MemberRequest, pk: str) -> HttpResponse:
    """For whom the draft is: a group, a partnership, or else everybody. What is no terms yet is
    looked at in the editor."""
    visible = Draft.objects.visible_to(request.member).filter(program=program_or_404(request))
    draft = get_object_or_404(visible.select_related("program", "group", "partnership"), pk=pk)
    editor = editor_of(draft)
    terms = editor.judged.terms
    if terms is None or not editor.judged.is_fit:
        return redirect("console:terms-draft", draft.pk)
    filters = MonthsFilter(request.GET)
    context = {
        "draft": draft,
        "title": editor.title,
        "filters": filters,
        "crumbs": [editor.back, (editor.title, reverse("console:terms-draft", args=[draft.pk]))],
    }
    if prepared(draft.program):
        since, until = last_months(terms.time_zone, filters.months_number)
        scope = Scope(draft.program, group=draft.group, partnership=draft.partnership)
        names = dict(
            Partnership.objects.visible_to(request.member)
            .filter(program=draft.program)
            .values_list("pk", "partner__name")
        )
        context["replay"] = replay_shown(replay(scope, terms, since, until), names)
    return render(request, "console/replays/replay.html", context)
