"""Terms that use every member of the language, and all ways to change one member of them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from handsel.engine.terms import (
    AttributionTerms,
    Basis,
    Between,
    Cap,
    CustomerDiscount,
    Ending,
    Excluded,
    FirstSale,
    Fixed,
    Floor,
    Hold,
    Lead,
    Metadata,
    Milestone,
    Override,
    PayoutTerms,
    Percent,
    PerClick,
    Perk,
    PerThousand,
    Promotion,
    Recurring,
    Rolling,
    SignUp,
    Task,
    Tenure,
    Terms,
    Tiers,
    TierStep,
    TimeBox,
    Views,
    When,
    read,
)
from handsel.engine.terms.plain import plain
from handsel.errors import DomainError

EUR: Any = {"currency": "EUR"}
AUTUMN = TimeBox(
    since=datetime(2026, 9, 1, tzinfo=UTC), until=datetime(2026, 12, 1, 12, 30, tzinfo=UTC)
)
STEPS = (TierStep(start=100_000, rate_ppm=70_000), TierStep(start=500_000, rate_ppm=90_000))
ASKS_ALL = When(
    customer="new",
    skus=("SOCK", "HAT"),
    categories=("hats", "socks"),
    events=("sale", "renewal"),
    links=("summer", "winter"),
    codes=("BEN10", "BEN20"),
    countries=("SE", "NO"),
    devices=("phone", "tablet"),
    sources=("blog.example", "news.example"),
    renewals=Between(least=2, most=12),
    order_minor=Between(least=5_000, most=90_000),
    metadata=(Metadata(name="plan", values=("pro", "team")),),
    any_of=(
        When(customer="new", any_of=(When(skus=("A",)), When(none_of=(When(skus=("B",)),)))),
        When(countries=("PL",)),
    ),
    none_of=(When(devices=("computer",)), When(renewals=Between(least=3))),
)

EVERYTHING = Terms(
    **EUR,
    attribution=AttributionTerms(
        model="time_decay",
        window_days=41,
        better_at_once=True,
        precedence=("channel", "code", "click"),
        half_life_days=9,
        introducer_floor_ppm=200_000,
        stand_down_s=45,
        lifetime_days=365,
        owned_skus=("MINE", "OURS"),
    ),
    basis=Basis(with_tax=True, with_shipping=True),
    pay=(
        Percent(rate_ppm=50_000, tiers=Tiers(period="month", mode="marginal", steps=STEPS)),
        Percent(
            rate_ppm=60_000,
            when=When(skus=("ROLL",)),
            tiers=Tiers(period=Rolling(days=90), measure="orders", mode="marginal", steps=STEPS),
        ),
        Percent(rate_ppm=80_000, when=ASKS_ALL, valid=AUTUMN),
        Fixed(amount_minor=300, when=When(customer="new"), valid=AUTUMN, **EUR),
        Fixed(amount_minor=50, per="item", **EUR),
        Lead(amount_minor=900, pays="after_sale", valid=AUTUMN, **EUR),
        Lead(amount_minor=90, event="sign_up", when=When(countries=("SE",)), **EUR),
        PerClick(amount_minor=5, when=When(devices=("phone",)), valid=AUTUMN, **EUR),
        PerThousand(amount_minor=120, when=When(devices=("phone",)), valid=AUTUMN, **EUR),
        Excluded(when=When(skus=("GIFT",), categories=("gifts",)), valid=AUTUMN),
    ),
    hold=Hold(days=17, starts="delivery"),
    payout=PayoutTerms(threshold_minor=2_500),
    bonuses=(
        Milestone(measure="basis", reaches=70_000, period="quarter", amount_minor=1_000, **EUR),
        Milestone(
            measure="leads",
            reaches=7,
            period="ever",
            every=True,
            amount_minor=1,
            valid=AUTUMN,
            **EUR,
        ),
        FirstSale(amount_minor=2_000, **EUR),
        SignUp(amount_minor=1_500, **EUR),
        Tenure(months=12, orders_min=3, amount_minor=5_000, **EUR),
        Task(
            name="Video",
            description="At least a minute.",
            times_max=2,
            amount_minor=7_000,
            valid=AUTUMN,
            **EUR,
        ),
        Views(per_views=1_000, amount_minor=400, most_minor=9_000, **EUR),
    ),
    caps=(
        Cap(per="order", amount_minor=9_900, **EUR),
        Cap(per="partner", period="week", amount_minor=99_000, **EUR),
        Cap(per="program", period="year", amount_minor=990_000, **EUR),
    ),
    floors=(
        Floor(per="order", amount_minor=10, **EUR),
        Floor(per="partner", period="month", amount_minor=1_000, **EUR),
    ),
    overrides=(
        Override(level=1, rate_ppm=20_000, months_max=12),
        Override(level=2, rate_ppm=10_000),
    ),
    recurring=Recurring(payments_max=6, months_max=12, terms="in_force"),
    customer_discount=CustomerDiscount(rate_ppm=100_000, new_customers_only=True),
    perks=(Perk(name="A jumper", description="In your size.", due="after_first_sale"),),
    promotion=Promotion(
        email="allowed",
        paid_search="on_approval",
        brand_bidding="forbidden",
        trademark_in_domain="forbidden",
        coupon_sites="forbidden",
        social_ads="allowed",
        note="Ask us.",
    ),
    ending=Ending(notice_days=21, tail_days=14),
    time_zone="Europe/Stockholm",
)

# Of a member that is one of several words: the words.
WORDS: dict[str, tuple[Any, ...]] = {
    "model": ("last_click", "first_click", "linear", "position"),
    "customer": ("returning",),
    "events": ("lead",),
    "devices": ("tablet", "computer"),
    "countries": ("DK",),
    "starts": ("order",),
    "event": ("sign_up", "lead"),
    "pays": ("at_once", "after_sale"),
    "measure": ("orders", "basis", "new_customers", "clicks", "commission"),
    "period": ("day", "week", "month", "quarter", "year", "ever"),
    "mode": ("retroactive", "marginal"),
    "per": ("item", "order", "partner", "program"),
    "terms": ("first_order",),
    "due": ("on_joining", "each_month", "each_quarter"),
    "time_zone": ("Europe/Oslo",),
    "since": ("2026-08-31T00:00:00Z",),
    "until": ("2026-12-02T00:00:00Z",),
    "precedence": ("sku", "customer", "lifetime"),
    "metadata": ({"name": "field", "values": ("value",)},),
    "any_of": ({"customer": "new"},),
    "none_of": ({"customer": "new"},),
    **dict.fromkeys(Promotion.model_fields, ("allowed", "on_approval", "forbidden")),
    "note": ("Write to us.",),
}
# Said by other members, or the same for all terms.
BOUND = {"schema_version", "kind", "currency", "code_precedence", "fixed_parts"}
Path = tuple[str | int, ...]


def variations(terms: Terms) -> list[tuple[str, Terms]]:
    """(dotted path, terms) for each member that can be changed alone; several for one member."""
    found = []
    for path, value in _members(plain(terms), ()):
        for other in _others(path, value):
            changed = _read(_with(plain(terms), path, other))
            if changed is not None and changed != terms:
                found.append((".".join(map(str, path)), changed))
    return found


@cache
def all_variations() -> tuple[tuple[str, Terms], ...]:
    return tuple(variations(EVERYTHING))


@cache
def one_of_each() -> tuple[tuple[str, Terms], ...]:
    """One variation of each member of each item; of conditions, which all say alike, one in all."""
    chosen: dict[str, tuple[str, Terms]] = {}
    for path, changed in all_variations():
        shared = any(part in path for part in ("when.", "any_of.", "none_of.", "valid."))
        chosen.setdefault(named(path) if shared else path, (path, changed))
    return tuple(chosen.values())


def named(path: str) -> str:
    """What holds a member, and its name: `pay.3.when.skus` is `when.skus`."""
    return ".".join([part for part in path.split(".") if not part.isdigit()][-2:])


def members(terms: Terms) -> set[str]:
    """All members of terms that have a value of their own."""
    paths = _members(plain(terms), ())
    return {named(".".join(map(str, path))) for path, value in paths if not isinstance(value, dict)}


def _members(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if path and isinstance(path[-1], str) and path[-1] not in BOUND:
        yield path, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _members(member, (*path, name))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _members(item, (*path, place))


def _others(path: Path, value: object) -> Iterator[object]:
    name = str(path[-1])
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, None)
    elif isinstance(value, tuple):
        yield from (value[1:], (*value, *WORDS.get(name, ("EXTRA",))[:1]), None)
    elif isinstance(value, dict):
        yield None
    elif name in WORDS:
        yield from (*WORDS[name], None)
    elif isinstance(value, str):
        yield from (f"{value}X", "")
    else:
        yield from (1, {"since": "2026-01-01T00:00:00Z"}, {"least": 1, "most": None})


def _with(data: Any, path: Path, value: object) -> Any:
    if not path:
        return value
    if isinstance(data, tuple):
        place = int(path[0])
        return (*data[:place], _with(data[place], path[1:], value), *data[place + 1 :])
    return {**data, path[0]: _with(data[path[0]], path[1:], value)}


def _read(data: object) -> Terms | None:
    try:
        return read(json.dumps(data))
    except DomainError:
        return None
