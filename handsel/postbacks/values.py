"""What a delivery tells: all of it is what the partner reads on its receipt too, and never the
order's reference or anything of its buyer.

The amounts are of the evaluation that held when the commission changed, whatever came since.
"""

from datetime import UTC, datetime

from handsel.clicks.models import Click
from handsel.commissions.models import Commission, Revision
from handsel.commissions.receipt.revisions import read_revision
from handsel.conversions.models import Touch
from handsel.engine.money import exponent
from handsel.engine.orders import fold
from handsel.postbacks.models import Delivery
from handsel.postbacks.placeholders import SAMPLE

SUBS = {f"sub{n}": f"s{n}" for n in range(1, 6)}
# What says of one's own touch that it earned the commission; the rest is told of by its moment.
RANKS = ("credited", "binds_terms")
FIRST_REVISION = 1


def values_of(delivery: Delivery) -> dict[str, str]:
    """A value for each placeholder, empty where there is none: a bonus has no order."""
    at = written(delivery.changed_at)
    if delivery.commission is None:
        return SAMPLE | {"program": delivery.partnership.program_id, "at": at}
    return {
        **_of_order(delivery, delivery.commission),
        "commission": decimal(delivery.amount_minor, delivery.currency),
        "currency": delivery.currency,
        "status": delivery.status,
        "event": delivery.event,
        "program": delivery.commission.program_id,
        "at": at,
    }


def _of_order(delivery: Delivery, commission: Commission) -> dict[str, str]:
    conversion = commission.conversion
    if conversion is None:
        names = ("click_id", "conversion", "order_amount", "link")
        return {"kind": commission.kind, **_subs(None), **dict.fromkeys(names, "")}
    revision = Revision.objects.get(
        commission=commission, number=delivery.revision_number or FIRST_REVISION
    )
    inputs, _evaluation = read_revision(revision)
    touches = _own_touches(delivery, conversion.pk)
    click = next((touch for touch in touches if touch.click_id), None)
    link = next((touch.link for touch in touches if touch.link), None)
    return {
        **_subs(click),
        "click_id": click.click_id if click else "",
        "conversion": conversion.pk,
        "order_amount": decimal(fold(inputs.facts).left_minor, delivery.currency),
        "link": link.slug if link else "",
        "kind": conversion.kind,
    }


def decimal(amount_minor: int, currency: str) -> str:
    """An amount as machines read it.

    >>> decimal(120050, "EUR"), decimal(-5, "EUR"), decimal(1200, "JPY"), decimal(7, "KWD")
    ('1200.50', '-0.05', '1200', '0.007')
    """
    digits = exponent(currency)
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}}" if digits else f"{sign}{whole}"


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _own_touches(delivery: Delivery, conversion_id: str) -> list[Touch]:
    """The partner's own, what earned the commission first."""
    rows = Touch.objects.filter(conversion=conversion_id, partnership=delivery.partnership_id)
    found = list(rows.select_related("link").order_by("-touched_at", "pk"))
    return sorted(found, key=lambda t: RANKS.index(t.verdict) if t.verdict in RANKS else len(RANKS))


def _subs(touch: Touch | None) -> dict[str, str]:
    """Of the click's own row, which is forgotten after `HANDSEL_CLICK_DAYS_KEPT` days."""
    subs: dict[str, str] = {}
    if touch is not None:
        rows = Click.objects.filter(click_id=touch.click_id, clicked_at=touch.touched_at)
        subs = rows.values_list("subs", flat=True).first() or {}
    return {name: str(subs.get(short, "")) for name, short in SUBS.items()}
