"""Tags and filters of every page: icons, amounts, states, moments, people.

{% load ui %}
{% icon "check" %}                {{ commission|money }}      {{ total_minor|money:"EUR" }}
{% badge commission.status %}     {{ rule.rate_ppm|rate }}    {{ clicks|count }}
{% avatar partner.name %}         {{ order.occurred_at|when }}
{% sees "both" %}                 {{ commission.pk|shortid }}
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.engine.proof import Check
from handsel.errors import DomainError
from handsel.ui import figures, moments
from handsel.ui.sprite import ICONS
from handsel.ui.states import state_of
from handsel.ui.wording import Said, Subject, error_words, words
from handsel.ui.wording.commissions import name_of

register = template.Library()

KNOWN_ICONS = frozenset(ICONS)
TINTS = {"brand": "1", "partner": "2", "": ""}
SERIES = {"brand": "a", "partner": "b", "3": "3", "4": "4", "5": "5", "before": "6"}


class HasAmount(Protocol):
    amount_minor: int
    currency: str


class HasCode(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def params(self) -> Mapping[str, object]: ...


# ---- Numbers ------------------------------------------------------------------------------------


@register.filter
def money(value: int | HasAmount | None, currency: str = "") -> SafeString | str:
    """`{{ commission|money }}`, or minor units with their currency; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int):
        return figures.money_html(value, currency)
    return figures.money_html(value.amount_minor, value.currency)


@register.filter
def gain(value: int | HasAmount, currency: str = "") -> SafeString:
    """An amount as a change, with its sign even when it is a plus."""
    if isinstance(value, int):
        return figures.money_html(value, currency, sign=True)
    return figures.money_html(value.amount_minor, value.currency, sign=True)


@register.filter
def money_plain(value: int | HasAmount, currency: str = "") -> str:
    """The amount without markup: for titles, labels and attributes."""
    if isinstance(value, int):
        return figures.money_text(value, currency)
    return figures.money_text(value.amount_minor, value.currency)


@register.filter
def amount(amount_minor: int | None, currency: str) -> str:
    """The amount alone, for tables whose heading names the currency; nothing for None."""
    return "" if amount_minor is None else figures.amount_text(amount_minor, currency)


@register.filter
def rate(rate_ppm: int | None) -> str:
    return "" if rate_ppm is None else figures.rate_text(rate_ppm)


@register.filter
def count(number: int | None) -> str:
    return "" if number is None else figures.count_text(number)


# ---- Moments and ids ----------------------------------------------------------------------------


@register.filter
def when(moment: date | datetime | None) -> SafeString | str:
    """As few words as the distance from now allows; the full moment is the title."""
    return moments.when_html(moment) if moment else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """The day with its year, for papers that are read at any time: `2 Oct 2026`."""
    if value is None:
        return ""
    return moments.day_text_full(localdate(value) if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Date and clock to the second, for steps of a record."""
    return moments.moment_html(value) if value else ""


@register.filter
def shortid(value: str | None) -> SafeString | str:
    """Kind and last six letters, `com_…h8k6mq`; the whole id is the title.

    The last letters, because the first are the time and the same for all of one minute.
    """
    if not value:
        return ""
    prefix, _sep, body = value.partition("_")
    return format_html(
        '<span class="mono nowrap" title="{}">{}_…{}</span>', value, prefix, body[-6:]
    )


register.filter("commission_name", name_of)


# ---- Signs --------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, tone: str = "") -> SafeString:
    """An outline from the sprite. Decorative: words or an aria-label stand beside it."""
    if name not in KNOWN_ICONS:
        raise ValueError(f"No icon {name!r} in the sprite; add it to handsel/ui/sprite.py.")
    css = f"icon is-{tone}" if tone else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def badge(status: str, label: str = "") -> SafeString:
    """A state as icon, word and tone; `label` replaces the word ("Approved 29 Sep")."""
    state = state_of(str(status))
    tone = format_html(' data-tone="{}"', state.tone) if state.tone else ""
    return format_html(
        '<span class="badge"{}>{}{}</span>', tone, icon(state.icon), label or state.word
    )


@register.simple_tag
def avatar(name: str, kind: str = "", size: str = "", person: bool = False) -> SafeString:
    """Initials of an organization (square) or person (round), the name standing beside it.

    `kind` is `brand`, `partner` or empty; `size` is `sm`, `lg` or empty.
    """
    words = [word for word in name.split() if word[0].isalnum()] or [name or "?"]
    initials = "".join(word[0] for word in words[:2]) if len(words) > 1 else words[0][:2]
    css = " ".join(["avatar", *([size] if size else []), *(["round"] if person else [])])
    tint = format_html(' data-tint="{}"', TINTS[kind]) if TINTS[kind] else ""
    return format_html(
        '<span class="{}"{} aria-hidden="true">{}</span>', css, tint, initials.upper()
    )


@register.simple_tag
def sees(audience: str, name: str = "") -> SafeString:
    """Who sees what stands here: `both`, `other` (who is called `name`), `team` or `you`."""
    words = {
        "both": _("Both see this"),
        "other": _("%(name)s sees this same page") % {"name": name},
        "team": _("Only your team"),
        "you": _("Only you"),
    }
    eye = audience in {"both", "other"}
    return format_html(
        '<span class="sees">{}{}</span>', icon("eye" if eye else "lock"), words[audience]
    )


@register.simple_tag
def reading_languages() -> Sequence[tuple[str, str]]:
    """The languages one can read in, each by its own name in itself."""
    return settings.LANGUAGES


@register.inclusion_tag("ui/_seal.html")
def seal(signed: str = "", label: str = "", size: str = "") -> dict[str, str]:
    """The mark as a state: `signed` names the sides, "brand partner" when both have."""
    return {"signed": signed, "label": label, "size": size}


# ---- Words --------------------------------------------------------------------------------------


@register.simple_tag
def sentence(step: HasCode, subject: Subject = "step", currency: str = "") -> str:
    """`{% sentence step currency=evaluation.currency %}`, `{% sentence clause "clause" %}`.

    What a check found (`ok`) belongs to its words.
    """
    found = {"ok": step.ok} if isinstance(step, Check) else {}
    return words(step.code, {**step.params, **found}, subject=subject, currency=currency)


@register.simple_tag
def said(error: DomainError) -> Said:
    """`{% said error as words %}`: a refusal's message and remedy."""
    return error_words(error)


# ---- Small drawings -----------------------------------------------------------------------------


@register.simple_tag
def bar(part: int, whole: int, series: str = "partner") -> SafeString:
    """A share as a bar. Decorative: the figures stand beside it."""
    share = min(max(part, 0) * 1000 // whole, 1000) if whole > 0 else 0
    # Two integers, so that no locale turns the decimal point of an attribute into a comma.
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect class="fill-{}" width="{}.{}%" height="100%"/>'
        "</svg>",
        SERIES[series],
        share // 10,
        share % 10,
    )


@register.simple_tag
def spark(values: Sequence[int], series: str = "brand") -> SafeString:
    """A small line without axes, drawn in a box of 100 by 28; nothing for fewer than two values."""
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    span = high - low or 1
    points = [
        (1000 * i // (len(values) - 1), 260 - 240 * (value - low) // span)
        for i, value in enumerate(values)
    ]
    path = "L".join(f"{x // 10}.{x % 10} {y // 10}.{y % 10}" for x, y in points)
    return format_html(
        '<svg class="spark" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="line-{}" d="M{}"/></svg>',
        SERIES[series],
        path,
    )
