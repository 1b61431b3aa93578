"""An agreement: what it says, what it means in money, and signing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.clock import now
from handsel.engine.terms import canonical, sentences
from handsel.insights.health import health_of
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.partnerships.example import worked_example
from handsel.partnerships.history import steps_of
from handsel.partnerships.models import Agreement, Offer, Partnership
from handsel.partnerships.pdf import agreement_pdf, file_name
from handsel.partnerships.queries import ending_of, open_offer, running_out, signed_by, terms_of
from handsel.partnerships.reminding import AGREEMENT_AHEAD
from handsel.partnerships.services import AgreementChanged, accept_agreement
from handsel.partnerships.wording import agreement_text, text_print
from handsel.portal.own import own, partnerships_of
from handsel.portal.programs import program_shown
from handsel.rows.querysets import ActsFor


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
            "ending": ending_of(partnership),
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


def _agreement(member: ActsFor, pk: str) -> Agreement:
    rows = own(Agreement.objects.all(), member).select_related("partnership__program", "brand")
    return get_object_or_404(rows.prefetch_related("acceptances__member__user"), pk=pk)


def _running_out(partnership: Partnership) -> list[Agreement]:
    rows = Partnership.objects.filter(pk=partnership.pk)
    return list(running_out(rows, until=now() + AGREEMENT_AHEAD))
