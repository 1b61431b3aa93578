"""Letters about agreements: what is offered, answered, announced, and about to run out.

What the other side decides is written to those who may answer it: owners and managers.
"""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.clock import now
from handsel.environment import environment
from handsel.organizations.models import Member
from handsel.partnerships.models import Agreement, Ending, Offer, Partnership
from handsel.rows.scope import as_system
from handsel.ui.moments import day_text_full

ROLES = (Member.Role.OWNER, Member.Role.MANAGER)


class Letter(StrEnum):
    """What is told. The first four go to the partner, `accepted` and `declined` to the brand."""

    OFFERED = "offered"
    STARTED = "started"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REMINDED = "reminded"
    ACCEPTED = "accepted"
    DECLINED = "declined"


TO_BRAND = frozenset({Letter.ACCEPTED, Letter.DECLINED})


def write_of_offer(offer: Offer, kind: Letter) -> None:
    to_brand = kind in TO_BRAND
    with as_system():
        partnership = _parties(offer.partnership_id)
    page = (
        f"console/partners/{partnership.pk}/agreement/"
        if to_brand
        else f"portal/agreements/offers/{offer.pk}/"
    )
    _write(
        partnership.brand_id if to_brand else partnership.partner_id,
        f"offer_{kind.value}",
        {
            "program": partnership.program.name,
            "partner": partnership.partner.name,
            "brand": partnership.brand.name,
            "offer": offer,
            "page": page,
        },
        starts_at=offer.agreement.valid_from if offer.agreement else offer.valid_from,
        expires_at=offer.expires_at,
    )


def write_of_ending(ending: Ending) -> None:
    """To the other side: the end is announced, or the announcement taken back."""
    with as_system():
        partnership = _parties(ending.partnership_id)
        mine = {"pk": ending.by_id, "organization": partnership.partner_id}
        by_partner = Member.objects.filter(**mine).exists()
    page = f"console/partners/{partnership.pk}/agreement/" if by_partner else "portal/agreements/"
    _write(
        partnership.brand_id if by_partner else partnership.partner_id,
        "notice_withdrawn" if ending.withdrawn_at else "notice",
        {
            "program": partnership.program.name,
            "side": (partnership.partner if by_partner else partnership.brand).name,
            "by_partner": by_partner,
            "reason": ending.reason,
            "page": page,
        },
        ends_at=ending.ends_at,
        tail_until=ending.tail_until,
    )


def write_of_running_out(agreement: Agreement) -> None:
    """To both sides: nothing is agreed for the time after it."""
    with as_system():
        partnership = _parties(agreement.partnership_id)
    pages = {
        partnership.brand_id: f"console/partners/{partnership.pk}/agreement/",
        partnership.partner_id: f"portal/agreements/{agreement.pk}/",
    }
    for organization_id, page in pages.items():
        _write(
            organization_id,
            "running_out",
            {
                "program": partnership.program.name,
                "partner": partnership.partner.name,
                "to_brand": organization_id == partnership.brand_id,
                "page": page,
            },
            ends_at=agreement.valid_until,
        )


def _parties(pk: str) -> Partnership:
    return Partnership.objects.select_related("program", "partner", "brand").get(pk=pk)


def _write(
    organization_id: str, letter: str, words: dict[str, object], **moments: datetime | None
) -> None:
    """One to each of them, in the language they read."""
    with as_system():
        members = Member.objects.filter(organization=organization_id, role__in=ROLES).active()
        readers = [member.user for member in members.select_related("user")]
    url = f"{environment().pages_url}/{words['page']}"
    for reader in readers:
        with override(reader.language):
            days = {
                name: day_text_full(moment.date()) if moment else ""
                for name, moment in moments.items()
            }
            begun = {
                f"{name}_is_past": moment is not None and moment <= now()
                for name, moment in moments.items()
            }
            context = {**words, **days, **begun, "url": url}
            subject = _subject(letter) % context
            text = render_to_string(f"partnerships/{letter}.txt", context)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reader.email])


def _subject(letter: str) -> str:
    return {
        "offer_offered": _("%(program)s offers you new terms"),
        "offer_started": _("%(program)s pays you on better terms"),
        "offer_withdrawn": _("%(program)s has withdrawn its offer"),
        "offer_lapsed": _("The offer of %(program)s has run out"),
        "offer_reminded": _("The offer of %(program)s runs out on %(expires_at)s"),
        "offer_accepted": _("%(partner)s has accepted your offer"),
        "offer_declined": _("%(partner)s has declined your offer"),
        "notice": _("%(side)s ends your partnership in %(program)s on %(ends_at)s"),
        "notice_withdrawn": _("Your partnership in %(program)s goes on"),
        "running_out": _("The agreement with %(program)s runs out on %(ends_at)s"),
    }[letter]
