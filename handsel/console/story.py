"""A partnership's story: what both sides have agreed, paid and asked, and the brand's own notes.

What happens with every order (counted, approved) stands on receipts and not here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.activity.models import Activity
from handsel.activity.wording import done
from handsel.commissions.queries import EARNED, OF_ORDER
from handsel.engine.terms import differences
from handsel.insights.models import PartnerNote
from handsel.organizations.models import Member
from handsel.partnerships.models import Acceptance, Agreement, Partnership
from handsel.partnerships.queries import terms_of
from handsel.payouts.models import Payout
from handsel.ui.figures import money_text
from handsel.ui.wording import words

KINDS: dict[str, Promise] = {
    "": gettext_lazy("All"),
    "terms": gettext_lazy("Terms"),
    "money": gettext_lazy("Money"),
    "talk": gettext_lazy("Talk"),
}
# Activities that are told as they are, with their icon and tone.
VERBS: dict[str, dict[str, tuple[str, str]]] = {
    "terms": {
        "partnership.paused": ("circle-pause", "warn"),
        "partnership.resumed": ("circle-play", ""),
        "partnership.ended": ("circle-minus", "bad"),
        "partnership.notice-given": ("calendar-clock", "warn"),
        "partnership.notice-withdrawn": ("undo-2", ""),
        "offer.made": ("handshake", "brand"),
        "offer.declined": ("x", "partner"),
        "offer.withdrawn": ("undo-2", "brand"),
        "offer.lapsed": ("hourglass", ""),
    },
    "money": {
        "commission.withheld": ("eye", "warn"),
        "commission.released": ("check", "ok"),
        "commission.declined": ("x", "bad"),
    },
    "talk": {
        "question.asked": ("message-circle", "partner"),
        "question.answered": ("message-square", "brand"),
        "question.promised": ("calendar-clock", "brand"),
        "question.settled": ("handshake", "ok"),
        "question.withdrawn": ("undo-2", ""),
        "question.reopened": ("message-circle", "partner"),
    },
    "": {
        "link.created": ("link", ""),
        "link.disabled": ("unlink", ""),
        "code.created": ("ticket-percent", ""),
        "code.disabled": ("ban", ""),
        "member.joined": ("user-plus", ""),
        "partnership.viewed": ("eye", ""),
    },
}
PAID: dict[str, tuple[Promise, str, str]] = {
    Payout.Status.PAID: (gettext_lazy("Paid %(amount)s"), "banknote", "ok"),
    Payout.Status.FAILED: (gettext_lazy("Payout of %(amount)s failed"), "circle-alert", "bad"),
    Payout.Status.RETURNED: (gettext_lazy("Payout of %(amount)s came back"), "undo-2", "bad"),
}
PAGES = {"que": "console:question", "com": "console:commission"}


@dataclass(frozen=True)
class Happening:
    """`signed` draws the seal in place of an icon; `is_own` is what the partner does not see."""

    at: datetime
    title: str
    text: str = ""
    icon: str = ""
    tone: str = ""
    url: str = ""
    signed: str = ""
    is_own: bool = False


def story_of(
    partnership: Partnership, member: Member, *, kind: str = "", limit: int
) -> list[Happening]:
    """The latest first; `kind` is one of KINDS."""
    found: list[Happening] = list(_activities(partnership, member, kind, limit))
    if kind in {"", "terms"}:
        found += _agreements(partnership)
        found.append(_beginning(partnership))
    if kind in {"", "money"}:
        found += _payouts(partnership, member, limit)
    if kind in {"", "talk"}:
        found += _notes(partnership, member, limit)
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _activities(
    partnership: Partnership, member: Member, kind: str, limit: int
) -> Iterator[Happening]:
    looks = VERBS[kind] if kind else {k: v for some in VERBS.values() for k, v in some.items()}
    rows = (
        Activity.objects.visible_to(member)
        .filter(brand=partnership.brand_id, partner=partnership.partner_id, verb__in=list(looks))
        .select_related("actor__user")
        .order_by("-recorded_at")[:limit]
    )
    for row in rows:
        icon, tone = looks[row.verb]
        who = _who(row, partnership)
        text = _("%(who)s: “%(reason)s”") % {"who": who, "reason": row.reason}
        named = " · ".join(
            part for part in (who, row.data.get("slug") or row.data.get("code")) if part
        )
        yield Happening(
            at=row.recorded_at,
            title=done(row.verb),
            text=text if row.reason else named,
            icon=icon,
            tone=tone,
            url=_page_of(row.subject_id),
        )


def _who(row: Activity, partnership: Partnership) -> str:
    """A colleague by name, the partner's people as the partner: theirs are not ours to name."""
    if row.actor and row.actor.organization_id == partnership.brand_id:
        return str(row.actor.user)
    return partnership.partner.name if row.actor_id else _("Handsel")


def _page_of(subject_id: str) -> str:
    page = PAGES.get(subject_id.partition("_")[0])
    return reverse(page, args=[subject_id]) if page else ""


def _agreements(partnership: Partnership) -> Iterator[Happening]:
    """Each version once: when the second side had signed it, or else since when it is offered."""
    rows = partnership.agreements.prefetch_related("acceptances").order_by("version")
    versions: list[Agreement] = list(rows)
    changes = {new.pk: _changes(old, new) for old, new in pairwise(versions)}
    for version in versions:
        signatures: list[Acceptance] = list(version.acceptances.all())
        both = len(signatures) == len(Acceptance.Side)
        number = {"number": version.version}
        yield Happening(
            at=max((one.accepted_at for one in signatures), default=version.recorded_at),
            title=_("Agreement v%(number)s signed by both") % number
            if both
            else _("Agreement v%(number)s offered") % number,
            text=changes.get(version.pk, ""),
            signed=" ".join(sorted(one.side for one in signatures)),
            icon="handshake",
            url=reverse("console:partner-agreement", args=[partnership.pk]),
        )


def _changes(old: Agreement, new: Agreement) -> str:
    found = differences(terms_of(old), terms_of(new))
    currency = terms_of(new).currency
    return " ".join(
        words(one.code, one.params, subject="difference", currency=currency) for one in found
    )


def _beginning(partnership: Partnership) -> Happening:
    sold = partnership.commissions.filter(OF_ORDER, status__in=EARNED)
    first = sold.aggregate(at=Min("occurred_at"))["at"]
    text = ""
    if first is not None:
        days = max((first - partnership.created_at).days, 0)
        text = ngettext(
            "First sale after %(days)d day.", "First sale after %(days)d days.", days
        ) % {"days": days}
    return Happening(at=partnership.created_at, title=_("Joined"), text=text, icon="user-plus")


def _payouts(partnership: Partnership, member: Member, limit: int) -> Iterator[Happening]:
    rows: Iterable[Payout] = (
        Payout.objects.visible_to(member)
        .filter(partnership=partnership, status__in=list(PAID))
        .select_related("batch")
        .order_by("-pk")[:limit]
    )
    for payout in rows:
        title, icon, tone = PAID[payout.status]
        yield Happening(
            at=payout.decided_at or payout.batch.proposed_at,
            title=title % {"amount": money_text(payout.amount_minor, payout.currency)},
            text=payout.failure_reason or payout.reference,
            icon=icon,
            tone=tone,
            url=reverse("console:payout", args=[payout.batch_id, payout.pk]),
        )


def _notes(partnership: Partnership, member: Member, limit: int) -> Iterator[Happening]:
    rows = PartnerNote.objects.visible_to(member).filter(partnership=partnership)
    for note in rows.select_related("author__user").order_by("-written_at")[:limit]:
        who = {"who": str(note.author.user) if note.author else _("Handsel")}
        yield Happening(
            at=note.written_at,
            title=_("%(who)s added a note") % who,
            text=_("“%(text)s”") % {"text": note.text},
            icon="notebook-pen",
            tone="brand",
            is_own=True,
        )
