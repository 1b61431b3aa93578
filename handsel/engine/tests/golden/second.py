"""Receipts of what the language of terms says since it grew: conditions, bounds, shares, tiers."""

from typing import Any

from handsel.engine.attribution import Touch
from handsel.engine.commission import Inputs, Standing
from handsel.engine.orders import BoughtFact, ChannelVisit, Fact, GivenMetadata, OrderLine
from handsel.engine.terms import (
    AttributionTerms,
    Between,
    Cap,
    Excluded,
    Fixed,
    Floor,
    Lead,
    Metadata,
    Percent,
    Recurring,
    Rolling,
    Terms,
    Tiers,
    TierStep,
    TimeBox,
    When,
)
from handsel.engine.tests.cast import (
    CLEO,
    DAY,
    HAT,
    ORDERED,
    SHIRT,
    SOCKS,
    agreement,
    click,
    code,
    refund,
    sale,
)

TENTH = Percent(rate_ppm=100_000)
EUR: Any = {"currency": "EUR"}
PHONE: Any = {"country": "SE", "device": "phone", "source": "blog.trails.example", "link": "spring"}


def rate(percent: int, valid: TimeBox | None = None, **when: Any) -> Percent:
    return Percent(rate_ppm=percent * 10_000, valid=valid, when=When.model_validate(when))


EVERY_CONDITION = Terms(
    currency="EUR",
    pay=(
        TENTH,
        rate(11, links=("spring",), devices=("phone",)),
        rate(12, countries=("NO",)),
        rate(13, codes=("BEN10",), customer="new"),
        rate(14, sources=("other.example",)),
        rate(15, metadata=(Metadata(name="plan", values=("max",)),)),
        rate(16, order_minor=Between(least=1_000_000)),
        rate(17, renewals=Between(least=1)),
        rate(18, any_of=(When(skus=("HAT",)), When(categories=("socks",))), customer="new"),
        rate(19, devices=("tablet", "phone"), none_of=(When(countries=("SE",)),)),
        rate(20, valid=TimeBox(until=ORDERED), skus=("SHIRT",)),
        Excluded(when=When(skus=("GIFT",))),
        Fixed(amount_minor=45, per="item", when=When(skus=("HAT", "GIFT")), **EUR),
        Lead(amount_minor=900, **EUR),
    ),
    time_zone="Europe/Stockholm",
)
GIFT = OrderLine(line_id="gift", sku="GIFT", category="gifts", quantity=2, gross_minor=5000)
HATS = OrderLine(line_id="hats", sku="HAT", category="hats", quantity=3, gross_minor=12_000)

STEPS = TierStep(start=100_000, rate_ppm=70_000), TierStep(start=500_000, rate_ppm=90_000)
ROLLING = Tiers(period=Rolling(days=30), mode="marginal", steps=STEPS)
BOUNDED = Terms(
    currency="EUR",
    pay=(TENTH,),
    floors=(Floor(per="order", amount_minor=500, **EUR),),
    caps=(Cap(per="order", amount_minor=2000, **EUR),),
)
LEADS = Terms(currency="EUR", pay=(TENTH, Lead(amount_minor=900, pays="after_sale", **EUR)))
RENEWALS = Terms(currency="EUR", pay=(TENTH,), recurring=Recurring(payments_max=12, months_max=12))
STANDING = (Standing(agreement="agr_par_ben_1", clause=2, counted_before=499_000),)


def _bought(lead: Fact) -> BoughtFact:
    names = ("order", "source", "trust", "occurred_at", "updated_at", "recorded_at")
    told = {name: getattr(lead, name) for name in names}
    return BoughtFact(fact_id="fct_bought", event_id="bought", **told)


def _inputs(*facts: Fact, terms: Terms, touches: tuple[Touch, ...] = (), **more: Any) -> Inputs:
    agreed = agreement(terms=terms), agreement(CLEO, terms=terms)
    return Inputs(facts=facts, touches=touches or (click(3, **PHONE),), agreements=agreed, **more)


def second_inputs() -> dict[str, Inputs]:
    """Inputs of Ben's, by the name of their receipt."""
    basket = sale(SHIRT, SOCKS, HATS, GIFT, customer_is_new=True, country="SE")
    plan = (GivenMetadata(name="plan", value="plus"),)
    lead = sale(0, event="lead")
    renewal = sale(9900, event="renewal", renews="L-1", renews_at=ORDERED - 90 * DAY, renewal=3)
    late = renewal.model_copy(update={"renewal": 13})
    visits = (ChannelVisit(channel="newsletter", at=ORDERED - DAY),)
    two = click(5), click(3, CLEO)
    three = (*two, click(1))
    linear, decay, position = (
        Terms(currency="EUR", pay=(TENTH,), attribution=AttributionTerms(model=model))
        for model in ("linear", "time_decay", "position")
    )
    rolling = Terms(currency="EUR", pay=(TENTH.model_copy(update={"tiers": ROLLING}),))
    return {
        "conditions": _inputs(basket, terms=EVERY_CONDITION),
        "conditions-known": _inputs(
            basket.model_copy(update={"country": "NO", "metadata": plan}),
            terms=EVERY_CONDITION,
            touches=(click(3, **PHONE), code(reference="BEN10")),
        ),
        "conditions-unknown": _inputs(sale(HAT), terms=EVERY_CONDITION, touches=(click(3),)),
        "items-refunded": _inputs(basket, refund(9000), terms=EVERY_CONDITION),
        "lead": _inputs(lead, terms=EVERY_CONDITION),
        "lead-not-bought": _inputs(lead, terms=LEADS),
        "lead-bought": _inputs(lead, _bought(lead), terms=LEADS),
        "renewal": _inputs(renewal, terms=RENEWALS),
        "renewal-over": _inputs(late, terms=RENEWALS),
        "rolling-tiers": _inputs(sale(3000), terms=rolling, standings=STANDING),
        "floor": _inputs(sale(1000), terms=BOUNDED),
        "cap": _inputs(sale(99_000), terms=BOUNDED),
        "shared-linear": _inputs(sale(10_010), terms=linear, touches=two),
        "shared-decay": _inputs(sale(10_010), terms=decay, touches=two),
        "shared-position": _inputs(sale(10_010), terms=position, touches=three),
        "channels-seen": _inputs(sale(10_000, channels=visits), terms=linear, touches=(click(2),)),
    }
