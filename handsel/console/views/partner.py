"""One partner: profile, commissions, links and codes, agreements, payouts, questions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.clicks.filtered import DAYS, filtered_by_reason
from handsel.clicks.models import ClickTotal
from handsel.commissions.queries import totals
from handsel.commissions.settling.brought import brought_by
from handsel.console.examples import example_orders, order_example, refund_example
from handsel.console.forms.partners import NewCode, NewLink
from handsel.console.forms.settling import AdjustmentForm, BroughtForm
from handsel.console.needs import BEGINNER_COMMISSIONS
from handsel.console.paging import slice_of
from handsel.console.performance import standing_of
from handsel.console.periods import period_until_today
from handsel.console.profile import MEASURES, agreement_of, course_of, measure_of
from handsel.console.queries import links_with_clicks
from handsel.console.selling import selling_of
from handsel.console.story import KINDS, story_of
from handsel.console.views.record import partnership_or_404, record_page
from handsel.environment import environment
from handsel.errors import InvalidInput
from handsel.insights.health import health_of
from handsel.insights.models import PartnerNote
from handsel.links.addresses import link_url
from handsel.links.services import create_code, create_link
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key, invite_member
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import end_partnership, pause_partnership, resume_partnership
from handsel.payouts.queries import payee_of, payout_of_commissions, payouts_of
from handsel.postbacks.queries import postbacks_of
from handsel.relations.queries import questions_of, with_open_questions
from handsel.ui.moments import period_text
from handsel.ui.refusals import said_by_form, status_of

LATEST = 8
# From so many clicks on, a partner who has sold nothing is looked at as the others are.
BEGINNER_CLICKS = 100
STORY_SHORT, STORY_WHOLE = 8, 100
NOTES_MAX = 20
PAGE_SIZE = 50
DECIDERS = (Member.Role.MANAGER, Member.Role.FINANCE)


@require_GET
@requires_member
def profile(request: MemberRequest, pk: str) -> HttpResponse:
    """How it goes; for a partnership that has hardly begun also the order that shows how."""
    return _profile(request, partnership_or_404(request, pk))


@require_POST
@requires(Member.Role.MANAGER)
def example_key(request: MemberRequest, pk: str) -> HttpResponse:
    """A key for trying the order example; it stands in the example on this one page."""
    partnership = partnership_or_404(request, pk)
    _key, text = create_api_key(
        request.member,
        name=_("To try out"),
        scopes=[ApiKey.Scope.CONVERSIONS_WRITE, ApiKey.Scope.READ],
    )
    return _profile(request, partnership, key=text)


@require_GET
@requires_member
def commissions(request: MemberRequest, pk: str) -> HttpResponse:
    """What it earned, the latest first."""
    return commissions_page(request, partnership_or_404(request, pk))


def commissions_page(
    request: MemberRequest,
    partnership: Partnership,
    *,
    adjusting: AdjustmentForm | None = None,
    bringing: BroughtForm | None = None,
) -> HttpResponse:
    """With the forms that were refused, if one was."""
    brought = brought_by(partnership)
    said_by = brought.partnership_id if brought else ""
    rows = with_open_questions(partnership.commissions.select_related("partner", "conversion"))
    page = slice_of(rows, "occurred_at", request)
    response = record_page(
        request,
        partnership,
        "commissions",
        slice=page,
        payouts=payout_of_commissions(row.pk for row in page.rows),
        totals=totals(partnership.commissions.all()),
        may_decide=request.member.may(*DECIDERS),
        adjusting=adjusting or AdjustmentForm(currency=partnership.program.currency),
        bringing=bringing or BroughtForm(partnership=partnership, initial={"bringer": said_by}),
        brought=brought,
    )
    response.status_code = status_of(adjusting, bringing)
    return response


@require_GET
@requires_member
def links(request: MemberRequest, pk: str) -> HttpResponse:
    return _links(request, partnership_or_404(request, pk), NewLink(), NewCode())


@require_POST
@requires(Member.Role.MANAGER)
def new_link(request: MemberRequest, pk: str) -> HttpResponse:
    partnership = partnership_or_404(request, pk)
    form = NewLink(request.POST)
    if form.is_valid():
        with said_by_form(form):
            create_link(partnership, **form.cleaned_data, actor=request.member)
            return redirect("console:partner-links", pk)
    return _links(request, partnership, form, NewCode())


@require_POST
@requires(Member.Role.MANAGER)
def new_code(request: MemberRequest, pk: str) -> HttpResponse:
    partnership = partnership_or_404(request, pk)
    form = NewCode(request.POST)
    if form.is_valid():
        with said_by_form(form):
            create_code(partnership, **form.cleaned_data, actor=request.member)
            return redirect("console:partner-links", pk)
    return _links(request, partnership, NewLink(), form)


@require_GET
@requires_member
def payouts(request: MemberRequest, pk: str) -> HttpResponse:
    """What was paid, is on its way, or did not arrive."""
    partnership = partnership_or_404(request, pk)
    found = Paginator(payouts_of(request.member, partnership=partnership), PAGE_SIZE)
    page = found.get_page(request.GET.get("page"))
    payee = payee_of(partnership.partner)
    return record_page(request, partnership, "payouts", page=page, payee=payee)


@require_GET
@requires_member
def questions(request: MemberRequest, pk: str) -> HttpResponse:
    """What was asked about its amounts."""
    partnership = partnership_or_404(request, pk)
    found = Paginator(questions_of(request.member, partnership=partnership), PAGE_SIZE)
    page = found.get_page(request.GET.get("page"))
    return record_page(request, partnership, "questions", page=page)


@require_GET
@requires_member
def story(request: MemberRequest, pk: str) -> HttpResponse:
    """All that both sides have agreed, paid and asked."""
    partnership = partnership_or_404(request, pk)
    return record_page(
        request, partnership, "story", **_story(request, partnership, limit=STORY_WHOLE)
    )


@require_http_methods(["POST"])
@requires(Member.Role.MANAGER)
def state(request: MemberRequest, pk: str) -> HttpResponse:
    """Pause, resume or end; ending asks for a reason."""
    partnership = partnership_or_404(request, pk)
    reason = request.POST.get("reason", "")
    match request.POST.get("to"):
        case "paused":
            pause_partnership(partnership.pk, actor=request.member, reason=reason)
        case "active":
            resume_partnership(partnership.pk, actor=request.member)
        case "ended":
            end_partnership(partnership.pk, actor=request.member, reason=reason)
        case _:
            raise InvalidInput(_("Choose what is to happen."), field="to")
    return redirect("console:partner", pk)


@require_POST
@requires(Member.Role.MANAGER)
def invitation(request: MemberRequest, pk: str) -> HttpResponse:
    """Invite the partner's first person to their own pages."""
    partnership = partnership_or_404(request, pk)
    email = request.POST.get("email", "").strip() or partnership.partner.email
    if not email:
        raise InvalidInput(_("An invitation needs an e-mail address."), field="email")
    invite_member(partnership.partner, email=email, role=Member.Role.OWNER, actor=request.member)
    if _letters_stay(request.member):
        return redirect("console:letters")  # where it says that they are to be passed on by hand
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
    return redirect("console:partner", pk)


def _letters_stay(member: Member) -> bool:
    """Whether letters wait to be passed on by hand, and this member may read them."""
    return not environment().smtp_url and member.may(Member.Role.OWNER)


def _profile(request: MemberRequest, partnership: Partnership, key: str = "") -> HttpResponse:
    period = period_until_today("30")
    notes = PartnerNote.objects.visible_to(request.member).filter(partnership=partnership)
    measure = measure_of(request.GET.get("measure", ""))
    return record_page(
        request,
        partnership,
        "profile",
        period=period,
        dates=period_text(period.first, period.last),
        standing=standing_of(partnership, period),
        measures=[(code, name, code == measure) for code, name in MEASURES.items()],
        course=course_of(partnership, measure),
        selling=selling_of(partnership, period),
        agreement=agreement_of(partnership),
        health=health_of([partnership])[partnership.pk],
        notes=notes.select_related("author__user").order_by("-written_at")[:NOTES_MAX],
        payee=payee_of(partnership.partner),
        codes=partnership.codes.filter(disabled_at=None).order_by("created_at"),
        letters_stay=_letters_stay(request.member),
        **_story(request, partnership, limit=STORY_SHORT),
        **_beginning(partnership, key),
    )


def _beginning(partnership: Partnership, key: str) -> dict[str, object]:
    """For a partnership that has brought hardly anything yet: its link, and how to try it."""
    latest = list(
        partnership.commissions.select_related("conversion").order_by("-occurred_at")[:LATEST]
    )
    days = ClickTotal.objects.filter(partnership_id=partnership.pk)
    clicks = days.aggregate(all=Sum("clicks"))["all"] or 0
    if (len(latest) >= BEGINNER_COMMISSIONS or clicks >= BEGINNER_CLICKS) and not key:
        return {"begins": False}
    first = partnership.links.filter(disabled_at=None).order_by("created_at").first()
    new, whole = example_orders(partnership)
    return {
        "begins": True,
        "latest": latest,
        "first_link": first,
        "first_address": link_url(first) if first else "",
        "order_example": order_example(partnership.program, first, key, new) if first else "",
        "refund_example": refund_example(partnership.program, key, whole),
        "key": key,
    }


def _story(request: MemberRequest, partnership: Partnership, *, limit: int) -> dict[str, object]:
    told = request.GET.get("story", "")
    kind = told if told in KINDS else ""
    return {
        "story": story_of(partnership, request.member, kind=kind, limit=limit),
        "story_kinds": [(code, name, code == kind) for code, name in KINDS.items()],
    }


def _links(
    request: MemberRequest, partnership: Partnership, link_form: NewLink, code_form: NewCode
) -> HttpResponse:
    page = record_page(
        request,
        partnership,
        "links",
        links=links_with_clicks(partnership.links.order_by("created_at")),
        codes=partnership.codes.order_by("created_at"),
        link_form=link_form,
        code_form=code_form,
        filtered=filtered_by_reason(request.member, partnership_id=partnership.pk),
        days=DAYS,
        postbacks=postbacks_of(partnership),
    )
    page.status_code = status_of(link_form, code_form)
    return page
