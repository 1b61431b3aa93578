"""The touches of conversions: read from the click ids and codes that their orders carry, and from
whatever else has a claim to them (`crediting.claims`), copied beside them, and filled with what the
clicks' rows say once these have arrived."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

from django.db.models.functions import Upper

from handsel.clicks.models import Click
from handsel.clock import now
from handsel.commissions.crediting.claims import claims
from handsel.commissions.crediting.context import NOT_ASKED, context_of
from handsel.conversions.models import Conversion, Touch
from handsel.engine import attribution
from handsel.engine.orders import OrderState
from handsel.environment import environment
from handsel.links.models import Code, Link
from handsel.tracking import click_id
from handsel.tracking.keys import load_keys

# In the engine's eyes a touch that is nobody's belongs to this partnership, which has no agreement.
NOBODY = "nobody"
CLICK_FORGED, CLICK_ELSEWHERE = "click_forged", "click_elsewhere"
NOT_CONFIRMED: Final = "not_confirmed"

# Click ids that are none may be of any length; what is kept of them tells them apart well enough.
_KEPT_MAX = 64
_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Orders = Mapping[str, tuple[Conversion, OrderState]]

# What may change in a touch that is copied already.
FIELDS = [
    "verdict",
    "touched_at",
    "filtered_reason",
    "referrer",
    "country",
    "device",
    "arrived_at",
    "reference",
    "agreement",
    "weight",
]


@dataclass(slots=True)
class Touches:
    """The touches by conversion: those that were copied before, then new ones, unsaved; and those
    that were copied once and have no cause any more."""

    of: dict[str, list[Touch]] = field(default_factory=lambda: defaultdict(list))
    new: dict[str, Touch] = field(default_factory=dict)
    changed: dict[str, Touch] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def note(self, conversion_id: str, state: OrderState, verdicts: Mapping[str, str]) -> None:
        """What an evaluation said of a conversion's touches, by touch id."""
        for touch in self.of[conversion_id]:
            at = state.occurred_at if is_of_order(touch) else touch.touched_at
            verdict = verdicts[touch.pk]
            if (touch.verdict, touch.touched_at) != (verdict, at):
                touch.verdict, touch.touched_at = verdict, at
                self.changed[touch.pk] = touch

    def write(self) -> None:
        """Add the new ones, and what has changed of the others. To be called after the verdicts."""
        if self.gone:
            Touch.objects.filter(pk__in=self.gone).delete()
        Touch.objects.bulk_create(self.new.values())
        Touch.objects.bulk_update(
            [touch for pk, touch in self.changed.items() if pk not in self.new], FIELDS
        )


def is_of_order(touch: Touch) -> bool:
    """Whether it has no time of its own: a code, an article, or an id that proves none."""
    return touch.kind in (Touch.Kind.CODE, Touch.Kind.SKU) or touch.refusal == CLICK_FORGED


def gather(orders: Orders) -> Touches:
    """The touches of these orders, by conversion id; nothing is written yet."""
    touches = Touches()
    copied = Touch.objects.filter(conversion__in=list(orders)).select_related("link")
    for touch in copied.order_by("pk"):
        touches.of[touch.conversion_id].append(touch)
    found = claims(orders)
    new = [
        *_new_clicks(orders, touches),
        *_new_codes(orders, touches),
        *chain.from_iterable(_new_claims(touches, pk, found.get(pk, [])) for pk in orders),
    ]
    touches.new = {touch.pk: touch for touch in new}
    for touch in new:
        touches.of[touch.conversion_id].append(touch)
    _fill_arrived(touches)
    return touches


def _new_claims(touches: Touches, conversion_id: str, claimed: list[Touch]) -> list[Touch]:
    """Claims that are not copied yet. Copied ones say what they say now, or go."""
    wanted = {_name(touch): touch for touch in claimed}
    kept = []
    for touch in touches.of[conversion_id]:
        now_said = wanted.pop(_name(touch), None) if touch.cause else touch
        if now_said is None:
            touches.gone.append(touch.pk)
            continue
        kept.append(touch)
        if now_said is not touch and _said(now_said) != _said(touch):
            touch.touched_at, touch.reference = now_said.touched_at, now_said.reference
            touch.agreement_id, touch.weight = now_said.agreement_id, now_said.weight
            touches.changed[touch.pk] = touch
    touches.of[conversion_id] = kept
    return list(wanted.values())


def _name(touch: Touch) -> tuple[str, str | None, str]:
    return touch.kind, touch.partnership_id, touch.cause


def _said(touch: Touch) -> tuple[object, ...]:
    return touch.touched_at, touch.reference, touch.agreement_id, touch.weight


def engine_touch(
    touch: Touch, state: OrderState, *, with_context: bool = False
) -> attribution.Touch:
    """As the engine reads it; `with_context`: with what is known of where a click came from."""
    reference, sequence = _reference(touch, state)
    kind = Touch.Kind(touch.kind)
    context = context_of(touch) if with_context and kind is Touch.Kind.CLICK else NOT_ASKED
    owner = attribution.OWN_CHANNEL if kind is Touch.Kind.CHANNEL else NOBODY
    return attribution.Touch(
        touch_id=touch.pk,
        kind=KINDS[kind],
        occurred_at=state.occurred_at if is_of_order(touch) else touch.touched_at,
        partnership=touch.partnership_id or owner,
        sequence=sequence,
        reference=reference,
        forged=touch.refusal == CLICK_FORGED,
        standing=_standing(touch, state),
        binds=touch.agreement_id,
        weight=touch.weight,
        country=context.country,
        device=context.device,
        source=context.source,
        link=context.link,
    )


KINDS: Mapping[Touch.Kind, attribution.TouchKind] = {
    Touch.Kind.CLICK: "click",
    Touch.Kind.CODE: "code",
    Touch.Kind.SKU: "sku",
    Touch.Kind.CUSTOMER: "customer",
    Touch.Kind.LIFETIME: "lifetime",
    Touch.Kind.CHANNEL: "channel",
    Touch.Kind.RENEWAL: "renewal",
    Touch.Kind.MANUAL: "manual",
}


def _reference(touch: Touch, state: OrderState) -> tuple[str, int]:
    """What it is told by, and its place among those of the same moment."""
    if touch.kind == Touch.Kind.CLICK:
        return touch.click_id, attribution.sequence_of(touch.click_id)
    if touch.kind == Touch.Kind.CODE:
        return touch.code_text, _place(touch.code_text, state.codes)
    named = touch.partnership_id or touch.reference
    return touch.reference, attribution.sequence_of(named)


def _standing(touch: Touch, state: OrderState) -> attribution.Standing | None:
    """What is known of it before any agreement is asked."""
    if touch.cause:
        return None
    if not _is_believed(touch, state):
        return NOT_CONFIRMED
    return attribution.filtered(touch.filtered_reason) if touch.filtered_reason else None


def _is_believed(touch: Touch, state: OrderState) -> bool:
    """Whether somebody names it whose word counts; a forged id is that in any case."""
    if touch.kind == Touch.Kind.CODE:
        return _spelled(touch.code_text) in map(_spelled, state.codes_believed)
    believed = {text[:_KEPT_MAX] for text in state.click_ids_believed}
    return touch.click_id in believed or touch.refusal == CLICK_FORGED


def _spelled(code: str) -> str:
    return code.strip().upper()


def _place(code: str, codes: tuple[str, ...]) -> int:
    return codes.index(code) if code in codes else len(codes)


def _new_clicks(orders: Orders, touches: Touches) -> list[Touch]:
    """Ids that prove themselves need no row: they say which link, and when."""
    key = load_keys(environment().keys_dir).click
    wanted: list[tuple[str, str, click_id.ClickIdParts | None]] = []
    for conversion_id, (_, state) in orders.items():
        known = {touch.click_id for touch in touches.of[conversion_id]}
        kept = dict.fromkeys(text[:_KEPT_MAX] for text in state.click_ids if text)
        wanted += [
            (conversion_id, id_, click_id.read(key, id_)) for id_ in kept if id_ not in known
        ]
    numbers = {parts.link_number for _, _, parts in wanted if parts}
    links = {link.number: link for link in Link.objects.filter(number__in=numbers)}
    return [
        _click(*orders[conversion_id], id_, parts, links) for conversion_id, id_, parts in wanted
    ]


def _click(
    conversion: Conversion,
    state: OrderState,
    id_: str,
    parts: click_id.ClickIdParts | None,
    links: Mapping[int, Link],
) -> Touch:
    touch = Touch(
        brand_id=conversion.brand_id,
        conversion=conversion,
        kind=Touch.Kind.CLICK,
        click_id=id_,
        touched_at=_EPOCH + parts.clicked_at_ms * _MS if parts else state.occurred_at,
    )
    link = links.get(parts.link_number) if parts else None
    if parts is None:
        touch.refusal = CLICK_FORGED
    elif link is None or link.program_id != conversion.program_id:
        touch.refusal = CLICK_ELSEWHERE
    else:
        touch.link = link
        touch.partnership_id, touch.partner_id = link.partnership_id, link.partner_id
    return touch


def _new_codes(orders: Orders, touches: Touches) -> list[Touch]:
    """Codes of the program that were on when the order was made, in whatever letters they came."""
    spelled = {
        conversion_id: {_spelled(text): text for text in reversed(state.codes) if text}
        for conversion_id, (_, state) in orders.items()
    }
    rows = Code.objects.annotate(upper=Upper("code")).filter(
        program_id__in={conversion.program_id for conversion, _ in orders.values()},
        upper__in={upper for codes in spelled.values() for upper in codes},
    )
    by_name = {(code.program_id, code.upper): code for code in rows}
    found = []
    for conversion_id, (conversion, state) in orders.items():
        known = {touch.code_id for touch in touches.of[conversion_id]}
        for upper, text in spelled[conversion_id].items():
            code = by_name.get((conversion.program_id, upper))
            if code and code.pk not in known and _is_on(code, state.occurred_at):
                found.append(_code(conversion, state, code, text))
    return found


def _is_on(code: Code, at: datetime) -> bool:
    return code.disabled_at is None or at < code.disabled_at


def _code(conversion: Conversion, state: OrderState, code: Code, text: str) -> Touch:
    return Touch(
        brand_id=conversion.brand_id,
        partner_id=code.partner_id,
        conversion=conversion,
        partnership_id=code.partnership_id,
        kind=Touch.Kind.CODE,
        code=code,
        code_text=text,
        touched_at=state.occurred_at,
    )


def _fill_arrived(touches: Touches) -> None:
    """Referrer, country and device, and whether they may earn credit: from the clicks whose rows
    are here by now."""
    waiting: dict[str, list[Touch]] = defaultdict(list)
    moments = []
    for touch in chain.from_iterable(touches.of.values()):
        if touch.kind == Touch.Kind.CLICK and not touch.refusal and touch.arrived_at is None:
            waiting[touch.click_id].append(touch)
            moments.append(touch.touched_at)
    if not waiting:
        return
    at = now()
    # The times let PostgreSQL leave out the days that cannot hold them.
    rows = Click.objects.filter(
        click_id__in=list(waiting), clicked_at__range=(min(moments), max(moments))
    )
    for row in rows:
        for touch in waiting[row.click_id]:
            touch.referrer, touch.country, touch.device = row.referrer, row.country, row.device
            touch.filtered_reason = "" if row.may_attribute else row.filtered_reason or "unknown"
            touch.arrived_at = at
            touches.changed[touch.pk] = touch
