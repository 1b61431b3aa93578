"""An agreement: what it says, what it means in money, and signing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.clock import now
from handsel.engine.terms import canonical, sentences
from handsel.insights.health import health_of
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.partnerships.ending import give_notice, is_partners, withdraw_notice
from handsel.partnerships.example import worked_example
from handsel.partnerships.history import steps_of
from handsel.partnerships.models import Agreement, Offer, Partnership
from handsel.partnerships.parting import parting_of
from handsel.partnerships.pdf import agreement_pdf, file_name
from handsel.partnerships.queries import ending_of, open_offer, running_out, signed_by, terms_of
from handsel.partnerships.reminding import AGREEMENT_AHEAD
from handsel.partnerships.services import AgreementChanged, accept_agreement
from handsel.partnerships.wording import agreement_text, text_print
from handsel.portal.forms.leaving import LeavingForm
from handsel.portal.own import own, partnerships_of
from handsel.portal.programs import program_shown
from handsel.rows.querysets import ActsFor
from handsel.ui.refusals import said_by_form, status_of


@require_GET
@requires_reader
def agreements(request: ReaderRequest) -> HttpResponse:
    """Every program with its terms in a few words, who signed, and how it is doing."""
    partnerships = partnerships_of(request.member)
    healths = health_of(partnerships)
    waiting = own(Offer.objects.all(), request.member).filter(status="offered", agreement=None)
    offers = {offer.partnership_id: offer for offer in waiting}
    shown = [(program_shown(one), healths[one.pk], offers.get(one.pk)) for one in partnerships]
    context = {"programs": shown}
    return render(request, "portal/agreements/list.html", context)


@require_GET
@requires_reader
def agreement(request: ReaderRequest, pk: str) -> HttpResponse:
    """In plain sentences, with who signed it and the text they signed."""
    found = _agreement(request.member, pk)
    terms = terms_of(found)
    partnership = found.partnership
    signed = signed_by(found)
    steps = steps_of(partnership)
    announced = ending_of(partnership)
    is_open = "partner" not in signed and partnership.status != "ended"
    return render(
        request,
        "portal/agreements/agreement.html",
        {
            "agreement": found,
            "clauses": sentences(terms),
            "currency": terms.currency,
            "example": worked_example(terms, found.version),
            "signed": signed,
            "is_open": is_open,
            "may_sign": is_open and request.member.may(Member.Role.MANAGER),
            "text_sha256": text_print(agreement_text(terms)),
            "step": next(step for step in steps if step.version.pk == found.pk),
            "steps": steps,
            "health": health_of([partnership])[partnership.pk],
            "ending": announced,
            "may_keep": announced is not None
            and announced.finished_at is None
            and request.member.may(Member.Role.MANAGER)
            and is_partners(announced),
            "may_end": announced is None and request.member.may(Member.Role.MANAGER),
            "offer": open_offer(partnership),
            "notice_days": terms.ending.notice_days,
            "runs_out": found.valid_until if found in _running_out(partnership) else None,
        },
    )


@require_GET
@requires_reader
def pdf(request: ReaderRequest, pk: str) -> HttpResponse:
    """The agreement as a file to keep, in the reader's language."""
    found = _agreement(request.member, pk)
    response = HttpResponse(agreement_pdf(found, request.member), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(found)}"'
    return response


@require_GET
@requires_reader
def terms_json(request: ReaderRequest, pk: str) -> HttpResponse:
    """The terms as data, byte for byte what their print is made of."""
    found = _agreement(request.member, pk)
    response = HttpResponse(canonical(terms_of(found)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="terms-v{found.version}.json"'
    return response


@require_POST
@requires(Member.Role.MANAGER)
def acceptance(request: MemberRequest, pk: str) -> HttpResponse:
    """Sign what was on the page: these terms, in this text.

    The text is written again here, in the reader's language; were it another than the one they
    had before them, they would be asked to read again.
    """
    found = _agreement(request.member, pk)
    text = agreement_text(terms_of(found))
    if request.POST.get("text_sha256") != text_print(text):
        raise AgreementChanged(
            _("The text has changed since this page was opened."),
            field="text_sha256",
            remedy=_("Read the terms again, then sign."),
        )
    accept_agreement(
        found.pk,
        member=request.member,
        terms_digest=request.POST.get("terms_digest", ""),
        text=text,
        language=get_language() or "en",
    )
    messages.success(request, _("Signed. You have an agreement."))
    return redirect("portal:agreement", found.pk)


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def ending(request: MemberRequest, pk: str) -> HttpResponse:
    """What will happen if the partner ends it, and ending it with notice."""
    found = _agreement(request.member, pk)
    partnership = found.partnership
    form = LeavingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            said = form.cleaned_data
            give_notice(
                partnership.pk, ends_at=form.ends_at(), reason=said["reason"], actor=request.member
            )
            messages.success(request, _("Announced. They have a letter."))
            return redirect("portal:agreement", found.pk)
    context = {"agreement": found, "form": form, "parting": parting_of(partnership)}
    context["announced"] = ending_of(partnership)
    return render(request, "portal/agreements/ending.html", context, status=status_of(form))


@require_POST
@requires(Member.Role.MANAGER)
def ending_withdrawal(request: MemberRequest, pk: str) -> HttpResponse:
    """Take one's own notice back."""
    found = _agreement(request.member, pk)
    withdraw_notice(found.partnership_id, actor=request.member)
    messages.success(request, _("Taken back. The partnership goes on."))
    return redirect("portal:agreement", found.pk)


def _agreement(member: ActsFor, pk: str) -> Agreement:
    rows = own(Agreement.objects.all(), member).select_related("partnership__program", "brand")
    return get_object_or_404(rows.prefetch_related("acceptances__member__user"), pk=pk)


def _running_out(partnership: Partnership) -> list[Agreement]:
    rows = Partnership.objects.filter(pk=partnership.pk)
    return list(running_out(rows, until=now() + AGREEMENT_AHEAD))
