"""Settings, Tracking domains: names of the brand's own on which its links answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from handsel.console.domains import domains_of, removed_of
from handsel.console.forms.tracking import DomainForm, FallbackForm
from handsel.console.frame import program_or_404
from handsel.console.views.settings import tabs
from handsel.domains import services
from handsel.domains.hosts import shown
from handsel.domains.models import TrackingDomain
from handsel.environment import environment
from handsel.errors import InvalidInput
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.ui.refusals import said_by_form, status_of

MANAGER = Member.Role.MANAGER


@require_http_methods(["GET", "POST"])
@requires_member
def domains(request: MemberRequest) -> HttpResponse:
    """All of the program's, with what their last check found; POST adds one."""
    program_or_404(request)
    return _add(request) if request.method == "POST" else _page(request, DomainForm())


@require_POST
@requires(MANAGER)
def check(request: MemberRequest, pk: str) -> HttpResponse:
    """Look at it now, in the background: the page follows."""
    return _back(services.ask_for_check(_domain(request, pk).pk))


@require_POST
@requires(MANAGER)
def primary(request: MemberRequest, pk: str) -> HttpResponse:
    domain = services.make_primary(_domain(request, pk).pk, actor=request.member)
    said = _("Links are written with %(host)s from now on.") % {"host": shown(domain.host)}
    messages.success(request, said)
    return _back(domain)


@require_POST
@requires(MANAGER)
def fallback(request: MemberRequest, pk: str) -> HttpResponse:
    domain = _domain(request, pk)
    form = FallbackForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(str(form.errors["fallback_url"][0]), field="fallback_url")
    services.change_fallback(domain.pk, **form.cleaned_data, actor=request.member)
    messages.success(request, _("Saved. Links know it within a second."))
    return _back(domain)


@require_POST
@requires(MANAGER)
def removal(request: MemberRequest, pk: str) -> HttpResponse:
    domain = services.remove_domain(_domain(request, pk).pk, actor=request.member)
    said = _("Removed. Links that were shared with %(host)s go on working while it leads here.")
    messages.success(request, said % {"host": shown(domain.host)})
    return redirect("console:domains")


@requires(MANAGER)
def _add(request: MemberRequest) -> HttpResponse:
    form = DomainForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            program = program_or_404(request)
            domain = services.add_domain(program, **form.cleaned_data, actor=request.member)
            return _back(domain)
    return _page(request, form)


def _page(request: MemberRequest, form: DomainForm) -> HttpResponse:
    program = program_or_404(request)
    context = {
        "tabs": tabs("domains", request.member),
        "domains": domains_of(program, request.member),
        "removed": removed_of(program, request.member),
        "form": form,
        "shared": environment().links_url.partition("://")[2],
        "may_change": request.member.may(MANAGER),
    }
    return render(request, "console/settings/domains.html", context, status=status_of(form))


def _domain(request: MemberRequest, pk: str) -> TrackingDomain:
    return get_object_or_404(TrackingDomain.objects.visible_to(request.member), pk=pk)


def _back(domain: TrackingDomain) -> HttpResponse:
    return redirect(f"{reverse('console:domains')}#{domain.pk}")
