"""What a receipt tells beside its tables: who was involved, how far the rates by volume have come,
and what would be otherwise. A receipt is known here by its shape, as in `receipts`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from babel.dates import format_timedelta
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.values import Step
from handsel.errors import DomainError
from handsel.ui.figures import count_text, money_text, rate_text
from handsel.ui.locales import reader_locale
from handsel.ui.wording import error_words, words
from handsel.ui.wording.shown import list_text
from handsel.ui.wording.touches import KINDS, Kind
from handsel.ui.wording.what_ifs import WORDINGS

# More sentences than this explain nothing at a glance.
SENTENCES_MAX = 3
# The drawing of tiers is so wide and high, in units of its own.
WIDE, HIGH = 1000, 100


class TouchLike(Protocol):
    kind: str
    before_order: timedelta
    is_own: bool
    is_credited: bool
    partner_name: str
    partner_key: str


class InvolvedLike(Protocol):
    partner_name: str
    credited: object
    sharing: Sequence[Any]
    partner_count: int
    steps: Sequence[Step]


# ---- Who was involved ----------------------------------------------------------------------------


def touch_kind(touch: TouchLike) -> Kind:
    return KINDS[touch.kind]


def touch_owner(touch: TouchLike, receipt: InvolvedLike) -> str:
    """Whose it is, as far as the reader may know."""
    if touch.is_own:
        return receipt.partner_name
    if touch.partner_name:
        return touch.partner_name
    if touch.kind == "channel":
        return _("The brand itself")
    return _("Another partner") if touch.partner_key else _("Nobody’s")


def time_before(touch: Any) -> str:
    """How long before the order a touch was: `6 days before the order`."""
    before: timedelta = touch.before_order
    if touch.kind in ("code", "sku"):
        return _("on the order")
    if before < timedelta():
        return _("after the order")
    if before < timedelta(minutes=1):
        return _("just before the order")
    span = format_timedelta(before, threshold=1.5, locale=reader_locale())
    return _("%(time)s before the order") % {"time": span}


def instead_words(touch: Any) -> str:
    """What is credited in a reader's place: a kind and a time."""
    return str(KINDS[touch.kind].instead) % {"before": time_before(touch)}


def involved_words(receipt: InvolvedLike) -> str:
    """The heading over who was involved."""
    if receipt.credited is None:
        return _("Who was involved, and why this partner is not credited")
    if receipt.partner_count <= 1:
        return _("One partner was involved, and is credited")
    blanks = {"count": receipt.partner_count, "credited": len(receipt.sharing)}
    if len(receipt.sharing) > 1:
        text = ngettext(
            "%(count)d partner was involved, %(credited)d share the credit",
            "%(count)d partners were involved, %(credited)d share the credit",
            receipt.partner_count,
        )
        return text % blanks
    text = ngettext(
        "%(count)d partner was involved, one is credited",
        "%(count)d partners were involved, one is credited",
        receipt.partner_count,
    )
    return text % blanks


def rules_words(receipt: InvolvedLike) -> list[str]:
    """Whose rules decided, and how, where more than one could have been credited."""
    told = [step for step in receipt.steps if step.code in ("credit_rules", "introducer_floor")]
    said = [words(step.code, step.params) for step in told]
    if said or receipt.partner_count <= 1 or not receipt.sharing:
        return said
    usual = {
        "code": _("The usual rules decided: a personal code on the order comes before any click."),
        "click": _("The usual rules decided: no code was on the order, so the last click counts."),
    }
    return [text for kind, text in usual.items() if kind == receipt.sharing[0].kind]


# ---- Which steps are told where ------------------------------------------------------------------

OPENING = frozenset({"period", "also_earned", "day", "bonus", "brought", "by_hand"})
OF_TERMS = frozenset(
    {
        "terms",
        "settled_under",
        "better_at_once",
        "rule_not_met",
        "excluded",
        "renewal_not_paid",
        "bonus_not_earned",
        "override_not_earned",
    }
)
OF_THE_SUM = frozenset({"tiers_later", "measured", "budget_spent"})


class ToldLike(Protocol):
    steps: Sequence[Step]


def opening_steps(receipt: ToldLike) -> list[Step]:
    """What a commission without an order is for."""
    return [step for step in receipt.steps if step.code in OPENING]


def terms_steps(receipt: ToldLike) -> list[Step]:
    """Which version applied, and what did not pay, with the reason."""
    return [step for step in receipt.steps if step.code in OF_TERMS]


def sum_steps(receipt: ToldLike) -> list[Step]:
    """What the lines do not say themselves."""
    return [step for step in receipt.steps if step.code in OF_THE_SUM]


# ---- Rates by volume -----------------------------------------------------------------------------


class BandLike(Protocol):
    start: int
    end: int | None
    rate_ppm: int
    fills: int
    is_reached: bool


class TiersLike(Protocol):
    measure: str
    pays_all: bool
    volume: int
    before: int
    bands: Sequence[BandLike]
    reached: BandLike
    next: BandLike | None
    missing: int


@dataclass(frozen=True)
class Band:
    label: str
    rate: str
    is_reached: bool
    is_last: bool


def tier_bands(tiers: TiersLike, currency: str) -> list[Band]:
    """Each rate and what it is for; the one that was reached is the last of those that are."""
    return [
        Band(
            _band_label(band, tiers, currency),
            rate_text(band.rate_ppm),
            band.is_reached,
            band is tiers.reached,
        )
        for band in tiers.bands
    ]


def _band_label(band: BandLike, tiers: TiersLike, currency: str) -> str:
    start, end = (_measured(tiers, limit or 0, currency) for limit in (band.start, band.end))
    if band.end is None:
        return _("from %(start)s on") % {"start": start}
    if tiers.measure == "orders":
        # Its end is the first order of the next rate.
        last = _measured(tiers, band.end - 1, currency)
        if band.start == 0:
            return _("up to %(last)s") % {"last": last}
        return _("from %(start)s, up to %(last)s") % {"start": start, "last": last}
    if band.start == 0:
        return _("below %(end)s") % {"end": end}
    return _("from %(start)s, below %(end)s") % {"start": start, "end": end}


def _measured(tiers: TiersLike, number: int, currency: str) -> str:
    if tiers.measure != "orders":
        return money_text(number, currency)
    return ngettext("%(number)s order", "%(number)s orders", number) % {
        "number": count_text(number)
    }


def tier_words(tiers: TiersLike, currency: str) -> list[str]:
    """How the rates are read, where the volume stands, and what the next one asks for."""
    said = [
        _("%(volume)s counted: the rate that was reached is %(rate)s.")
        % {
            "volume": _measured(tiers, tiers.volume, currency),
            "rate": rate_text(tiers.reached.rate_ppm),
        },
        _("The rate that was reached pays all of it.")
        if tiers.pays_all
        else _("Each rate pays the part that lies in its step."),
    ]
    if tiers.next is not None:
        blanks = {
            "missing": _measured(tiers, tiers.missing, currency),
            "rate": rate_text(tiers.next.rate_ppm),
        }
        said.append(_("%(missing)s more reach %(rate)s.") % blanks)
    return said


def tier_picture(tiers: TiersLike) -> SafeString:
    """The rates as steps, as high as they are, filled as far as the volume has come. Decorative:
    the table beside it says the same."""
    last = tiers.bands[-1].start
    wide = max(tiers.volume + tiers.volume // 10, last + last // 3, 1)
    high = max(band.rate_ppm for band in tiers.bands)
    drawn = []
    for band in tiers.bands:
        end = wide if band.end is None else band.end
        x, right = WIDE * band.start // wide, WIDE * end // wide
        height = HIGH * band.rate_ppm // high
        filled = max(0, WIDE * min(tiers.volume, end) // wide - x)
        drawn.append(("tier", x, HIGH - height, right - x, height))
        if filled:
            drawn.append(("tier tier-filled", x, HIGH - height, filled, height))
    rects = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', drawn)
    return format_html(
        '<svg class="tiers" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '{}<path class="tier-mark" d="M{} 0V{}"/></svg>',
        WIDE,
        HIGH,
        rects,
        WIDE * tiers.volume // wide,
        HIGH,
    )


# ---- What if? ------------------------------------------------------------------------------------


class WhatIfLike(Protocol):
    code: str
    params: Mapping[str, Any]
    steps: Sequence[Step]
    refusal: DomainError | None


def what_if_words(what_if: WhatIfLike) -> str:
    """What is supposed."""
    wording = WORDINGS[what_if.code]
    return wording(what_if.params) if callable(wording) else str(wording % what_if.params)


def what_if_reasons(what_if: WhatIfLike, currency: str) -> list[str]:
    """Why something else comes out; what is said of the credit is said first."""
    if what_if.refusal is not None:
        return [error_words(what_if.refusal).message]
    first = ("not_credited", "terms")
    steps = sorted(what_if.steps, key=lambda step: step.code not in first)
    return [words(step.code, step.params, currency=currency) for step in steps[:SENTENCES_MAX]]


# ---- Computed again ------------------------------------------------------------------------------

MEMBERS: dict[str, Promise] = {
    "amount_minor": gettext_lazy("the amount"),
    "lines": gettext_lazy("the lines of the sum"),
    "steps": gettext_lazy("the explanation"),
    "verdicts": gettext_lazy("what became of the touches"),
    "credit": gettext_lazy("who is credited"),
    "agreement": gettext_lazy("the agreement that applies"),
    "hold_until": gettext_lazy("how long it waits"),
    "currency": gettext_lazy("the currency"),
    "inputs": gettext_lazy("the stored inputs: they cannot be computed any more"),
}


class AgainLike(Protocol):
    @property
    def differs(self) -> Sequence[str]: ...


def differs_words(again: AgainLike) -> str:
    """What came out otherwise."""
    named = [str(MEMBERS.get(name, name)) for name in again.differs]
    return _("Other than stored: %(what)s.") % {"what": list_text(named)}
