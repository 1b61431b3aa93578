"""Lifetime customers: whose orders are a partner's without a click, and people's say in that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.activity.queries import history
from handsel.clock import now
from handsel.commissions.crediting.customers import assign_customer, end_binding, move_customer
from handsel.console.forms.crediting import AssignForm, BindingFilters, EndForm
from handsel.console.frame import program_or_404
from handsel.console.paging import slice_of
from handsel.console.views.crediting import DECIDERS
from handsel.conversions.models import Conversion
from handsel.customers.models import Binding, BindingQuerySet, Customer
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.ui.refusals import said_by_form, status_of


@require_GET
@requires_member
def bindings(request: MemberRequest) -> HttpResponse:
    """The latest first, those that are over included."""
    program = program_or_404(request)
    filters = BindingFilters(request.GET, program=program)
    at = now()
    mine = _own(request).filter(program=program, released_at=None)
    found = filters.narrow(mine, at).select_related("partner", "customer")
    context = {
        "filters": filters,
        "slice": slice_of(found, "since", request),
        "running": mine.running(at).count(),
        "at": at,
    }
    return render(request, "console/customers/bindings.html", context)


@require_GET
@requires_member
def binding(request: MemberRequest, pk: str) -> HttpResponse:
    """How it came about, until when it holds, and what a person can do about it."""
    return _page(request, _binding_or_404(request, pk))


@require_POST
@requires(*DECIDERS)
def ending(request: MemberRequest, pk: str) -> HttpResponse:
    found = _binding_or_404(request, pk)
    form = EndForm(request.POST, prefix="end")
    if form.is_valid():
        with said_by_form(form):
            end_binding(found.pk, reason=form.cleaned_data["reason"], actor=request.member)
            messages.success(request, _("Ended. What was earned until now stays."))
            return redirect("console:binding", pk)
    return _page(request, found, end=form)


@require_POST
@requires(*DECIDERS)
def move(request: MemberRequest, pk: str) -> HttpResponse:
    found = _binding_or_404(request, pk)
    form = AssignForm(request.POST, program=found.program, prefix="move")
    if form.is_valid():
        with said_by_form(form):
            new = move_customer(
                found.pk,
                form.partnership,
                reason=form.cleaned_data["reason"],
                actor=request.member,
            )
            messages.success(request, _("Moved. It holds for orders from now on."))
            return redirect("console:binding", new.pk)
    return _page(request, found, move=form)


@require_http_methods(["GET", "POST"])
@requires(*DECIDERS)
def assignment(request: MemberRequest, pk: str) -> HttpResponse:
    """A customer is a partner's from now on."""
    mine = Customer.objects.visible_to(request.member).select_related("program")
    found = get_object_or_404(mine, pk=pk)
    form = AssignForm(request.POST or None, program=found.program)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            assign_customer(
                found,
                form.partnership,
                reason=form.cleaned_data["reason"],
                actor=request.member,
            )
            messages.success(request, _("Assigned. It holds for orders from now on."))
            return redirect("console:customer", pk)
    context = {
        "customer": found,
        "form": form,
        "crumbs": [
            (found.shop_customer_id or _("A buyer without a shop id"), _address(found)),
            (_("Assign to a partner"), ""),
        ],
    }
    page = render(request, "console/customers/assignment.html", context)
    page.status_code = status_of(form)
    return page


def _page(request: MemberRequest, found: Binding, **forms: "EndForm | AssignForm") -> HttpResponse:
    first = Conversion.objects.visible_to(request.member).filter(pk=found.conversion_id).first()
    context = {
        "binding": found,
        "first": first,
        "at": now(),
        "is_running": found.is_running(now()),
        "may_decide": request.member.may(*DECIDERS),
        "end": EndForm(prefix="end"),
        "move": AssignForm(program=found.program, prefix="move"),
        "activities": history(request.member, found.pk)[:50],
        "crumbs": [
            (_("Lifetime customers"), reverse("console:bindings")),
            (found.customer.shop_customer_id or _("A buyer without a shop id"), ""),
        ],
        **forms,
    }
    page = render(request, "console/customers/binding.html", context)
    page.status_code = status_of(*forms.values())
    return page


def _own(request: MemberRequest) -> BindingQuerySet:
    mine = request.member.organization_id
    return Binding.objects.visible_to(request.member).filter(brand_id=mine)


def _binding_or_404(request: MemberRequest, pk: str) -> Binding:
    rows = _own(request).select_related("customer", "partner", "program", "made_by__user")
    return get_object_or_404(rows.select_related("ended_by__user"), pk=pk)


def _address(customer: Customer) -> str:
    return reverse("console:customer", args=[customer.pk])
