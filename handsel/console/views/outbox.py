"""Letters to the people of this organization and those it invited, and whether they went out."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handsel.console.views.settings import tabs
from handsel.environment import environment
from handsel.mail.queries import letters_about
from handsel.organizations.access import MemberRequest, requires


@require_GET
@requires()
def letters(request: MemberRequest) -> HttpResponse:
    """The last hundred: to whom, about what, sent when, or why not. Not their text, which may
    hold a link that lets somebody in."""
    return render(
        request,
        "console/settings/letters.html",
        {
            "tabs": tabs("letters", request.member),
            "letters": letters_about(request.member.organization_id),
            "has_server": bool(environment().smtp_url),
        },
    )
