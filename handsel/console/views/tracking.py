"""Is my tracking working? A click of one's own, followed from the link to the receipt; the roads by
which orders arrive, each ready to copy, and how they are doing."""

from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.console import examples
from handsel.console.forms.tracking import SecretForm
from handsel.console.frame import program_or_404
from handsel.console.trying.attempt import Try, begin_try, current_try, make_link
from handsel.console.trying.facts import Read, read_facts
from handsel.console.trying.roads import lag_words, roads_of, script_hosts
from handsel.console.trying.steps import steps_of
from handsel.domains.models import TrackingDomain
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key
from handsel.programs.models import Program


@require_GET
@requires_member
def tracking(request: MemberRequest) -> HttpResponse:
    return _page(request)


@require_GET
@requires_member
def progress(request: MemberRequest) -> HttpResponse:
    """The steps anew, where something has happened since they were `seen`; else nothing."""
    program = program_or_404(request)
    context = _steps(request, program, current_try(request, program))
    if context["seen"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    context |= _health(request, program)
    return HttpResponse(render_to_string("console/tracking/_progress.html", context))


@require_POST
@requires(Member.Role.MANAGER)
def try_link(request: MemberRequest) -> HttpResponse:
    """A link to try, of a partner of its own."""
    program = program_or_404(request)
    link = make_link(program, request.member)
    begin_try(request, program, link.pk)
    return redirect("console:tracking")


@require_POST
@requires_member
def again(request: MemberRequest) -> HttpResponse:
    """Forget the click at hand and wait for another, of the same link."""
    program = program_or_404(request)
    link = current_try(request, program).link
    begin_try(request, program, link.pk if link else "")
    return redirect("console:tracking")


@require_POST
@requires(Member.Role.MANAGER)
def key(request: MemberRequest) -> HttpResponse:
    """A key for the order to try; it stands in the example on this one page."""
    scopes = [ApiKey.Scope.CONVERSIONS_WRITE, ApiKey.Scope.READ]
    _key, text = create_api_key(request.member, name=_("To try out"), scopes=scopes)
    return _page(request, key=text)


def _page(request: MemberRequest, key: str = "") -> HttpResponse:
    program = program_or_404(request)
    attempt = current_try(request, program)
    may_change = request.member.may(Member.Role.MANAGER)
    steps = _steps(request, program, attempt)
    click_id = steps["read"].click.click_id if steps["read"].click else ""
    context = {
        **steps,
        **_health(request, program),
        **_orders(program, attempt, key, click_id),
        "key": key,
        "script": examples.script_example(program),
        "calls": _calls(program),
        "variants": _variants(program),
        "secret": program.postback_secret if may_change else "",
        "secret_form": SecretForm(),
        "may_change": may_change,
    }
    return render(request, "console/tracking/page.html", context)


def _steps(request: MemberRequest, program: Program, attempt: Try) -> dict[str, Any]:
    read = read_facts(attempt, program, request.member)
    steps = steps_of(read)
    current = next((one for one in steps if one.state == "now"), None)
    return {
        "attempt": attempt,
        "read": read,
        "steps": steps,
        "current": current,
        "is_done": read.commission is not None,
        "lag": lag_words([at] if (at := read.facts.intake_passed_at) else []),
        "seen": _seen(read, steps),
    }


def _seen(read: Read, steps: list[Any]) -> str:
    """Tells a state of the page from another."""
    shown = [(one.key, one.state, [two.said for two in one.findings]) for one in steps]
    conversion = read.conversion
    behind = [conversion and (conversion.pk, conversion.status), len(read.facts.events)]
    return sha256(repr((shown, behind)).encode()).hexdigest()[:16]


def _health(request: MemberRequest, program: Program) -> dict[str, Any]:
    return {
        "roads": roads_of(program, request.member),
        "hosts": script_hosts(program, request.member),
        "domains": TrackingDomain.objects.visible_to(request.member)
        .current()
        .filter(program=program)
        .order_by("host"),
    }


def _calls(program: Program) -> list[tuple[str, str]]:
    """What the shop's pages say to the script, each with when."""
    return [
        (_("When the visitor says what may be measured"), examples.consent_call_example()),
        (_("When something is put into the basket"), examples.basket_call_example()),
        (_("On the page that thanks the buyer"), examples.order_call_example(program)),
    ]


def _variants(program: Program) -> list[tuple[str, str]]:
    """The script for shops of other kinds."""
    found = [
        (_("Your consent manager speaks IAB TCF"), examples.consent_tcf_example(program)),
        (_("You use Google Consent Mode"), examples.consent_gcm_example(program)),
        (_("Nothing may be kept in the browser"), examples.cookieless_example(program)),
    ]
    if len(program.domains) > 1:
        found.append((_("Your shop has several domains"), examples.domains_example(program)))
    return found


def _orders(program: Program, attempt: Try, key: str, click_id: str) -> dict[str, str]:
    """An order by each road that needs no script: by API, with the click before it, through the
    link of the try; as a postback; as a pixel."""
    order, by_api = examples.FIRST_ORDER, ""
    if attempt.link is not None:
        order, _last = examples.example_orders(attempt.link.partnership)
        by_api = examples.order_example(program, attempt.link, key, order, attempt.address)
    return {
        "order_example": by_api,
        "postback": examples.postback_example(program, click_id, order),
        "pixel": examples.pixel_example(program, click_id, order),
    }
