"""One partner: profile with the order example, links and codes, agreement, activity."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.console.examples import example_orders, order_example, refund_example
from handsel.console.forms.partners import NewCode, NewLink
from handsel.console.queries import figures_of, links_with_clicks
from handsel.engine.terms import sentences
from handsel.environment import environment
from handsel.errors import InvalidInput
from handsel.links.addresses import link_url
from handsel.links.services import create_code, create_link
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key, invite_member
from handsel.organizations.viewing import ROLES as VIEWING_ROLES
from handsel.partnerships.models import Partnership
from handsel.partnerships.queries import agreement_in_force, signed_by, terms_of
from handsel.partnerships.services import end_partnership, pause_partnership, resume_partnership
from handsel.ui.refusals import said_by_form

LATEST = 8
ACTIVITIES_MAX = 100


@require_GET
@requires_member
def profile(request: MemberRequest, pk: str) -> HttpResponse:
    """Figures, first link, code, and the order that shows all of it at work."""
    return _profile(request, _partnership(request, pk))


@require_POST
@requires(Member.Role.MANAGER)
def example_key(request: MemberRequest, pk: str) -> HttpResponse:
    """A key for trying the order example; it stands in the example on this one page."""
    partnership = _partnership(request, pk)
    _key, text = create_api_key(
        request.member,
        name=_("To try out"),
        scopes=[ApiKey.Scope.CONVERSIONS_WRITE, ApiKey.Scope.READ],
    )
    return _profile(request, partnership, key=text)


@require_GET
@requires_member
def links(request: MemberRequest, pk: str) -> HttpResponse:
    return _links(request, _partnership(request, pk), NewLink(), NewCode())


@require_POST
@requires(Member.Role.MANAGER)
def new_link(request: MemberRequest, pk: str) -> HttpResponse:
    partnership = _partnership(request, pk)
    form = NewLink(request.POST)
    if form.is_valid():
        with said_by_form(form):
            create_link(partnership, **form.cleaned_data, actor=request.member)
            return redirect("console:partner-links", pk)
    return _links(request, partnership, form, NewCode())


@require_POST
@requires(Member.Role.MANAGER)
def new_code(request: MemberRequest, pk: str) -> HttpResponse:
    partnership = _partnership(request, pk)
    form = NewCode(request.POST)
    if form.is_valid():
        with said_by_form(form):
            create_code(partnership, **form.cleaned_data, actor=request.member)
            return redirect("console:partner-links", pk)
    return _links(request, partnership, NewLink(), form)


@require_GET
@requires_member
def agreement(request: MemberRequest, pk: str) -> HttpResponse:
    """What was agreed, in plain words, and who signed it."""
    partnership = _partnership(request, pk)
    versions = partnership.agreements.prefetch_related("acceptances__member__user")
    return _page(request, partnership, "agreement", versions=versions.order_by("-version"))


@require_GET
@requires_member
def activity(request: MemberRequest, pk: str) -> HttpResponse:
    """Who did what with this partner, and why."""
    partnership = _partnership(request, pk)
    activities = (
        Activity.objects.visible_to(request.member)
        .filter(partner_id=partnership.partner_id)
        .select_related("actor__user")
        .order_by("-recorded_at")[:ACTIVITIES_MAX]
    )
    return _page(request, partnership, "activity", activities=activities)


@require_http_methods(["POST"])
@requires(Member.Role.MANAGER)
def state(request: MemberRequest, pk: str) -> HttpResponse:
    """Pause, resume or end; ending asks for a reason."""
    partnership = _partnership(request, pk)
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
    partnership = _partnership(request, pk)
    email = request.POST.get("email", "").strip() or partnership.partner.email
    if not email:
        raise InvalidInput(_("An invitation needs an e-mail address."), field="email")
    invite_member(partnership.partner, email=email, role=Member.Role.OWNER, actor=request.member)
    if _letters_stay(request.member):
        return redirect("console:letters")  # where it says that they are to be passed on by hand
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
    return redirect("console:partner", pk)


def _partnership(request: MemberRequest, pk: str) -> Partnership:
    own = Partnership.objects.visible_to(request.member).filter(
        brand_id=request.member.organization_id
    )
    return get_object_or_404(own.select_related("partner", "program", "group"), pk=pk)


def _letters_stay(member: Member) -> bool:
    """Whether letters wait to be passed on by hand, and this member may read them."""
    return not environment().smtp_url and member.may(Member.Role.OWNER)


def _profile(request: MemberRequest, partnership: Partnership, key: str = "") -> HttpResponse:
    first = partnership.links.filter(disabled_at=None).order_by("created_at").first()
    new, whole = example_orders(partnership)
    return _page(
        request,
        partnership,
        "profile",
        first_link=first,
        first_address=link_url(first) if first else "",
        codes=partnership.codes.filter(disabled_at=None).order_by("created_at"),
        order_example=order_example(partnership.program, first, key, new) if first else "",
        refund_example=refund_example(partnership.program, key, whole),
        key=key,
        figures=figures_of(partnership),
        letters_stay=_letters_stay(request.member),
        latest=partnership.commissions.select_related("conversion").order_by("-occurred_at")[
            :LATEST
        ],
    )


def _links(
    request: MemberRequest, partnership: Partnership, link_form: NewLink, code_form: NewCode
) -> HttpResponse:
    return _page(
        request,
        partnership,
        "links",
        links=links_with_clicks(partnership.links.order_by("created_at")),
        codes=partnership.codes.order_by("created_at"),
        link_form=link_form,
        code_form=code_form,
    )


def _page(
    request: MemberRequest, partnership: Partnership, tab: str, **context: object
) -> HttpResponse:
    version = (
        agreement_in_force(partnership, at=now())
        or partnership.agreements.order_by("-version").first()
    )
    terms = terms_of(version) if version else None
    return render(
        request,
        f"console/partners/{tab}.html",
        {
            "partnership": partnership,
            "currency": partnership.program.currency,
            "tabs": _tabs(partnership, tab),
            "crumbs": [
                (_("Partners"), reverse("console:partners")),
                (partnership.partner.name, ""),
            ],
            "version": version,
            "signed": signed_by(version) if version else "",
            "clauses": sentences(terms) if terms else [],
            "may_change": request.member.may(Member.Role.MANAGER),
            "may_view": request.member.may(*VIEWING_ROLES),
            **context,
        },
    )


def _tabs(partnership: Partnership, current: str) -> list[tuple[str, str, bool]]:
    """Label, address, and whether the reader is there."""
    named = {
        "profile": (_("Profile"), "console:partner"),
        "links": (_("Links and codes"), "console:partner-links"),
        "agreement": (_("Agreement"), "console:partner-agreement"),
        "activity": (_("Activity"), "console:partner-activity"),
    }
    return [
        (label, reverse(name, args=[partnership.pk]), tab == current)
        for tab, (label, name) in named.items()
    ]
