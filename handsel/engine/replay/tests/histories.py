"""Random histories under random terms, and what the engine says of them, order by order."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, get_args

from hypothesis import strategies as st

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import OWN_CHANNEL, Touch, attribute
from handsel.engine.commission import evaluate
from handsel.engine.orders import CancelFact, OrderFact, OrderLine, RefundFact, fold
from handsel.engine.orders.facts import BoughtFact, Fact, GivenMetadata
from handsel.engine.replay import HistoryWriter, PastClicks, PastOrder, Replay, as_agreed
from handsel.engine.replay.settling import uses
from handsel.engine.settling import (
    AlsoEarned,
    BudgetSpent,
    DayCount,
    DayInputs,
    Member,
    PeriodInputs,
    Spending,
    member_of,
    period_of,
    spent,
    standings_before,
)
from handsel.engine.settling.day import settle_day
from handsel.engine.settling.period import settle_period
from handsel.engine.terms import (
    AttributionTerms,
    Basis,
    Between,
    Cap,
    Excluded,
    Fixed,
    Floor,
    Lead,
    Metadata,
    Milestone,
    Percent,
    PerClick,
    PerThousand,
    Recurring,
    Rolling,
    Terms,
    Tiers,
    TierStep,
    TimeBox,
    When,
    clause_of,
)
from handsel.engine.terms.pay import Calendar
from handsel.engine.terms.sections import DEFAULT_PRECEDENCE
from handsel.errors import DomainError

BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
END = datetime(2026, 10, 10, tzinfo=UTC)
WHO = ("par_ben", "par_cleo", "par_dina")
EUR = "EUR"
CALENDARS = get_args(Calendar)

minutes = st.integers(0, 70 * 24 * 60)
moments = minutes.map(lambda number: BEGIN + timedelta(minutes=number))
# Many orders of one moment, and clicks of exactly the window's age.
days = st.integers(0, 69).map(lambda number: BEGIN + timedelta(days=number))
SKUS, CATEGORIES = ("MUG", "CUP", "HAT"), ("pots", "hats", "")


class Past(NamedTuple):
    orders: tuple[PastOrder, ...]
    versions: tuple[AgreementVersion, ...]
    clicks: tuple[PastClicks, ...]
    since: datetime
    until: datetime


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


plain_when = st.builds(
    When,
    customer=st.sampled_from([None, None, "new", "returning"]),
    skus=some(SKUS),
    categories=some(CATEGORIES, 1),
    events=some(("sale", "lead", "sign_up", "renewal")),
    links=some(("summer", "winter"), 1),
    codes=some(("BEN10", "cleo"), 1),
    countries=some(("SE", "NO"), 1),
    devices=some(("phone", "tablet"), 1),
    sources=some(("blog.example", "example"), 1),
    renewals=st.sampled_from([None, None, Between(least=2), Between(least=1, most=1)]),
    order_minor=st.sampled_from([None, None, Between(least=5_000), Between(most=20_000)]),
    metadata=st.sampled_from([(), (), (Metadata(name="plan", values=("pro", "team")),)]),
)
few = st.sampled_from(["customer", "skus", "categories", "countries", "events", "order_minor"])


@st.composite
def light_when(draw):
    """Conditions that are met now and then: one or two members of a random one."""
    whole = draw(plain_when)
    kept = draw(st.lists(few | st.sampled_from(sorted(When.ADDED - {"any_of", "none_of"}))))
    return When(**{name: getattr(whole, name) for name in kept[:2]})


@st.composite
def whens(draw):
    when = draw(st.just(When()) | light_when() | light_when())
    nested = {}
    if draw(st.integers(0, 4)) == 0:
        nested["any_of"] = tuple(draw(st.lists(light_when(), min_size=1, max_size=2)))
    if draw(st.integers(0, 4)) == 0:
        nested["none_of"] = tuple(draw(st.lists(light_when(), min_size=1, max_size=2)))
    return when.model_copy(update=nested)


boxes = (
    st.none()
    | st.none()
    | st.builds(
        lambda at, length: TimeBox(since=at, until=at + timedelta(days=length)),
        days,
        st.integers(1, 40),
    )
)
steps = st.lists(
    st.builds(TierStep, start=st.integers(1, 40_000), rate_ppm=st.integers(1, 300_000)),
    min_size=1,
    max_size=3,
    unique_by=lambda step: step.start,
).map(tuple)
order_steps = st.just((TierStep(start=2, rate_ppm=70_000), TierStep(start=4, rate_ppm=120_001)))


@st.composite
def tiers(draw):
    measure = draw(st.sampled_from(["basis", "basis", "orders"]))
    period = draw(st.sampled_from([*CALENDARS, "month", Rolling(days=9), Rolling(days=30)]))
    return Tiers(
        measure=measure,
        period=period,
        mode=draw(st.sampled_from(["marginal", "retroactive"])),
        steps=draw(order_steps if measure == "orders" else steps),
    )


percents = st.builds(
    Percent,
    rate_ppm=st.integers(1, 200_000),
    when=whens(),
    tiers=st.none() | tiers(),
    valid=boxes,
)
fixed = st.builds(
    Fixed,
    amount_minor=st.integers(1, 900),
    currency=st.just(EUR),
    per=st.sampled_from(["order", "item"]),
    when=whens(),
    valid=boxes,
)
leads = st.builds(
    Lead,
    event=st.sampled_from(["lead", "sign_up"]),
    amount_minor=st.integers(1, 900),
    currency=st.just(EUR),
    pays=st.sampled_from(["at_once", "after_sale"]),
    when=whens(),
    valid=boxes,
)
excluded = st.builds(Excluded, when=light_when().filter(lambda when: when != When()), valid=boxes)
by_day = st.builds(
    lambda kind, amount_minor, when: kind(amount_minor=amount_minor, currency=EUR, when=when),
    st.sampled_from([PerClick, PerThousand]),
    st.integers(1, 90),
    st.just(When()) | st.just(When(countries=("SE",))) | st.just(When(devices=("phone",))),
)
milestones = st.builds(
    Milestone,
    measure=st.sampled_from(["orders", "new_customers", "leads", "clicks", "basis", "commission"]),
    reaches=st.sampled_from([1, 2, 3, 900]),
    period=st.sampled_from(CALENDARS),
    every=st.booleans(),
    amount_minor=st.integers(1, 900),
    currency=st.just(EUR),
    valid=boxes,
)


@st.composite
def credit_rules(draw):
    ranks = draw(st.permutations([*DEFAULT_PRECEDENCE, "channel"]))
    plain = draw(st.booleans())
    precedence = DEFAULT_PRECEDENCE if plain else tuple(ranks[: draw(st.integers(2, 6))])
    asked = [rank for rank in precedence if rank in ("code", "click")]
    models = ["last_click", "first_click", "linear", "position", "time_decay"]
    return AttributionTerms(
        model="last_click" if draw(st.booleans()) else draw(st.sampled_from(models)),
        window_days=draw(st.sampled_from([1, 7, 30])),
        code_precedence="click_before_code" if asked == ["click", "code"] else "code_before_click",
        better_at_once=draw(st.booleans()),
        precedence=precedence,
        introducer_floor_ppm=draw(st.sampled_from([0, 0, 0, 200_000])),
        stand_down_s=draw(st.sampled_from([0, 0, 0, 86_400])),
        lifetime_days=draw(st.sampled_from([0, 30, None])),
        owned_skus=draw(st.sampled_from([(), ("MUG",)])),
    )


def eur(kind, **fields):
    return kind(currency=EUR, **fields)


bounds_of_orders = st.tuples(st.none() | st.integers(1, 500), st.none() | st.integers(1, 3_000))
bounds_of_periods = st.tuples(
    st.none() | st.tuples(st.sampled_from(CALENDARS), st.integers(1, 900)),
    st.none() | st.tuples(st.sampled_from(CALENDARS), st.integers(1, 4_000)),
)


@st.composite
def terms_of(draw, zone="UTC"):
    """Terms that the model takes; most have a few rules."""
    rules = draw(st.lists(percents | percents | fixed | leads | excluded | by_day, max_size=4))
    pay = [draw(st.builds(Percent, rate_ppm=st.integers(1, 200_000), tiers=st.none() | tiers()))]
    base = {
        "currency": EUR,
        "attribution": draw(credit_rules()),
        "basis": Basis(
            with_tax=draw(st.booleans()),
            with_shipping=draw(st.booleans()),
            before_discounts=draw(st.booleans()),
        ),
        "recurring": draw(
            st.sampled_from([Recurring(), Recurring(payments_max=1), Recurring(months_max=1)])
        ),
        "bonuses": tuple(draw(st.lists(milestones, max_size=1))),
        "time_zone": zone,
    }
    (floor, cap), (period_floor, period_cap) = draw(bounds_of_orders), draw(bounds_of_periods)
    caps = [eur(Cap, per="order", amount_minor=cap)] if cap else []
    floors = [eur(Floor, per="order", amount_minor=floor)] if floor else []
    if period_floor:
        floors.append(
            eur(Floor, per="partner", period=period_floor[0], amount_minor=period_floor[1])
        )
    if period_cap:
        caps.append(eur(Cap, per="partner", period=period_cap[0], amount_minor=period_cap[1]))
    if draw(st.integers(0, 3)) == 0:
        period, amount = draw(st.sampled_from(CALENDARS)), draw(st.integers(1, 6_000))
        caps.append(eur(Cap, per="program", period=period, amount_minor=amount))
    base |= {"caps": tuple(caps), "floors": tuple(floors)}
    for rule in rules:
        try:
            Terms(pay=(*pay, rule), **base)
        except DomainError:
            continue
        pay.append(rule)
    return Terms(pay=tuple(pay), **base)


@st.composite
def touches(draw, at, versions):
    """Of one order: clicks from before and after it, codes, and what else may earn credit."""
    found = []
    for place in range(draw(st.integers(0, 4))):
        who = draw(st.sampled_from(WHO))
        kind = draw(
            st.sampled_from(
                ["click"] * 6
                + ["code", "code", "sku", "customer", "lifetime", "channel", "renewal", "manual"]
            )
        )
        age = draw(
            st.sampled_from([timedelta(days=number) for number in (0, 1, 7, 30)])
            | st.integers(-60, 60 * 24 * 40).map(lambda number: timedelta(minutes=number))
        )
        mine = [version.agreement for version in versions if version.partnership == who]
        of_order = kind in ("code", "sku")
        click = kind == "click"
        found.append(
            Touch(
                touch_id=f"tch_{draw(st.integers(0, 9))}_{place}",
                kind=kind,
                occurred_at=at if of_order else at - age,
                partnership=OWN_CHANNEL if kind == "channel" else who,
                sequence=draw(st.integers(0, 3)),
                reference=draw(st.sampled_from({"code": ("ben10", "CLEO")}.get(kind, SKUS[:2]))),
                forged=click and draw(st.integers(0, 9)) == 0,
                standing="filtered_bot" if click and draw(st.integers(0, 9)) == 0 else None,
                country=draw(st.sampled_from(["", "SE", "NO"])) if click else "",
                device=draw(st.sampled_from(["", "phone", "tablet"])) if click else "",
                source=draw(st.sampled_from(["", "Blog.example", "other"])) if click else "",
                link=draw(st.sampled_from(["summer", "winter", ""])) if click else "",
                binds=draw(st.sampled_from(mine)) if kind in ("renewal", "manual") else None,
                weight=draw(st.integers(1, 3)) if kind in ("renewal", "manual") else 1,
            )
        )
    return found


amounts = st.integers(0, 30_000) | st.just(2**33)


@st.composite
def states(draw, number, at):
    event = draw(st.sampled_from(["sale", "sale", "sale", "lead", "sign_up", "renewal"]))
    lines = []
    for place in range(draw(st.integers(1, 3))):
        gross = draw(st.integers(0, 30_000) if draw(st.integers(0, 30)) else amounts)
        discount = draw(st.sampled_from([0, gross // 7, gross]))
        lines.append(
            OrderLine(
                line_id=f"{place}",
                sku=draw(st.sampled_from(SKUS)),
                category=draw(st.sampled_from(CATEGORIES)),
                quantity=draw(st.integers(1, 5)),
                gross_minor=gross,
                discount_minor=discount,
                tax_minor=draw(st.sampled_from([0, (gross - discount) // 5])),
            )
        )
    shipping = draw(st.sampled_from([0, 990]))
    reported = {
        "order": f"o-{number}",
        "source": "shop",
        "trust": "store",
        "updated_at": at,
        "recorded_at": at,
    }
    order = OrderFact(
        **reported,
        fact_id="1",
        event_id="1",
        occurred_at=at,
        currency=draw(st.sampled_from([EUR] * 20 + ["SEK"])),
        lines=tuple(lines),
        shipping_minor=shipping,
        shipping_tax_minor=draw(st.sampled_from([0, shipping // 5])),
        customer_is_new=draw(st.sampled_from([None, True, False])),
        event=event,
        country=draw(st.sampled_from(["", "", "SE", "NO"])),
        metadata=draw(
            st.sampled_from([(), (GivenMetadata(name="plan", value="pro"),)])
            | st.just((GivenMetadata(name="plan", value="free"),))
        ),
        renewal=draw(st.integers(0, 3)) if event == "renewal" else 0,
        renews_at=at - timedelta(days=40) if event == "renewal" and draw(st.booleans()) else None,
    )
    facts: list[Fact] = [order]
    whole = sum(line.sold_minor for line in lines) + shipping
    later = {"occurred_at": at + timedelta(days=3), "fact_id": "2", "event_id": "2"}
    what = draw(st.sampled_from(["", "", "", "refund", "all", "cancel"]))
    if what == "cancel":
        facts.append(CancelFact(**reported, **later))
    elif what:
        back = whole if what == "all" else draw(st.integers(0, whole))
        facts.append(
            RefundFact(**reported, **later, refund="r", currency=order.currency, amount_minor=back)
        )
    if event in ("lead", "sign_up") and draw(st.booleans()):
        facts.append(
            BoughtFact(**reported, occurred_at=at + timedelta(days=5), fact_id="3", event_id="3")
        )
    return fold(facts)


@st.composite
def agreements(draw, zone):
    """One or two versions of each partner, a pause between them now and then."""
    found = []
    for who in WHO:
        cut = draw(st.none() | st.none() | days)
        pause = timedelta(days=draw(st.sampled_from([0, 0, 3])))
        start = BEGIN - timedelta(days=draw(st.sampled_from([100, 100, 0])))
        periods = [(start, None)] if cut is None else [(start, cut), (cut + pause, None)]
        tail = draw(st.none() | st.none() | st.none() | days)
        for number, (since, until) in enumerate(periods, start=1):
            if until is not None and until <= since:
                continue
            found.append(
                AgreementVersion(
                    agreement=f"agr_{who}_{number}",
                    partnership=who,
                    number=number,
                    terms=draw(terms_of(zone)),
                    valid_from=since,
                    valid_until=until,
                    tail_until=tail,
                )
            )
    return tuple(found)


clicks = st.builds(
    lambda at, who, link, country, device, clicks, impressions: PastClicks(
        at, who, link, country, device, "", clicks, impressions
    ),
    minutes.map(lambda number: BEGIN + timedelta(minutes=number - number % 15)),
    st.sampled_from(WHO),
    st.sampled_from(["summer", "winter"]),
    st.sampled_from(["", "SE"]),
    st.sampled_from(["", "phone"]),
    st.integers(0, 20),
    st.integers(0, 3_000),
)


@st.composite
def pasts(draw):
    zone = draw(st.sampled_from(["UTC", "Europe/Stockholm"]))
    versions = draw(agreements(zone))
    orders = []
    for number in range(draw(st.integers(1, 7))):
        at = draw(moments | days)
        state = draw(states(number, at))
        orders.append(PastOrder(state, draw(touches(at, versions))))
    since = draw(st.just(BEGIN) | st.just(BEGIN) | days)
    until = draw(st.just(END) | days.filter(lambda at: at > since) | st.just(END))
    if until <= since:
        until = END
    return Past(tuple(orders), versions, tuple(draw(st.lists(clicks, max_size=4))), since, until)


def at_once(past):
    """By vector: amounts of orders by partnership and order, and of settlements."""
    writer = HistoryWriter()
    writer.know(WHO)
    for order in past.orders:
        writer.add(order)
    writer.add_clicks(past.clicks)
    history = writer.history()
    found = Replay(history).under(as_agreed(past.versions, history), past.since, past.until)
    ranked = sorted((order.state.order, order.state.event) for order in past.orders)
    names = {place: name for place, (name, _) in enumerate(ranked)}
    credits = found.paid.credits
    within = {}
    for row in range(len(credits)):
        order = credits.order[row]
        state = history.state(order)
        if past.since <= state.occurred_at < past.until:
            who = history.partnerships[credits.partnership[row]]
            name = names[int(history.orders["reference"][order])]
            within[who, name] = int(found.paid.amount_minor[row])
    settled = defaultdict(list)
    for one in found.settlements.found:
        if one.amount_minor:
            settled[history.partnerships[one.partnership]].append(one.amount_minor)
    return within, {who: sorted(amounts) for who, amounts in settled.items()}


def one_by_one(past):
    """The same by `engine.commission` and `engine.settling`, as the rules say it in words."""
    amounts, settled = {}, defaultdict(list)
    members: dict[str, list[Member]] = defaultdict(list)
    terms = {version.agreement: version.terms for version in past.versions}
    for order in sorted(past.orders, key=lambda o: (o.state.occurred_at, o.state.order)):
        state = order.state
        if state.currency != EUR or state.occurred_at >= past.until:
            continue
        attribution = attribute(order.touches, state.occurred_at, past.versions)
        for credit in attribution.credits:
            who = credit.partnership
            standings = [
                standing
                for name in (credit.agreement, credit.also)
                if name
                for standing in standings_before(
                    state.occurred_at, state.order, name, terms, members[who]
                )
            ]
            found = evaluate(
                state,
                attribution,
                past.versions,
                who,
                touches=order.touches,
                standings=standings,
            )
            members[who].append(member_of(found, state))
            if state.occurred_at >= past.since:
                amounts[who, state.order] = found.amount_minor
    within = {
        who: [member for member in members[who] if member.occurred_at >= past.since] for who in WHO
    }
    for who in WHO:
        settled[who] = _settlements(past, who, within)
    return amounts, {who: sorted(found) for who, found in settled.items() if found}


def _settlements(past, who, everyone):
    members = everyone[who]
    mine = [version for version in past.versions if version.partnership == who]
    if not mine:
        return []
    zone = max(mine, key=lambda version: version.number).terms.time_zone
    also = list(_days(past, who, mine, zone))
    for calendar in CALENDARS:
        if not any(uses(version.terms, calendar) for version in mine):
            continue
        found = []
        at = past.since
        while at < past.until:
            start, end = period_of(at, calendar, zone)
            at = end
            inside = [m for m in members if start <= m.occurred_at < end]
            named = {member.agreement for member in inside}
            versions = [
                version
                for version in mine
                if version.agreement in named
                or (
                    version.valid_from < end
                    and (version.valid_until is None or version.valid_until > start)
                )
            ]
            if not versions:
                continue
            names = {version.agreement for version in versions}
            within = [one for one in also if start <= one[0] < end and one[1].agreement in names]
            spent_ = _spent(versions, calendar, start, zone, everyone)
            found.append(
                (
                    start,
                    _settle_period(
                        past, who, calendar, (start, end), versions, inside, within, spent_
                    ),
                )
            )
        also += [(start, one) for start, one in found]
    return [one.amount_minor for _, one in also if one.amount_minor]


def _spent(versions, calendar, start, zone, everyone):
    """Budgets of this calendar and of longer ones, whoever's orders have spent them."""
    found = {}
    for version in versions:
        for place, cap in enumerate(version.terms.caps):
            if cap.per != "program" or CALENDARS.index(cap.period) < CALENDARS.index(calendar):
                continue
            begin, end = period_of(start, cap.period, zone)
            rests = spent(
                cap.amount_minor,
                [
                    Spending(one.occurred_at, one.order, whose, one.agreement, one.amount_minor)
                    for whose, members in everyone.items()
                    for one in members
                    if begin <= one.occurred_at < end and one.amount_minor > 0
                ],
            )
            rest = rests.get((version.partnership, version.agreement))
            if rest:
                clause = clause_of(version.terms, "caps", place)
                found[version.agreement, clause] = BudgetSpent(
                    agreement=version.agreement,
                    clause=clause,
                    at=rest.at,
                    rest_minor=rest.rest_minor,
                )
    return tuple(found.values())


def _settle_period(past, who, calendar, period, versions, inside, within, spent_):
    start, end = period
    counted = [
        one.clicks
        for one in past.clicks
        if one.partnership == who and max(start, past.since) <= one.at < min(end, past.until)
    ]
    return settle_period(
        PeriodInputs(
            partnership=who,
            period=calendar,
            start=start,
            end=end,
            agreements=tuple(versions),
            members=tuple(inside),
            spent=spent_,
            clicks=sum(counted),
            also=tuple(
                AlsoEarned(
                    kind="period",
                    subject=str(place),
                    agreement=one.agreement,
                    amount_minor=one.amount_minor,
                )
                for place, (_, one) in enumerate(within)
            ),
        )
    )


def _days(past, who, versions, zone):
    groups = defaultdict(list)
    for one in past.clicks:
        if one.partnership != who or not past.since <= one.at < past.until:
            continue
        live = [v for v in versions if v.is_in_force(one.at)]
        if live and any(isinstance(rule, PerClick | PerThousand) for rule in live[-1].terms.pay):
            start, _ = period_of(one.at, "day", zone)
            groups[start, one.link].append((live[-1], one))
    for (start, link), found in sorted(groups.items()):
        yield (
            start,
            settle_day(
                DayInputs(
                    partnership=who,
                    link=link,
                    day=_local(start, zone),
                    agreements=tuple({v.agreement: v for v, _ in found}.values()),
                    counts=tuple(
                        DayCount(
                            agreement=version.agreement,
                            country=one.country,
                            device=one.device,
                            source=one.source,
                            clicks=one.clicks,
                            impressions=one.impressions,
                        )
                        for version, one in found
                    ),
                )
            ),
        )


def _local(at, zone):
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(zone)).date()
