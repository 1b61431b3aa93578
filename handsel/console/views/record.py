"""The frame around every page about one partner: who it is, the tabs, what may be done."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.organizations.access import MemberRequest
from handsel.organizations.models import Member
from handsel.organizations.viewing import ROLES as VIEWING_ROLES
from handsel.partnerships.models import Partnership
from handsel.payouts.queries import payouts_of
from handsel.relations.queries import questions_of

WRITERS = (Member.Role.MANAGER, Member.Role.FINANCE)


# Pages that belong to a tab without being it.
WITHIN = {"offer": "agreement", "ending": "agreement"}


class Tab(NamedTuple):
    """`total` is None where there is nothing to count."""

    label: str
    url: str
    here: bool
    total: int | None = None


def partnership_or_404(request: MemberRequest, pk: str) -> Partnership:
    """One of the brand's own; as a partner the member has the portal."""
    own = Partnership.objects.visible_to(request.member).filter(
        brand_id=request.member.organization_id
    )
    return get_object_or_404(own.select_related("partner", "program", "group"), pk=pk)


def record_page(
    request: MemberRequest, partnership: Partnership, tab: str, **context: object
) -> HttpResponse:
    """`console/partners/<tab>.html` in its frame."""
    return render(
        request,
        f"console/partners/{tab}.html",
        {
            "partnership": partnership,
            "site": urlsplit(partnership.partner.site_url).netloc,
            "currency": partnership.program.currency,
            "tabs": _tabs(request.member, partnership, WITHIN.get(tab, tab)),
            "crumbs": [
                (_("Partners"), reverse("console:partners")),
                (partnership.partner.name, ""),
            ],
            "may_change": request.member.may(Member.Role.MANAGER),
            "may_write": request.member.may(*WRITERS),
            "may_view": request.member.may(*VIEWING_ROLES),
            **context,
        },
    )


def _tabs(member: Member, partnership: Partnership, current: str) -> list[Tab]:
    named: dict[str, tuple[str, str, int | None]] = {
        "profile": (_("Profile"), "console:partner", None),
        "commissions": (
            _("Commissions"),
            "console:partner-commissions",
            partnership.commissions.count(),
        ),
        "links": (
            _("Links"),
            "console:partner-links",
            partnership.links.count() + partnership.codes.count(),
        ),
        "agreement": (
            _("Agreements"),
            "console:partner-agreement",
            partnership.agreements.count(),
        ),
        "payouts": (
            _("Payouts"),
            "console:partner-payouts",
            payouts_of(member, partnership=partnership).count(),
        ),
        "questions": (
            _("Questions"),
            "console:partner-questions",
            questions_of(member, partnership=partnership).count(),
        ),
    }
    return [
        Tab(label, reverse(name, args=[partnership.pk]), tab == current, count)
        for tab, (label, name, count) in named.items()
    ]
