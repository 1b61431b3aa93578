"""Whether a rule is met, by what is known of the order and of the touches that are credited.

What is not known meets no condition: neither "only in Sweden" nor, inside `none_of`, what Sweden
is kept from. Inside nested conditions everything is asked of one article at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from handsel.engine.orders import LineState, OrderState
from handsel.engine.terms import PayRule, TimeBox, When

TimeUnmet = Literal["too_early", "too_late"]
# Why a rule of pay gave nothing.
Unmet = Literal[
    "customer_unknown",
    "customer_new",
    "customer_returning",
    "event_other",
    "renewal_unknown",
    "renewal_other",
    "link_unknown",
    "link_other",
    "code_other",
    "country_unknown",
    "country_other",
    "device_unknown",
    "device_other",
    "source_unknown",
    "source_other",
    "order_size",
    "metadata_unknown",
    "metadata_other",
    TimeUnmet,
    "no_such_article",
    "no_alternative",
    "ruled_out",
    "all_excluded",
    "more_specific_rule",
    "nothing_counts",
    "nothing_left",
    "not_bought_yet",
    "paid_by_day",
]
# What a rule pays for that names no event.
PAID_BY_DEFAULT = frozenset({"sale", "renewal"})


class Circumstances(NamedTuple):
    """What an order earns by, besides what is known of the order itself.

    `country`, `device`, `source` and `link` are of the click that is credited, or of the latest
    eligible one of the partner whose code is; empty where there is none or it does not say. The
    country that the order names comes before the click's.
    `codes` are the partner's own on the order. `standings`: by §, what counted before (rolling
    tiers). The order is shared by `weights`, and this is the part at `place`.
    """

    country: str = ""
    device: str = ""
    source: str = ""
    link: str = ""
    codes: frozenset[str] = frozenset()
    standings: Mapping[int, int] = {}
    weights: tuple[int, ...] = (1,)
    place: int = 0


class Asked(NamedTuple):
    """What conditions are asked of: an order and the circumstances of its credit."""

    state: OrderState
    given: Circumstances


class Met(NamedTuple):
    """Why a rule is not met, if so; and which articles it asks for, which may be shipping's too."""

    reason: Unmet | None
    articles: Sequence[bool]
    shipping: bool


def met(rule: PayRule, asked: Asked) -> Met:
    """Whether a rule is met by the order, and by which of its articles."""
    when, state = rule.when, asked.state
    nothing = [False] * len(state.lines)
    reason = _default_unmet(rule, state) or _whole_unmet(when, asked)
    reason = reason or time_unmet(rule.valid, state.occurred_at)
    if reason:
        return Met(reason, nothing, False)
    if not (when.skus or when.categories or when.any_of or when.none_of):
        return Met(None, [True] * len(state.lines), True)
    articles = [_article_meets(when, line, asked) for line in state.lines]
    if not any(articles):
        return Met(_why_no_article(when, asked), articles, False)
    return Met(None, articles, _article_meets(when, None, asked))


def time_unmet(box: TimeBox | None, at: datetime) -> TimeUnmet | None:
    """Why a moment is not within a time, if so."""
    if box is None:
        return None
    if box.since is not None and at < box.since:
        return "too_early"
    return "too_late" if box.until is not None and at >= box.until else None


def _default_unmet(rule: PayRule, state: OrderState) -> Unmet | None:
    if rule.kind in ("lead", "excluded") or state.event in PAID_BY_DEFAULT:
        return None
    return None if names_event(rule.when) else "event_other"


def names_event(when: When) -> bool:
    """Whether a condition, or one nested in it, asks about the event."""
    return bool(when.events) or any(map(names_event, (*when.any_of, *when.none_of)))


def _whole_unmet(when: When, asked: Asked) -> Unmet | None:
    """What is asked of the order as a whole, and of the touch that is credited."""
    state, given = asked
    if when.customer is not None:
        if state.customer_is_new is None:
            return "customer_unknown"
        if state.customer_is_new != (when.customer == "new"):
            return "customer_new" if state.customer_is_new else "customer_returning"
    if when.events and state.event not in when.events:
        return "event_other"
    return (
        _renewal(when, state)
        or touch_unmet(when, given)
        or _code(when, given)
        or _size(when, state)
        or _metadata(when, state)
    )


def _renewal(when: When, state: OrderState) -> Unmet | None:
    if when.renewals is None:
        return None
    if state.event == "renewal" and state.renewal == 0:
        return "renewal_unknown"
    return None if when.renewals.holds(state.renewal) else "renewal_other"


def touch_unmet(when: When, given: Circumstances) -> Unmet | None:
    """What is asked of the touch: link, country, device, source."""
    if when.links and given.link not in when.links:
        return "link_other" if given.link else "link_unknown"
    if when.countries and given.country not in when.countries:
        return "country_other" if given.country else "country_unknown"
    if when.devices and given.device not in when.devices:
        return "device_other" if given.device else "device_unknown"
    if when.sources and not any(_is_under(given.source, host) for host in when.sources):
        return "source_other" if given.source else "source_unknown"
    return None


def _is_under(host: str, above: str) -> bool:
    return f".{host.lower()}".endswith(f".{above.lower()}")


def _code(when: When, given: Circumstances) -> Unmet | None:
    if not when.codes:
        return None
    wanted = {code.casefold() for code in when.codes}
    return None if any(code.casefold() in wanted for code in given.codes) else "code_other"


def _size(when: When, state: OrderState) -> Unmet | None:
    if when.order_minor is None or when.order_minor.holds(state.left_minor):
        return None
    return "order_size"


def _metadata(when: When, state: OrderState) -> Unmet | None:
    if not when.metadata:
        return None
    known = {field.name: field.value for field in state.metadata}
    if any(field.name not in known for field in when.metadata):
        return "metadata_unknown"
    holds = all(known[field.name] in field.values for field in when.metadata)
    return None if holds else "metadata_other"


def _article_meets(when: When, line: LineState | None, asked: Asked) -> bool:
    """Whether an article, or shipping (None), meets what is asked of articles and in nests."""
    return (
        _is_meant(when, line)
        and (not when.any_of or any(_meets(one, line, asked) for one in when.any_of))
        and not any(_meets(one, line, asked) for one in when.none_of)
    )


def _meets(when: When, line: LineState | None, asked: Asked) -> bool:
    return _whole_unmet(when, asked) is None and _article_meets(when, line, asked)


def _is_meant(when: When, line: LineState | None) -> bool:
    if line is None:
        return not when.skus and not when.categories
    right_sku = not when.skus or line.sku in when.skus
    return right_sku and (not when.categories or line.category in when.categories)


def _why_no_article(when: When, asked: Asked) -> Unmet:
    meant = [line for line in asked.state.lines if _is_meant(when, line)]
    if not meant:
        return "no_such_article"
    alternatives = (_meets(one, line, asked) for one in when.any_of for line in meant)
    return "ruled_out" if not when.any_of or any(alternatives) else "no_alternative"
