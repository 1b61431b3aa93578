"""The partner's questions about amounts, and the brand's to the partner."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.commissions.models import Commission
from handsel.commissions.receipt import receipt
from handsel.conversions.models import Touch
from handsel.organizations.access import (
    MemberRequest,
    ReaderRequest,
    requires,
    requires_reader,
)
from handsel.organizations.viewing import Reader
from handsel.payouts.queries import way_of
from handsel.portal.not_credited import uncredited
from handsel.portal.own import own
from handsel.relations.card import ACTORS, card_of, card_on, card_on_missed
from handsel.relations.forms import AnswerForm, AskForm, AskMissedForm, MessageForm
from handsel.relations.models import Question
from handsel.relations.queries import commission_of, questions_of
from handsel.relations.services import answer as answer_question
from handsel.relations.services import ask, say, settle, withdraw
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 50
State = Question.State


@require_GET
@requires_reader
def questions(request: ReaderRequest) -> HttpResponse:
    """What waits for the partner, then what waits for the brand, then what is closed."""
    rows = _own(request.member).annotate(place=_place()).order_by("place", "-asked_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "portal/questions/list.html", {"page": page})


@require_GET
@requires_reader
def question(request: ReaderRequest, pk: str) -> HttpResponse:
    return _page(request, _found(request.member, pk))


@require_http_methods(["GET", "POST"])
@requires(*ACTORS)
def new(request: MemberRequest, pk: str) -> HttpResponse:
    """Ask about a commission."""
    rows = _commissions(request.member)
    found = get_object_or_404(rows, pk=pk)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            asked = ask(found, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Your question is on its way."))
            return _to_receipt(asked)
    context = {
        "card": card_on(found, request.member, "portal", form),
        "receipt": receipt(found, request.member, way_of(found)),
        "back_url": reverse("portal:earning", args=[pk]),
    }
    return render(request, "portal/questions/new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(*ACTORS)
def new_missed(request: MemberRequest, pk: str) -> HttpResponse:
    """Ask about an order that was not credited."""
    rows: QuerySet[Touch] = uncredited(request.member)
    touch = get_object_or_404(rows.select_related("partnership__program__brand"), pk=pk)
    form = AskMissedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            asked = ask(touch, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Your question is on its way."))
            return redirect("portal:question", asked.pk)
    context = {
        "card": card_on_missed(touch, request.member, form),
        "back_url": reverse("portal:not-credited-receipt", args=[pk]),
    }
    return render(request, "portal/questions/new.html", context, status=status_of(form))


@require_POST
@requires(*ACTORS)
def answer(request: MemberRequest, pk: str) -> HttpResponse:
    found = _found(request.member, pk)
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
    found = _found(request.member, pk)
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


def _own(reader: Reader) -> "QuerySet[Question]":
    return own(questions_of(reader), reader)


def _place() -> Case:
    """Where a question stands in the partner's list: its own turn first, what is closed last."""
    mine = Q(side="partner", state=State.ANSWERED) | Q(side="brand", state=State.OPEN)
    return Case(
        When(mine, then=Value(0)),
        When(state__in=(State.OPEN, State.ANSWERED), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _found(reader: Reader, pk: str) -> Question:
    return get_object_or_404(_own(reader), pk=pk)


def _commissions(reader: Reader) -> "QuerySet[Commission]":
    return own(Commission.objects.all(), reader).select_related(
        "partnership__partner", "program", "agreement", "conversion", "brand", "partner"
    )


def _page(
    request: ReaderRequest | MemberRequest, found: Question, said: dict[str, Form] | None = None
) -> HttpResponse:
    commission = _commissions(request.member).filter(commission_of(found)).first()
    missed = None
    if commission is None:
        missed = uncredited(request.member).filter(conversion=found.conversion_id).first()
    context = {
        "question": found,
        "card": card_of(found, request.member, "portal", said=said),
        "receipt": receipt(commission, request.member, way_of(commission)) if commission else None,
        "missed": missed,
    }
    status = status_of(*(said or {}).values())
    return render(request, "portal/questions/question.html", context, status=status)


def _done(
    request: MemberRequest, pk: str, act: Callable[[Question], Question], said: str
) -> HttpResponse:
    found = _found(request.member, pk)
    act(found)
    messages.success(request, said)
    return _back(request, found)


def _back(request: MemberRequest, found: Question) -> HttpResponse:
    """To the receipt, for who acted there, or to the question's own page."""
    if request.POST.get("from") == "receipt" and found.commission_id:
        return _to_receipt(found)
    return redirect("portal:question", found.pk)


def _to_receipt(found: Question) -> HttpResponse:
    return redirect(f"{reverse('portal:earning', args=[found.commission_id])}#question")
