"""What a rule asks for, in words: a sentence where it stands alone, a phrase among others."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.engine.terms import Between, TimeBox, When
from handsel.ui.countries import country_name
from handsel.ui.figures import count_text, money_text
from handsel.ui.locales import reader_locale
from handsel.ui.moments import full_text
from handsel.ui.wording.shown import list_text


class Words(NamedTuple):
    """`alone`: a sentence. `among`: a phrase in a list of conditions."""

    alone: Promise
    among: Promise


EVENTS: dict[str, Promise] = {
    "sale": gettext_lazy("sales"),
    "lead": gettext_lazy("leads"),
    "sign_up": gettext_lazy("sign-ups"),
    "renewal": gettext_lazy("renewals"),
}
DEVICES: dict[str, Promise] = {
    "phone": gettext_lazy("phone"),
    "tablet": gettext_lazy("tablet"),
    "computer": gettext_lazy("computer"),
}
CONDITIONS: dict[str, Words] = {
    "new": Words(
        gettext_lazy("Only when the customer is new."),
        gettext_lazy("new customers"),
    ),
    "returning": Words(
        gettext_lazy("Only when the customer has bought before."),
        gettext_lazy("customers who have bought before"),
    ),
    "skus": Words(
        gettext_lazy("Only for these articles: %(skus)s."),
        gettext_lazy("these articles: %(skus)s"),
    ),
    "categories": Words(
        gettext_lazy("Only for these categories: %(categories)s."),
        gettext_lazy("these categories: %(categories)s"),
    ),
    "events": Words(
        gettext_lazy("Only for these events: %(events)s."),
        gettext_lazy("these events: %(events)s"),
    ),
    "links": Words(
        gettext_lazy("Only for clicks on these links: %(links)s."),
        gettext_lazy("clicks on these links: %(links)s"),
    ),
    "codes": Words(
        gettext_lazy("Only for orders with one of these codes: %(codes)s."),
        gettext_lazy("orders with one of these codes: %(codes)s"),
    ),
    "countries": Words(
        gettext_lazy("Only for buyers in these countries: %(countries)s."),
        gettext_lazy("buyers in these countries: %(countries)s"),
    ),
    "devices": Words(
        gettext_lazy("Only for clicks from these devices: %(devices)s."),
        gettext_lazy("clicks from these devices: %(devices)s"),
    ),
    "sources": Words(
        gettext_lazy("Only for clicks that came from these sites or pages below: %(sources)s."),
        gettext_lazy("clicks that came from these sites or pages below: %(sources)s"),
    ),
    "renewals_any": Words(
        gettext_lazy("For the first order and for all renewals."),
        gettext_lazy("the first order and all renewals"),
    ),
    "renewals_none": Words(
        gettext_lazy("Only for the first order, not for renewals."),
        gettext_lazy("the first order, not renewals"),
    ),
    "renewals_until": Words(
        gettext_lazy("Only for the first order and renewals up to number %(most)s."),
        gettext_lazy("the first order and renewals up to number %(most)s"),
    ),
    "renewals_from": Words(
        gettext_lazy("Only for renewals from number %(least)s on."),
        gettext_lazy("renewals from number %(least)s on"),
    ),
    "renewals_exactly": Words(
        gettext_lazy("Only for renewal number %(least)s."),
        gettext_lazy("renewal number %(least)s"),
    ),
    "renewals_between": Words(
        gettext_lazy("Only for renewals from number %(least)s to number %(most)s."),
        gettext_lazy("renewals from number %(least)s to number %(most)s"),
    ),
    "size_any": Words(
        gettext_lazy("For orders of any size."),
        gettext_lazy("orders of any size"),
    ),
    "size_until": Words(
        gettext_lazy("Only while the order’s goods come to %(most_amount)s or less."),
        gettext_lazy("goods of %(most_amount)s or less"),
    ),
    "size_from": Words(
        gettext_lazy("Only while the order’s goods come to %(least_amount)s or more."),
        gettext_lazy("goods of %(least_amount)s or more"),
    ),
    "size_between": Words(
        gettext_lazy("Only while the order’s goods come to %(least_amount)s – %(most_amount)s."),
        gettext_lazy("goods of %(least_amount)s – %(most_amount)s"),
    ),
    "metadata": Words(
        gettext_lazy("Only where the shop sends “%(name)s” as: %(values)s."),
        gettext_lazy("“%(name)s” sent by the shop as: %(values)s"),
    ),
    "any_of": Words(
        gettext_lazy("Only where at least one of these holds: %(conditions)s."),
        gettext_lazy("at least one of (%(conditions)s)"),
    ),
    "none_of": Words(
        gettext_lazy("Not where one of these holds: %(conditions)s."),
        gettext_lazy("none of (%(conditions)s)"),
    ),
}

Told = tuple[str, Mapping[str, str]]


def conditions(when: When, currency: str) -> list[str]:
    """When a rule applies, one sentence per condition; none when it always does."""
    return [str(CONDITIONS[code].alone % blanks) for code, blanks in _told(when, currency)]


def conditions_phrase(when: When, currency: str) -> str:
    """All conditions as one phrase: `new customers`, `all of (new customers; goods of …)`."""
    phrases = [str(CONDITIONS[code].among % blanks) for code, blanks in _told(when, currency)]
    if not phrases:
        return _("everything")
    if len(phrases) == 1:
        return phrases[0]
    return _("all of (%(conditions)s)") % {"conditions": "; ".join(phrases)}


def time_box(params: Mapping[str, object]) -> list[str]:
    """When a rule holds at all, as clocks in the terms' time zone show it."""
    if (given := params.get("valid")) is None:
        return []
    valid = TimeBox.model_validate(given, strict=False)
    with timezone.override(ZoneInfo(str(params["time_zone"]))):
        since = valid.since and full_text(valid.since)
        until = valid.until and full_text(valid.until)
    if since and until:
        text = _("From %(since)s until, but not including, %(until)s.")
        return [text % {"since": since, "until": until}]
    if since:
        return [_("From %(since)s on.") % {"since": since}]
    if until:
        return [_("Until, but not including, %(until)s.") % {"until": until}]
    return [_("At any time.")]


def asked(params: Mapping[str, object]) -> When:
    """The conditions of a clause."""
    return When.model_validate(params["when"], strict=False)


def either(items: tuple[str, ...]) -> str:
    """`A, B or C`, as the active language lists alternatives."""
    return format_list(list(items), style="or", locale=reader_locale())


def _told(when: When, currency: str) -> Iterator[Told]:
    if when.customer is not None:
        yield when.customer, {}
    for name in ("skus", "categories", "links", "sources"):
        if values := getattr(when, name):
            yield name, {name: list_text(values)}
    if when.codes:
        yield "codes", {"codes": either(when.codes)}
    if when.events:
        yield "events", {"events": list_text(EVENTS[event] for event in when.events)}
    if when.countries:
        yield "countries", {"countries": list_text(map(country_name, when.countries))}
    if when.devices:
        yield "devices", {"devices": list_text(DEVICES[name] for name in when.devices)}
    if when.renewals is not None:
        yield _renewals(when.renewals)
    if when.order_minor is not None:
        yield _size(when.order_minor, currency)
    for field in when.metadata:
        yield "metadata", {"name": field.name, "values": either(field.values)}
    for name, nested in (("any_of", when.any_of), ("none_of", when.none_of)):
        if nested:
            phrases = [conditions_phrase(inner, currency) for inner in nested]
            yield name, {"conditions": "; ".join(phrases)}


def _renewals(number: Between) -> Told:
    if number.most == 0:
        return "renewals_none", {}
    ends = {"least": number.least, "most": number.most}
    shape = "exactly" if number.least == number.most else _shape(number)
    said = {end: "" if value is None else count_text(value) for end, value in ends.items()}
    return f"renewals_{shape}", said


def _size(amount: Between, currency: str) -> Told:
    ends = {"least_amount": amount.least, "most_amount": amount.most}
    said = {
        end: "" if value is None else money_text(value, currency) for end, value in ends.items()
    }
    return f"size_{_shape(amount)}", said


def _shape(number: Between) -> str:
    if number.most is None:
        return "from" if number.least else "any"
    return "between" if number.least else "until"
