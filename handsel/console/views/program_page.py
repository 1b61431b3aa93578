"""The page that strangers read of the program: what it says, how it looks, whether it is there."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handsel.console.forms.applications import ProgramPageForm
from handsel.console.frame import program_or_404
from handsel.console.views.settings import tabs
from handsel.environment import environment
from handsel.errors import InvalidInput
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.programs.models import Program, ProgramPage
from handsel.programs.page import change_page, hide_page, publish_page
from handsel.programs.queries import first_group, terms_of
from handsel.recruiting.page import draft_page, guess_of
from handsel.ui.refusals import said_by_form, status_of
from handsel.ui.wording.terms.short import best_pay

MANAGER = Member.Role.MANAGER
SAID = ("headline", "pitch", "loved", "forbidden", "reader")
WANTED = ("kinds_wanted", "countries_wanted", "reach_min")


@require_http_methods(["GET", "POST"])
@requires_member
def page(request: MemberRequest) -> HttpResponse:
    """What the page says; a program without one finds a draft to begin with."""
    program = program_or_404(request)
    if request.method == "POST":
        return _change(request, program)
    return _rendered(request, program, ProgramPageForm(initial=_said(request, program)))


@require_POST
@requires(MANAGER)
def publication(request: MemberRequest) -> HttpResponse:
    """Show the page to everybody, or take it away again."""
    program = program_or_404(request)
    match request.POST.get("to"):
        case "published":
            publish_page(program.pk, actor=request.member)
            messages.success(request, _("Published. Everybody who has the address can read it."))
        case "hidden":
            hide_page(program.pk, actor=request.member)
            messages.success(request, _("Hidden. What has been applied for still waits for you."))
        case _:
            raise InvalidInput(_("Choose what is to happen."), field="to")
    return redirect("console:settings-page")


@require_GET
@requires_member
def preview(request: MemberRequest) -> HttpResponse:
    """The page as strangers see it, or would."""
    program = program_or_404(request)
    shown = draft_page(program, request.member)
    if shown is None:
        raise Http404
    words = {
        "page": shown,
        "guess": guess_of(shown.record, request.GET.get("readers", "")),
        "back_url": reverse("console:settings-page"),
        "published": _page_of(request, program).published_at is not None,
    }
    return render(request, "public/program/page.html", words)


@requires(MANAGER)
def _change(request: MemberRequest, program: Program) -> HttpResponse:
    form = ProgramPageForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            change_page(program.pk, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Saved."))
            return redirect("console:settings-page")
    return _rendered(request, program, form)


def _page_of(request: MemberRequest, program: Program) -> ProgramPage:
    """The program's page; one that nobody has written yet is not in the database."""
    found = ProgramPage.objects.visible_to(request.member).filter(program=program).first()
    return found or _suggested(program)


def _suggested(program: Program) -> ProgramPage:
    blanks = {"brand": program.brand.name, "rate": best_pay(terms_of(first_group(program)))}
    return ProgramPage(
        program=program,
        brand=program.brand,
        headline=_("Share %(brand)s, earn %(rate)s of every order") % blanks,
        pitch=_(
            "You tell the story, we pay for what it brings, and you can check every cent of it."
        ),
        loved=[
            _("Your own photos and honest words, also critical ones"),
            _("A clear “ad” where the law asks for it"),
        ],
        forbidden=[
            _("Ads on our name in search engines"),
            _("Codes that were not given to you"),
            _("Clicks nobody meant to make"),
        ],
    )


def _said(request: MemberRequest, program: Program) -> dict[str, object]:
    found = _page_of(request, program)
    said = {name: getattr(found, name) for name in (*SAID, *WANTED)}
    said["reach_min"] = found.reach_min or None
    return {**said, "slug": program.slug, "answer_days": program.answer_days}


def _rendered(request: MemberRequest, program: Program, form: ProgramPageForm) -> HttpResponse:
    found = _page_of(request, program)
    return render(
        request,
        "console/settings/page.html",
        {
            "tabs": tabs("settings-page", request.member),
            "form": form,
            "page": found,
            "written": not found._state.adding,
            "address": environment().pages_url + reverse("program", args=[program.slug]),
            "may_change": request.member.may(MANAGER),
        },
        status=status_of(form),
    )
