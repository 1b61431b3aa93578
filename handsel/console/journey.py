"""The journey of an order: who was there and when, what was told of it, what it earns; in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.commissions.models import Commission, Revision
from handsel.console.click import baskets_with
from handsel.console.log.sources import click_of
from handsel.console.wording import touch_words
from handsel.conversions.models import Conversion, Fact, Touch
from handsel.organizations.models import Member
from handsel.ui.wording.clicks import device_words

# Of one moment: what led to the order, the order, what follows from it.
LED_TO_IT, TOLD, EARNED = range(3)

FACTS = {"order": "shopping-bag", "refund": "undo-2", "cancel": "ban", "delivery": "truck"}
TOUCHES = {
    "click": "mouse-pointer-click",
    "code": "ticket-percent",
    "sku": "tag",
    "customer": "user-check",
    "lifetime": "user-check",
    "channel": "megaphone",
    "renewal": "refresh-cw",
    "manual": "pencil",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """`state` is a badge's, empty for none; of `fact` and `revision` the amount is shown."""

    at: datetime
    place: int
    icon: str
    what: str
    who: str = ""
    detail: str = ""
    state: str = ""
    url: str = ""
    fact: Fact | None = None
    revision: Revision | None = None


def journey_of(conversion: Conversion, member: Member) -> list[Moment]:
    """The earliest first."""
    touches = list(
        Touch.objects.visible_to(member)
        .filter(conversion=conversion)
        .select_related("partnership__partner", "link", "code")
    )
    moments = [
        *(_touch(touch, member) for touch in touches),
        *_baskets(touches, conversion, member),
        *_facts(conversion, member),
        *_revisions(conversion, member),
    ]
    return sorted(moments, key=lambda one: (one.at, one.place))


def _touch(touch: Touch, member: Member) -> Moment:
    partner = touch.partnership.partner.name if touch.partnership else _("Nobody’s")
    if touch.kind == Touch.Kind.CHANNEL:
        partner = ""
    by = str(touch.code or touch.link or touch.reference)
    on = device_words(touch.device) if touch.device else ""
    detail = [by, on, touch.country, touch_words(touch)]
    is_click = touch.kind == Touch.Kind.CLICK and not touch.refusal
    here = is_click and click_of(member, touch.click_id).exists()
    return Moment(
        at=touch.touched_at,
        place=LED_TO_IT,
        icon=TOUCHES.get(touch.kind, "circle-dot"),
        what=touch.get_kind_display(),
        who=partner,
        detail=" · ".join(part for part in detail if part),
        state="credited"
        if touch.verdict == "credited"
        else "unattributed"
        if touch.verdict
        else "",
        url=reverse("console:click", args=[touch.click_id]) if here else "",
    )


def _baskets(touches: list[Touch], conversion: Conversion, member: Member) -> Iterator[Moment]:
    ids = [touch.click_id for touch in touches if touch.click_id]
    if not ids:
        return
    for basket in baskets_with(ids, conversion.program_id, member):
        yield Moment(
            at=basket.received_at,
            place=LED_TO_IT,
            icon="shopping-cart",
            what=_("Basket started"),
            detail=str(basket.body.get("page", "")),
            url=reverse("console:event", args=[basket.pk]),
        )


def _facts(conversion: Conversion, member: Member) -> Iterator[Moment]:
    for fact in Fact.objects.visible_to(member).filter(conversion=conversion):
        yield Moment(
            at=fact.occurred_at,
            place=TOLD,
            icon=FACTS.get(fact.kind, "info"),
            what=fact.get_kind_display(),
            detail=fact.event_id,
            fact=fact,
        )


def _revisions(conversion: Conversion, member: Member) -> Iterator[Moment]:
    rows = Revision.objects.visible_to(member).filter(commission__conversion=conversion)
    for revision in rows.select_related("commission__partner"):
        commission: Commission = revision.commission
        yield Moment(
            at=revision.recorded_at,
            place=EARNED,
            icon="receipt-text",
            what=_("Commission"),
            who=commission.partner.name,
            detail=str(revision.get_cause_display()),
            url=reverse("console:commission", args=[commission.pk]),
            revision=revision,
        )
