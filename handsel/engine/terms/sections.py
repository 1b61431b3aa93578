"""The sections of terms besides pay: credit, basis, hold, payout, and what is no money."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from handsel.engine.money import PPM
from handsel.engine.terms.conditions import Name
from handsel.engine.terms.growing import Growing
from handsel.engine.terms.pay import Paid, Rate
from handsel.engine.values import AMOUNT_MINOR_MAX, Currency, Value

Rank = Literal["sku", "customer", "code", "click", "lifetime", "channel"]
DEFAULT_PRECEDENCE: tuple[Rank, ...] = ("sku", "customer", "code", "click", "lifetime")


class AttributionTerms(Growing):
    """Who is credited. A code on the order comes before any click, unless `precedence` says else.

    A click counts for `window_days` times 24 hours, judged by the version in force at the click.
    With `better_at_once`, a click from before this version is also evaluated under it, and the
    higher amount is paid.

    Of the ranks in `precedence` the first that has an eligible touch decides; a rank that is not
    named earns no credit. `channel` stands for the brand's own advertising and mail, which earn
    nobody a commission where they come first. Between touches of one rank `model` decides.
    `half_life_days` is asked by time decay only. `introducer_floor_ppm`: the partner of the first
    eligible click gets at least this share. `stand_down_s`: a click so shortly before the order
    takes nothing from another partner's earlier click. `lifetime_days`: so long a customer stays
    bound to the partner of the first order (0: not at all, None: for ever). Orders with an article
    of `owned_skus` are this partner's without a click.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset(
        {
            "precedence",
            "half_life_days",
            "introducer_floor_ppm",
            "stand_down_s",
            "lifetime_days",
            "owned_skus",
        }
    )

    model: Literal["last_click", "first_click", "linear", "position", "time_decay"] = "last_click"
    window_days: Annotated[int, Field(ge=1, le=3650)] = 30
    code_precedence: Literal["code_before_click", "click_before_code"] = "code_before_click"
    better_at_once: bool = False
    precedence: tuple[Rank, ...] = DEFAULT_PRECEDENCE
    half_life_days: Annotated[int, Field(ge=1, le=365)] = 7
    introducer_floor_ppm: Annotated[int, Field(ge=0, le=PPM // 2)] = 0
    stand_down_s: Annotated[int, Field(ge=0, le=86_400)] = 0
    lifetime_days: Annotated[int, Field(ge=0, le=36_500)] | None = 0
    owned_skus: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ranks_once(self) -> Self:
        if len(set(self.precedence)) < len(self.precedence):
            raise ValueError("a rank is named twice in precedence")
        return self

    @model_validator(mode="after")
    def _says_the_same_twice(self) -> Self:
        """`code_precedence` is what the first edition of the language knew of `precedence`."""
        ranks = [rank for rank in self.precedence if rank in ("code", "click")]
        clicks_first = ranks == ["click", "code"]
        if clicks_first is not (self.code_precedence == "click_before_code"):
            raise ValueError("code_precedence and precedence disagree about codes and clicks")
        return self


class Basis(Value):
    """What of an order counts. By default: goods, after discounts, without tax."""

    with_tax: bool = False
    with_shipping: bool = False
    before_discounts: bool = False


class Hold(Value):
    """How long a commission waits for returns. From delivery: it waits until one is reported."""

    days: Annotated[int, Field(ge=0, le=365)] = 30
    starts: Literal["order", "delivery"] = "order"


class RefundTerms(Value):
    """Percentages follow what is left of an order; fixed parts stay until nothing is left."""

    fixed_parts: Literal["until_nothing_is_left"] = "until_nothing_is_left"


class PayoutTerms(Value):
    """Payouts wait until this much is payable, in the currency of the terms."""

    threshold_minor: Annotated[int, Field(ge=0, le=AMOUNT_MINOR_MAX)] = 0


class Recurring(Value):
    """Renewals of a subscription: how many are paid, for how long, and under which terms.

    None: without an end. `first_order`: a renewal is paid by the version of the first order.
    """

    payments_max: Annotated[int, Field(ge=0, le=10_000)] | None = None
    months_max: Annotated[int, Field(ge=1, le=1200)] | None = None
    terms: Literal["first_order", "in_force"] = "first_order"


class CustomerDiscount(Value):
    """What the buyer gets with the partner's code: a rate, or an amount in a currency."""

    rate_ppm: Rate | None = None
    amount_minor: Paid | None = None
    currency: Currency | None = None
    new_customers_only: bool = False


class Perk(Value):
    """Anything promised that is not money; its fulfilment is followed up."""

    name: Name
    description: Annotated[str, Field(max_length=2000)] = ""
    due: Literal["on_joining", "after_first_sale", "each_month", "each_quarter"] = "on_joining"


Allowed = Literal["allowed", "on_approval", "forbidden"]


class Promotion(Value):
    """Terms beyond rates: where and how the partner may advertise. None: nothing is said."""

    email: Allowed | None = None
    paid_search: Allowed | None = None
    brand_bidding: Allowed | None = None
    trademark_in_domain: Allowed | None = None
    coupon_sites: Allowed | None = None
    social_ads: Allowed | None = None
    note: Annotated[str, Field(max_length=4000)] = ""


class Ending(Value):
    """Notice before these terms get worse or end, and how long earlier clicks count afterwards.

    `tail_days` None: for as long as the window says.
    """

    notice_days: Annotated[int, Field(ge=0, le=365)] = 30
    tail_days: Annotated[int, Field(ge=0, le=3650)] | None = None
