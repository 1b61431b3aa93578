"""A try: a link with a word of its own in it, by which its click is told from all others."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.links.addresses import link_url
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.links.services import free_slug_for
from handsel.organizations.access import MemberRequest
from handsel.organizations.models import Member
from handsel.partnerships.models import not_ended
from handsel.programs.models import Program

KEPT_AS = "tracking_try"
LINKS_MAX = 30
OWN_SLUG = "try-"
Kept = dict[str, Any]


@dataclass(frozen=True)
class Try:
    """`token` is in the first sub-id of the link's address; `links` are those to choose among."""

    token: str
    began_at: datetime
    link: Link | None
    links: list[Link]

    @property
    def address(self) -> str:
        return f"{link_url(self.link)}?s1={self.token}" if self.link else ""

    @property
    def has_own(self) -> bool:
        """Whether there is a link that was made to be tried."""
        return any(_is_for_trying(one) for one in self.links)


def current_try(request: MemberRequest, program: Program) -> Try:
    """The try of this session, begun with the first look; a link that is chosen begins another."""
    kept: Kept = request.session.get(KEPT_AS, {})
    chosen = request.GET.get("link", "")
    if kept.get("program") != program.pk or (chosen and chosen != kept.get("link")):
        kept = begin_try(request, program, chosen)
    links = list(_links(program, request.member)[:LINKS_MAX])
    link = next((one for one in links if one.pk == kept["link"]), None)
    return Try(
        token=kept["token"],
        began_at=datetime.fromisoformat(kept["began_at"]),
        link=link or next(iter(links), None),
        links=links,
    )


def begin_try(request: MemberRequest, program: Program, link: str) -> Kept:
    kept = {
        "program": program.pk,
        "link": link,
        "token": f"try-{secrets.token_hex(4)}",
        "began_at": now().isoformat(),
    }
    request.session[KEPT_AS] = kept
    return kept


def make_link(program: Program, actor: Member) -> Link:
    """A link of a partner of its own, who stands for whoever tries."""
    slug = free_slug_for(OWN_SLUG + program.slug)
    partnership = add_partner(program, name=_("Trying it out"), slug=slug, actor=actor)
    return partnership.links.get()


def _is_for_trying(link: Link) -> bool:
    return link.slug.startswith(OWN_SLUG + link.program.slug)


def _links(program: Program, member: Member) -> Any:
    """That work, the newest first."""
    links = Link.objects.visible_to(member).filter(
        not_ended("partnership__"),
        program=program,
        disabled_at=None,
        partnership__paused_at=None,
    )
    return links.select_related("partner", "partnership", "program").order_by("-created_at", "-pk")
