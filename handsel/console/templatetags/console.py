"""Words of the console's own.

`{{ conversion.reason|reason_words }}`, `{{ fact.trust|trust_words }}`,
`{{ event.kind|kind_words }}`, `{{ event.source|source_words }}`,
`{{ figures.orders|change }}`, `{% refused_because event as words %}`,
`{{ domain|amiss_words }}`.
"""

from collections.abc import Mapping
from datetime import date

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.console import wording
from handsel.console.figures import Figure
from handsel.console.owed import Owed
from handsel.conversions.models import Conversion, Fact
from handsel.customers.models import Customer
from handsel.domains.models import TrackingDomain
from handsel.domains.wording import amiss
from handsel.engine.money import round_half_away
from handsel.intake.models import InboxEvent
from handsel.ledger.chart import CHART
from handsel.ledger.models import Entry, Posting
from handsel.ledger.queries import TrialRow
from handsel.payouts.models import Payout
from handsel.ui.figures import count_text, decimal_text, money_html, share_text
from handsel.ui.moments import when_text
from handsel.ui.templatetags.ui import badge, icon
from handsel.ui.wording import Said, refusal_words
from handsel.ui.wording.clicks import device_words
from handsel.ui.wording.inbox import KINDS, SOURCES

register = template.Library()

# What is due within so many days stands out.
SOON_DAYS = 3

register.filter(wording.reason_words)
register.filter(wording.trust_words)
register.filter(device_words)
register.simple_tag(wording.touch_words)


@register.filter
def amiss_words(domain: TrackingDomain) -> str:
    """Why links do not work on it: `The DNS does not know go.brand.example yet.`"""
    return amiss(domain) or _("It does not work yet.")


@register.filter
def kind_words(kind: str) -> str:
    """What an event tells: `Refund`."""
    return str(KINDS.get(kind, kind))


@register.filter
def source_words(source: str) -> str:
    """The road an event came by: `Postback`."""
    return str(SOURCES.get(source, source))


@register.simple_tag
def refused_because(event: InboxEvent) -> Said:
    """`{% refused_because event as words %}`: `words.message`, `words.remedy`."""
    return refusal_words(event.reason, event.field, event.params)


@register.simple_tag
def commission_badge(commission: Commission, payouts: Mapping[str, Payout] | None = None) -> str:
    """How far a commission is: withheld, waiting, approved, and from there in a payout."""
    if commission.withheld_at:
        return badge("withheld")
    if commission.provisional:
        return badge("provisional")
    payout = (payouts or {}).get(commission.pk)
    is_paid_for = payout is not None and commission.status == Commission.Status.APPROVED
    return badge(payout.status if payout and is_paid_for else commission.status)


@register.filter
def change(figure: Figure) -> SafeString | str:
    """How a figure differs from the period before; nothing where there was nothing to compare."""
    ppm = figure.change_ppm
    if ppm is None:
        return ""
    return _delta(ppm >= 0, rate_tenths(abs(ppm)))


@register.filter
def change_points(ppm: int | None) -> SafeString | str:
    """How a share differs from the one before, in points: `3.2 pts`."""
    if ppm is None:
        return ""
    points = decimal_text(round_half_away(abs(ppm), 1000))
    return _delta(ppm >= 0, _("%(points)s pts") % {"points": points})


@register.filter
def tenths(number: int | None) -> str:
    """A number of tenths: 43 is `4.3`; a dash for none."""
    return "–" if number is None else decimal_text(number)


@register.filter
def change_count(difference: int) -> SafeString | str:
    """How a count differs from the one before; nothing where it does not."""
    return _delta(difference > 0, count_text(abs(difference))) if difference else ""


def _delta(is_more: bool, text: str) -> SafeString:
    arrow, tone = ("arrow-up-right", "good") if is_more else ("arrow-down-right", "bad")
    return format_html('<span class="delta" data-{}>{}{}</span>', tone, icon(arrow), text)


@register.filter
def rate_tenths(ppm: int) -> str:
    """A share to one digit: 57.2%."""
    return share_text(ppm, 1)


@register.filter
def rate_short(ppm: int) -> str:
    """A share to two digits: 8.51%."""
    return share_text(ppm, 2)


@register.filter
def known_by(customer: Customer) -> str:
    """What a customer is known by, without telling it."""
    if customer.erased_at:
        return _("erased")
    if customer.shop_customer_id:
        return _("known by the shop’s id")
    return _("known by a hashed e-mail address")


@register.filter
def order_money(conversion: Conversion) -> SafeString:
    return money_html(conversion.amount_minor, conversion.currency)


@register.filter
def fact_money(fact: Fact) -> SafeString | str:
    """What a fact says was paid for goods, or sent back; nothing where it names no amount."""
    body, currency = fact.body, fact.body.get("currency")
    if fact.kind == Fact.Kind.REFUND and currency:
        return money_html(-int(body["amount_minor"]), currency)
    if fact.kind == Fact.Kind.ORDER and currency:
        lines = body.get("lines", [])
        return money_html(
            sum(line["gross_minor"] - line.get("discount_minor", 0) for line in lines), currency
        )
    return ""


@register.simple_tag
def owed_bar(owed: Owed) -> SafeString:
    """The parts of what is owed as one bar. Decorative: the figures stand below it."""
    parts = (
        ("b", owed.waiting_minor),
        ("a", owed.approved_minor),
        ("3", owed.in_transit_minor),
        ("6", owed.withheld_minor),
    )
    whole = sum(part for _series, part in parts)
    drawn, start = [], 0
    for series, part in parts:
        width = max(part, 0) * 1000 // whole if whole > 0 else 0
        drawn.append((series, start // 10, start % 10, width // 10, width % 10))
        start += width
    rects = format_html_join(
        "", '<rect class="fill-{}" x="{}.{}%" width="{}.{}%" height="100%"/>', drawn
    )
    return format_html('<svg class="bar bar-lg" aria-hidden="true">{}</svg>', rects)


@register.simple_tag
def due_on(day: date) -> SafeString:
    """A day by which something has to be done, the louder the nearer."""
    left = (day - localdate(now())).days
    if left < 0:
        return badge_html("bad", _("since %(day)s") % {"day": when_text(day)})
    if left <= SOON_DAYS:
        return badge_html("bad" if left == 0 else "warn", when_text(day))
    return format_html("<small>{}</small>", _("by %(day)s") % {"day": when_text(day)})


def badge_html(tone: str, text: str) -> SafeString:
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, text)


@register.filter
def hexadecimal(value: bytes) -> str:
    return bytes(value).hex()


@register.filter
def credit_money(posting: Posting) -> SafeString:
    """A credit as the amount it is; the sign only says which side."""
    return money_html(-posting.amount_minor, posting.currency)


@register.filter
def balance_money(row: TrialRow) -> SafeString:
    """Positive on the side where accounts of this kind grow."""
    difference_minor = row.debit_minor - row.credit_minor
    return money_html(CHART[row.kind].normal * difference_minor, row.currency)


@register.filter
def entry_words(entry: Entry) -> str:
    return wording.entry_words(entry.key)


@register.filter
def entry_page(entry: Entry) -> str:
    """Where what an entry is about is explained; empty for what has no page."""
    page = {"com_": "console:commission", "pay_": "console:batch"}.get(entry.subject_id[:4])
    return reverse(page, args=[entry.subject_id]) if page else ""
