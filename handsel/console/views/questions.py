"""Questions about amounts: what waits for an answer, one thread beside its sum, and answering."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.commissions.models import Commission
from handsel.commissions.receipt import receipt
from handsel.console.frame import program_or_404
from handsel.console.views.commissions import own_commissions
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.payouts.queries import way_of
from handsel.programs.models import Program
from handsel.relations.card import ACTORS, card_of, card_on
from handsel.relations.forms import AnswerForm, AskPartnerForm, MessageForm
from handsel.relations.models import Question
from handsel.relations.queries import commission_of, open_questions, questions_of
from handsel.relations.services import answer as answer_question
from handsel.relations.services import ask, release, say, settle, withdraw, withhold
from handsel.ui.refusals import said_by_form, status_of
from handsel.ui.wording.commissions import name_of

PAGE_SIZE = 50
CLOSED = (Question.State.SETTLED, Question.State.WITHDRAWN)


@require_GET
@requires_member
def questions(request: MemberRequest) -> HttpResponse:
    """What waits for the brand, what waits for partners, what is closed; due first."""
    program = program_or_404(request)
    shown = request.GET.get("state", "")
    lists = _lists(request, program)
    shown = shown if shown in lists else "open"
    page = Paginator(lists[shown], PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": f"state={shown}&",
        "shown": shown,
        "tabs": [
            (label, f"?state={name}", name == shown, lists[name].count())
            for name, label in (
                ("open", _("For you to answer")),
                ("partner", _("With the partner")),
                ("closed", _("Closed")),
            )
        ],
    }
    return render(request, "console/questions/list.html", context)


@require_GET
@requires_member
def question(request: MemberRequest, pk: str) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_http_methods(["GET", "POST"])
@requires(*ACTORS)
def new(request: MemberRequest, pk: str) -> HttpResponse:
    """Ask the partner about a commission."""
    found = get_object_or_404(own_commissions(request).select_related("program", "partner"), pk=pk)
    form = AskPartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            asked = ask(found, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Your question is on its way."))
            return redirect("console:question", asked.pk)
    card = card_on(found, request.member, "console", form)
    crumbs = [
        (_("Commissions"), reverse("console:commissions")),
        (name_of(found), reverse("console:commission", args=[pk])),
        (_("Question it"), ""),
    ]
    context = {
        "card": card,
        "receipt": receipt(found, request.member, way_of(found)),
        "crumbs": crumbs,
    }
    return render(request, "console/questions/new.html", context, status=status_of(form))


@require_POST
@requires(*ACTORS)
def answer(request: MemberRequest, pk: str) -> HttpResponse:
    found = _found(request, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            answer_question(found.pk, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Your answer is on its way."))
            return _back(request, found)
    return _page(request, found, {"answer": form})


@require_POST
@requires(*ACTORS)
def message(request: MemberRequest, pk: str) -> HttpResponse:
    found = _found(request, pk)
    form = MessageForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            say(found.pk, **form.cleaned_data, actor=request.member)
            return _back(request, found)
    return _page(request, found, {"say": form})


@require_POST
@requires(*ACTORS)
def settlement(request: MemberRequest, pk: str) -> HttpResponse:
    return _done(request, pk, lambda found: settle(found.pk, actor=request.member), _("Settled."))


@require_POST
@requires(*ACTORS)
def withdrawal(request: MemberRequest, pk: str) -> HttpResponse:
    said = _("The question is taken back.")
    return _done(request, pk, lambda found: withdraw(found.pk, actor=request.member), said)


@require_POST
@requires(*ACTORS)
def withholding(request: MemberRequest, pk: str) -> HttpResponse:
    said = _("Withheld until the question is closed or you release it.")
    return _done(request, pk, lambda found: withhold(found.pk, actor=request.member), said)


@require_POST
@requires(*ACTORS)
def letting_go(request: MemberRequest, pk: str) -> HttpResponse:
    return _done(request, pk, lambda found: release(found.pk, actor=request.member), _("Released."))


def _own(request: MemberRequest) -> "QuerySet[Question]":
    """Those of the brand the member works for; as a partner they have the portal."""
    rows = questions_of(request.member).filter(brand_id=request.member.organization_id)
    return rows.select_related("conversion")


def _found(request: MemberRequest, pk: str) -> Question:
    return get_object_or_404(_own(request), pk=pk)


def _lists(request: MemberRequest, program: Program) -> dict[str, "QuerySet[Question]"]:
    rows = _own(request).filter(program=program)
    waiting = Q(state=Question.State.OPEN, side="brand") | Q(state=Question.State.ANSWERED)
    return {
        "open": open_questions(program, request.member).select_related("conversion"),
        "partner": rows.filter(waiting).order_by("answer_due_on", "asked_at", "pk"),
        "closed": rows.filter(state__in=CLOSED).order_by("-closed_at", "-pk"),
    }


def _about(question: Question, credited: Commission | None) -> str:
    """The order, or what else the commission is paid for."""
    if question.conversion is not None:
        return question.conversion.order_reference
    return name_of(credited) if credited else ""


def _page(
    request: MemberRequest, found: Question, said: dict[str, Form] | None = None
) -> HttpResponse:
    rows = own_commissions(request).filter(commission_of(found))
    credited = rows.select_related(
        "partnership__partner", "program", "agreement", "conversion"
    ).first()
    context = {
        "question": found,
        "card": card_of(found, request.member, "console", said=said),
        "receipt": receipt(credited, request.member, way_of(credited)) if credited else None,
        "crumbs": [
            (_("Questions"), reverse("console:questions")),
            (_about(found, credited), ""),
        ],
    }
    status = status_of(*(said or {}).values())
    return render(request, "console/questions/question.html", context, status=status)


def _done(
    request: MemberRequest, pk: str, act: Callable[[Question], Question], said: str
) -> HttpResponse:
    found = _found(request, pk)
    act(found)
    messages.success(request, said)
    return _back(request, found)


def _back(request: MemberRequest, found: Question) -> HttpResponse:
    """To the receipt, for who acted there, or to the question's own page."""
    if request.POST.get("from") == "receipt" and found.commission_id:
        return redirect(f"{reverse('console:commission', args=[found.commission_id])}#question")
    return redirect("console:question", found.pk)
