"""A partner who joins gets a link and a code at once: nobody should have to ask for them."""

from datetime import datetime

from django.db import transaction

from handsel.links.services import create_code, create_link, free_code
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import start_partnership
from handsel.programs.models import Group, Program
from handsel.rows.scope import as_system


@transaction.atomic
def add_partner(
    program: Program,
    *,
    name: str,
    email: str = "",
    site_url: str = "",
    country: str = "",
    kind: str = Partnership.Kind.CONTENT,
    group: Group | None = None,
    slug: str = "",
    code: str = "",
    actor: Member | None,
    text: str = "",
    language: str = "en",
    reads: str = "",
    valid_from: datetime | None = None,
) -> Partnership:
    """Make the partner's organization, its partnership, a first link to the shop and a code.

    `text` is what the brand signs, in `language`; the partner may read another one (`reads`).
    """
    with as_system():  # nobody's row yet: the partnership that comes next makes it visible
        partner = Organization.objects.create(
            name=name, email=email, site_url=site_url, country=country, language=reads or language
        )
    partnership = start_partnership(
        program,
        partner,
        kind=kind,
        group=group,
        actor=actor,
        text=text,
        language=language,
        valid_from=valid_from,
    )
    create_link(partnership, slug=slug, actor=actor)
    create_code(partnership, code=code or free_code(partnership), actor=actor)
    return partnership
