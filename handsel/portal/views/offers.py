"""An offer of new terms: what would change first, then the whole text, then the answer."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.engine.terms import Clause, Terms, differences, sentences
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.partnerships.example import worked_example
from handsel.partnerships.models import Offer
from handsel.partnerships.offering import accept_offer, decline_offer
from handsel.partnerships.queries import terms_of
from handsel.partnerships.services import AgreementChanged
from handsel.partnerships.wording import agreement_text, clause_text, text_print
from handsel.portal.own import own
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of the offer beside what today's agreement says in its place; either may be none."""

    now: str
    offered: str

    @property
    def is_same(self) -> bool:
        return self.now == self.offered


@require_GET
@requires_reader
def offer(request: ReaderRequest, pk: str) -> HttpResponse:
    """Open, it can be answered here; later it says what became of it."""
    found = _offer(request.member, pk)
    terms, today = terms_of(found), terms_of(found.base)
    may_sign = found.is_open and request.member.may(Member.Role.MANAGER)
    return render(
        request,
        "portal/agreements/offer.html",
        {
            "offer": found,
            "differences": differences(today, terms),
            "pairs": _pairs(today, terms),
            "clauses": sentences(terms),
            "currency": terms.currency,
            "example": worked_example(terms, found.base.version + 1),
            "before": worked_example(today, found.base.version),
            "may_sign": may_sign,
            "text_sha256": text_print(agreement_text(terms)),
        },
    )


@require_POST
@requires(Member.Role.MANAGER)
def acceptance(request: MemberRequest, pk: str) -> HttpResponse:
    """Sign what was on the page; see `agreements.acceptance`."""
    found = _offer(request.member, pk)
    text = agreement_text(terms_of(found))
    if request.POST.get("text_sha256") != text_print(text):
        raise AgreementChanged(
            _("The text has changed since this page was opened."),
            field="text_sha256",
            remedy=_("Read the terms again, then sign."),
        )
    version = accept_offer(
        found.pk,
        member=request.member,
        terms_digest=request.POST.get("terms_digest", ""),
        text=text,
        language=get_language() or "en",
    )
    messages.success(request, _("Signed. You have an agreement."))
    return redirect("portal:agreement", version.pk)


@require_POST
@requires(Member.Role.MANAGER)
def refusal(request: MemberRequest, pk: str) -> HttpResponse:
    """Decline it, with a word for the brand if one likes."""
    found = _offer(request.member, pk)
    reason = request.POST.get("reason", "")[:2000]
    decline_offer(found.pk, actor=request.member, reason=reason)
    messages.success(request, _("Declined. Your terms of today stay as they are."))
    return redirect("portal:offer", found.pk)


def _offer(member: ActsFor, pk: str) -> Offer:
    rows = own(Offer.objects.all(), member)
    rows = rows.select_related("partnership__program", "brand", "base", "agreement")
    return get_object_or_404(rows, pk=pk)


def _pairs(today: Terms, offered: Terms) -> list[Pair]:
    """Clause beside clause: by what they are about, and in the order of the offer."""
    old, new = _by_subject(today), _by_subject(offered)
    subjects = [*new, *(subject for subject in old if subject not in new)]
    return [Pair(old.get(subject, ""), new.get(subject, "")) for subject in subjects]


def _by_subject(terms: Terms) -> dict[tuple[str, int], str]:
    """The nth clause of each kind: numbers move where a rule comes or goes."""
    found: dict[tuple[str, int], str] = {}
    clauses: list[Clause] = sentences(terms)
    for clause in clauses:
        nth = sum(code == clause.code for code, _nth in found)
        found[clause.code, nth] = clause_text(clause, terms.currency)
    return found
