"""Tasks to be done for a bonus, and perks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.commissions.settling.submissions import NothingToHandIn, hand_in, open_tasks
from handsel.organizations.access import (
    MemberRequest,
    ReaderRequest,
    requires,
    requires_reader,
)
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.portal.forms.promises import SubmissionForm
from handsel.portal.own import own, partnerships_of
from handsel.portal.promises import own_perks, own_submissions, tasks_shown
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 25
PERKS_MAX = 50


@require_GET
@requires_reader
def promises(request: ReaderRequest) -> HttpResponse:
    return _page(request)


@require_POST
@requires(Member.Role.MANAGER)
def new(request: MemberRequest, pk: str) -> HttpResponse:
    """Hand in proof; what is refused comes back in its form."""
    rows = own(Partnership.objects.all(), request.member)
    partnership = get_object_or_404(rows, pk=pk)
    task = next(
        (one for one in open_tasks(partnership) if str(one.place) == request.POST.get("place")),
        None,
    )
    if task is None:
        raise NothingToHandIn(
            _("Nothing can be handed in for this any more."),
            field="place",
            remedy=_("Choose one of the open tasks."),
        )
    form = SubmissionForm(request.POST, partnership=partnership, task=task)
    if form.is_valid():
        said = form.cleaned_data
        with said_by_form(form):
            hand_in(
                partnership,
                place=task.place,
                text=said.get("text", ""),
                url=said["url"],
                views=said.get("views") or 0,
                actor=request.member,
            )
            messages.success(request, _("Handed in. You read here what the brand says."))
            return redirect("portal:promises")
    return _page(request, form)


def _page(
    request: MemberRequest | ReaderRequest, refused: SubmissionForm | None = None
) -> HttpResponse:
    may_hand_in = isinstance(request.member, Member) and request.member.may(Member.Role.MANAGER)
    submissions = Paginator(own_submissions(request.member), PAGE_SIZE)
    context = {
        "tasks": tasks_shown(partnerships_of(request.member), refused),
        "page": submissions.get_page(request.GET.get("page")),
        "perks": own_perks(request.member)[:PERKS_MAX],
        "may_hand_in": may_hand_in,
    }
    return render(request, "portal/promises/list.html", context, status=status_of(refused))
