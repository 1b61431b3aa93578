"""The first steps on a new server: whose it is, what the program is for, the program, its terms."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from handsel.engine.terms import Clause, Terms, sentences
from handsel.organizations.services import (
    EmailTaken,
    SetupDone,
    SetupLinkNotValid,
    check_setup_token,
)
from handsel.programs.forms import TermsForm
from handsel.programs.services import shop_domain
from handsel.public.forms.start import CURRENCIES, GoalForm, ProgramForm, YouForm
from handsel.public.guessing import know_browser
from handsel.public.start.answers import STEPS, Answer, Answers
from handsel.public.start.goals import GOALS
from handsel.public.start.services import FirstProgram, Owner, begin
from handsel.public.views.invitations import BACKEND
from handsel.ui.refusals import status_of

URL_NAMES = {step: f"start-{step}" for step in STEPS}
TITLES = {
    "you": gettext_lazy("You"),
    "goal": gettext_lazy("Goal"),
    "program": gettext_lazy("Program"),
    "terms": gettext_lazy("Terms"),
}

StepView = Callable[[HttpRequest, str, Answers], HttpResponse]
View = Callable[[HttpRequest, str], HttpResponse]


def step(name: str) -> Callable[[StepView], View]:
    """A step of the four: needs the link of this server, and the steps before it."""

    def decorate(view: StepView) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            answers = Answers(request.session)
            try:
                check_setup_token(token)
                if not answers.reached(name):
                    return redirect(URL_NAMES[answers.first_missing()], token)
                return view(request, token, answers)
            except (SetupDone, SetupLinkNotValid) as refusal:
                words = {"error": refusal, "sign_in": isinstance(refusal, SetupDone)}
                return render(request, "public/closed.html", words, status=refusal.status)

        return never_cache(guarded)

    return decorate


@sensitive_post_parameters("password")
@step("you")
def you(request: HttpRequest, token: str, answers: Answers) -> HttpResponse:
    kept = answers.get("you")
    form = YouForm(request.POST or None, initial=kept, has_password="password_hash" in kept)
    if form.is_valid():
        answer = dict(form.cleaned_data)
        password = answer.pop("password")
        answer["password_hash"] = make_password(password) if password else kept["password_hash"]
        answers.keep("you", answer)
        return redirect("start-goal", token)
    return _page(request, token, "you", form)


@step("goal")
def goal(request: HttpRequest, token: str, answers: Answers) -> HttpResponse:
    form = GoalForm(request.POST or None, initial=answers.get("goal"))
    if form.is_valid():
        answers.keep("goal", form.cleaned_data)
        return redirect("start-program", token)
    return _page(request, token, "goal", form, goals=GOALS.values(), chosen=form["goal"].value())


@step("program")
def program(request: HttpRequest, token: str, answers: Answers) -> HttpResponse:
    kept = answers.get("program") or _program_suggested(answers.get("you"))
    form = ProgramForm(request.POST or None, initial=kept)
    if form.is_valid():
        answers.keep("program", form.cleaned_data)
        return redirect("start-terms", token)
    return _page(request, token, "program", form)


@step("terms")
def terms(request: HttpRequest, token: str, answers: Answers) -> HttpResponse:
    form = _terms_form(request, answers)
    if form.is_valid():
        return _finish(request, token, answers, form.terms())
    return _terms_page(request, token, answers, form)


@require_POST
@step("terms")
def words(request: HttpRequest, token: str, answers: Answers) -> HttpResponse:
    """The terms as they stand in the form, in plain sentences; nothing is kept."""
    form = _terms_form(request, answers)
    if getattr(request, "htmx", False):
        return render(request, "public/start/_words.html", {"clauses": _clauses(form)})
    return _terms_page(request, token, answers, form)


def _program_suggested(you: Answer) -> Answer:
    port = urlsplit(you["site_url"]).port
    domain = shop_domain(you["site_url"])
    return {
        "name": _("%(organization)s partners") % {"organization": you["organization_name"]},
        "site_url": you["site_url"],
        "domains": [f"{domain}:{port}" if port else domain],
        "currency": CURRENCIES.get((get_language() or "en").split("-")[0], "EUR"),
    }


def _terms_form(request: HttpRequest, answers: Answers) -> TermsForm:
    currency = answers.get("program")["currency"]
    suggested = GOALS[answers.get("goal")["goal"]].terms_in(currency)
    return TermsForm(request.POST or None, initial=suggested, currency=currency)


def _clauses(form: TermsForm) -> list[Clause]:
    """The terms in the form as numbered clauses; none while something in it is wrong."""
    if form.is_bound and not form.is_valid():
        return []
    return sentences(form.terms())


def _terms_page(
    request: HttpRequest, token: str, answers: Answers, form: TermsForm
) -> HttpResponse:
    chosen = GOALS[answers.get("goal")["goal"]]
    return _page(request, token, "terms", form, goal=chosen, clauses=_clauses(form))


def _page(
    request: HttpRequest, token: str, name: str, form: forms.Form, **context: object
) -> HttpResponse:
    here = STEPS.index(name)
    shown = {
        **context,
        "form": form,
        "token": token,
        "steps": [
            {
                "title": TITLES[each],
                "url_name": URL_NAMES[each],
                "done": place < here,
                "current": place == here,
            }
            for place, each in enumerate(STEPS)
        ],
        "number": here + 1,
    }
    return render(request, f"public/start/{name}.html", shown, status=status_of(form))


def _finish(request: HttpRequest, token: str, answers: Answers, terms: Terms) -> HttpResponse:
    program = answers.get("program")
    del program["currency"]  # the terms have it
    owner = Owner(**answers.get("you"), language=get_language() or "en")
    try:
        member = begin(
            token, owner, FirstProgram(**program, goal=answers.get("goal")["goal"], terms=terms)
        )
    except EmailTaken as refusal:
        messages.error(request, refusal.message)
        return redirect("start-you", token)
    answers.forget()
    login(request, member.user, backend=BACKEND)
    request.session["organization_id"] = member.organization_id
    messages.success(
        request, _("%(program)s is ready. Add a partner to begin.") % {"program": program["name"]}
    )
    answer = redirect("home")
    know_browser(request, answer, member.user.email)
    return answer
