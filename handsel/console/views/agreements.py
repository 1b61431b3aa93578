"""A partner's agreement in the console: its versions, offers of other terms, and its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.clock import now
from handsel.console.forms.offers import EndingForm, OfferForm, end_of
from handsel.console.offered_draft import draft_data, draft_for
from handsel.console.views.record import partnership_or_404, record_page
from handsel.drafts.services import note_offered
from handsel.engine.terms import Terms, canonical, differences, sentences
from handsel.engine.terms.differences import effect_of
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.partnerships.ending import give_notice, is_partners, withdraw_notice
from handsel.partnerships.history import steps_of
from handsel.partnerships.models import Agreement, Ending, Offer, Partnership
from handsel.partnerships.offering import make_offer, withdraw_offer
from handsel.partnerships.parting import parting_of
from handsel.partnerships.pdf import agreement_pdf, file_name
from handsel.partnerships.planning import Plan, plan
from handsel.partnerships.queries import (
    ending_of,
    latest_version,
    open_offer,
    running_out,
    terms_of,
)
from handsel.partnerships.reminding import AGREEMENT_AHEAD
from handsel.partnerships.renewing import refuse_same
from handsel.partnerships.services import end_partnership
from handsel.partnerships.versions import Signature
from handsel.partnerships.wording import agreement_text
from handsel.programs.forms import initial_of
from handsel.ui.refusals import said_by_form, status_of

OFFERS_MAX = 20


@require_GET
@requires_member
def agreement(request: MemberRequest, pk: str) -> HttpResponse:
    """Every version in plain words with what it changed, who signed it, and what is on offer."""
    partnership = partnership_or_404(request, pk)
    offers = partnership.offers.select_related("base", "by__user").order_by("-made_at")
    ahead = now() + AGREEMENT_AHEAD
    runs_out = running_out(Partnership.objects.filter(pk=partnership.pk), until=ahead).first()
    offer, announced = open_offer(partnership), ending_of(partnership)
    return record_page(
        request,
        partnership,
        "agreement",
        steps=steps_of(partnership),
        offer=offer,
        changes=differences(terms_of(offer.base), terms_of(offer)) if offer else [],
        offers=offers.exclude(status=Offer.Status.OFFERED)[:OFFERS_MAX],
        ending=announced,
        may_keep=may_keep(announced),
        runs_out=runs_out.valid_until if runs_out else None,
    )


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def offer_new(request: MemberRequest, pk: str) -> HttpResponse:
    """Other terms for this partner: first what they would change, then the signature."""
    partnership = partnership_or_404(request, pk)
    last = latest_version(partnership)
    base = terms_of(last)
    draft = draft_for(request, partnership)
    written = {"as_data": draft_data(draft)} if draft else {}
    form = OfferForm(request.POST or None, base=base, initial=initial_of(base) | written)
    look: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            if request.POST.get("step") == "send":
                _send(request, partnership, form)
                if draft is not None:
                    note_offered(draft.pk)
                messages.success(request, _("Signed and sent. The partner reads it next."))
                return redirect("console:partner-agreement", pk)
            refuse_same(last, form.terms())
            look = _look(base, form)
    page = record_page(
        request,
        partnership,
        "offer",
        form=form,
        last=last,
        has_open=open_offer(partnership) is not None,
        **look,
    )
    page.status_code = status_of(form)
    return page


@require_POST
@requires(Member.Role.MANAGER)
def offer_withdrawal(request: MemberRequest, pk: str) -> HttpResponse:
    found = get_object_or_404(_offers(request), pk=pk)
    withdraw_offer(found.pk, actor=request.member, reason=request.POST.get("reason", "")[:2000])
    messages.success(request, _("Withdrawn. The terms in force stay as they are."))
    return redirect("console:partner-agreement", found.partnership_id)


@require_GET
@requires_member
def pdf(request: MemberRequest, pk: str) -> HttpResponse:
    found = _agreement(request, pk)
    response = HttpResponse(agreement_pdf(found, request.member), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(found)}"'
    return response


@require_GET
@requires_member
def terms_json(request: MemberRequest, pk: str) -> HttpResponse:
    """The terms as data, byte for byte what their print is made of."""
    found = _agreement(request, pk)
    response = HttpResponse(canonical(terms_of(found)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="terms-v{found.version}.json"'
    return response


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def ending(request: MemberRequest, pk: str) -> HttpResponse:
    """What will happen if it ends, and ending it."""
    partnership = partnership_or_404(request, pk)
    form, announced = EndingForm(request.POST or None), ending_of(partnership)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            _end(request, partnership, form)
            return redirect("console:partner-agreement", pk)
    page = record_page(
        request,
        partnership,
        "ending",
        form=form,
        parting=parting_of(partnership),
        announced=announced,
        may_keep=may_keep(announced),
    )
    page.status_code = status_of(form)
    return page


@require_POST
@requires(Member.Role.MANAGER)
def ending_withdrawal(request: MemberRequest, pk: str) -> HttpResponse:
    partnership = partnership_or_404(request, pk)
    withdraw_notice(partnership.pk, actor=request.member)
    messages.success(request, _("Taken back. The partnership goes on."))
    return redirect("console:partner-agreement", pk)


def may_keep(announced: Ending | None) -> bool:
    """Whether it is the brand's own notice, for this partnership alone, and still to come."""
    if announced is None or announced.finished_at or announced.of_program_id:
        return False
    return not is_partners(announced)


def _look(base: Terms, form: OfferForm) -> dict[str, Any]:
    """What stands in the form, as it would be offered."""
    terms, days = form.terms(), form.days()
    found = differences(base, terms)
    effect = effect_of(found)
    planned: Plan = plan(
        base,
        effect,
        at=now(),
        better_at_once=days["better_at_once"],
        valid_from=days["valid_from"],
        expires_at=days["expires_at"],
    )
    return {
        "look": True,
        "found": found,
        "effect": effect,
        "plan": planned,
        "clauses": sentences(terms),
        "ends_without": days["if_unanswered"] == Offer.Unanswered.END,
    }


def _send(request: MemberRequest, partnership: Partnership, form: OfferForm) -> None:
    terms = form.terms()
    make_offer(
        partnership.pk,
        terms,
        brand=Signature(request.member, agreement_text(terms), get_language() or "en"),
        valid_until=end_of(form.cleaned_data["valid_until"]),
        **form.days(),
    )


def _end(request: MemberRequest, partnership: Partnership, form: EndingForm) -> None:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["how"] == "at_once":
        end_partnership(partnership.pk, actor=request.member, reason=reason)
        messages.success(request, _("Ended. What was earned stays owed."))
    else:
        ends_at = form.ends_at()
        give_notice(partnership.pk, ends_at=ends_at, reason=reason, actor=request.member)
        messages.success(request, _("Announced. The partner has a letter."))


def _offers(request: MemberRequest) -> Any:
    return Offer.objects.visible_to(request.member).filter(brand_id=request.member.organization_id)


def _agreement(request: MemberRequest, pk: str) -> Agreement:
    own = Agreement.objects.visible_to(request.member)
    rows = own.filter(brand_id=request.member.organization_id)
    rows = rows.select_related("partnership__program", "partnership__partner", "brand")
    return get_object_or_404(rows.prefetch_related("acceptances__member__user"), pk=pk)
