"""Touches, what becomes of each, and the credits they earn."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from handsel.engine.terms import AttributionTerms
from handsel.engine.terms.growing import Growing
from handsel.engine.terms.sections import DEFAULT_PRECEDENCE, Rank
from handsel.engine.values import Id, Moment, Step, Value

# Two kinds come before any rank: a person's word, and the credit of a subscription's first order.
TouchKind = Rank | Literal["renewal", "manual"]
# Whose the brand's own advertising and mail is: nobody's who could be paid.
OWN_CHANNEL = "own_channel"

# Nobody followed the link, or too much speaks against it; `click_filtered`: for another reason.
Filtered = Literal[
    "click_filtered",
    "filtered_prefetch",
    "filtered_preview",
    "filtered_hidden_load",
    "filtered_bot",
    "filtered_data_centre",
]
Ineligible = Literal[
    Filtered,
    "click_forged",
    "not_confirmed",
    "after_order",
    "partnership_not_active",
    "outside_window",
    "after_tail",
    "lifetime_over",
    "sku_not_owned",
]
Standing = Literal["eligible"] | Ineligible
# What decided, where the touch of another kind came before.
Beaten = Literal[
    "sku_wins",
    "customer_wins",
    "code_wins",
    "click_wins",
    "lifetime_wins",
    "channel_wins",
    "renewal_wins",
    "manual_wins",
]
Weight = Annotated[int, Field(ge=1)]


class CreditRules(Value):
    """How an order's credit is decided and shared: part of one agreement, for all its touches."""

    model: Literal["last_click", "first_click", "linear", "position", "time_decay"] = "last_click"
    precedence: tuple[Rank, ...] = DEFAULT_PRECEDENCE
    half_life_days: int = 7
    introducer_floor_ppm: int = 0
    stand_down_s: int = 0

    @classmethod
    def of(cls, terms: AttributionTerms) -> "CreditRules":
        return cls.model_construct(**{name: getattr(terms, name) for name in cls.model_fields})


class Touch(Growing):
    """What may earn credit for an order. By kind:

    - `click`: of a partner's link; `code`: on the order, one place of it;
    - `sku`: an article of the order (`reference`) that is this partner's own;
    - `customer`: assigned to the partner by hand, at `occurred_at`;
    - `lifetime`: the customer's first order, at `occurred_at`, was this partner's;
    - `channel`: the brand's own advertising or mail (`reference` names it), of OWN_CHANNEL;
    - `renewal`: the subscription's first order, at `occurred_at`, was this partner's;
    - `manual`: a person's decision of `occurred_at`, with the reason as `reference`.

    The `occurred_at` of a code and of an article is the order's. `sequence` orders touches of one
    moment and must come from the touch itself: for a click `sequence_of(click_id)`, for a code its
    place on the order, else `sequence_of(partnership)`. `forged`: the click id does not prove
    itself. `standing` is None, except where it is known already: `not_confirmed` where only a
    browser names the touch, and the shop's word of the order does not bear it out; why the click
    was filtered (Filtered); or, where the agreement that judges the touch is not ours to read
    (`proof.disclose`), what was found under it; then `rules` are those of that agreement, if they
    decide the order and are not the usual ones. `reference` is empty where the reader must not see
    it. `country`, `device`, `source` (the host it came from) and `link` (its slug) are of a click,
    empty where nobody knows. `binds`: the agreement version that was pinned, of a renewal or a
    manual credit; `weight`: the share of such a touch beside others of its kind.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset(
        {"country", "device", "source", "link", "binds", "weight", "rules"}
    )

    touch_id: Id
    kind: TouchKind
    occurred_at: Moment
    partnership: Id
    sequence: Annotated[int, Field(ge=0, lt=2**32)] = 0
    reference: str = ""
    forged: bool = False
    standing: Standing | None = None
    country: str = ""
    device: str = ""
    source: str = ""
    link: str = ""
    binds: Id | None = None
    weight: Weight = 1
    rules: CreditRules | None = None


class Verdict(Step):
    """What became of one touch. The code is one of

    - `credited`: a credit names it; `by` the model or the kind of touch, unless the last click or
      code counts; where the order is shared, `weight` of `weights`;
    - `shares`: it adds to the share of its partner, whose credit names a later touch;
    - `binds_terms`: a click of the partner whose code is credited; its date picks the terms;
    - `earlier_than_last`, `later_than_first`: another touch of the same rank counts;
    - `code_wins` and others like it (Beaten): a touch of a kind that comes first decides;
    - `stood_down`: a click so late that it takes nothing from another partner's;
    - `not_in_precedence`: touches of its kind earn no credit under the rules of this order;
    - `own_channel`: the brand's own advertising or mail, which earns nobody a commission;
    - or why the touch was not eligible (Ineligible), `outside_window` with `window_days`,
      `lifetime_over` with `lifetime_days`.
    """

    touch_id: Id


class Credit(Growing):
    """The touch that is credited, and the agreement version that says what it earns.

    `because` is the line of the table "which terms". `also` is a second version to evaluate,
    where the newer terms say "better at once". `agreement` is None where it is not ours to read.
    `weight` is relative to those of the other credits of the order: a share of what it earns.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset({"weight"})

    touch_id: Id
    partnership: Id
    agreement: Id | None
    because: Literal["in_force_at_click", "in_force_at_order", "first_order", "chosen"]
    also: Id | None = None
    weight: Weight = 1


class Attribution(Value):
    """All credits, one for each partnership (none: unattributed), and a verdict for every touch,
    the earliest first.

    `decided_by` is the kind of touch that came first, None where nothing was eligible; `channel`:
    the brand's own, and there are no credits. `runner_up` would have been credited in place of
    whoever is. `steps` tell of rules that are not the usual ones, and of what they changed.
    """

    credits: tuple[Credit, ...]
    verdicts: tuple[Verdict, ...]
    decided_by: TouchKind | None = None
    runner_up: Id | None = None
    steps: tuple[Step, ...] = ()

    def credit_of(self, partnership: str) -> Credit | None:
        return next((c for c in self.credits if c.partnership == partnership), None)
