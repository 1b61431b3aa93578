"""Who is credited for a conversion: eligibility, then precedence, with a reason for every touch."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.terms.growing import Growing
from handsel.engine.values import Id, Moment, Step, Value

TouchKind = Literal["click", "code", "sku", "customer", "lifetime", "channel", "renewal", "manual"]
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
]
Standing = Literal["eligible"] | Ineligible
Weight = Annotated[int, Field(ge=1)]


_FILTERED: dict[str, Filtered] = {
    code.removeprefix("filtered_"): code for code in get_args(Filtered)
}


class Touch(Growing):
    """A click, or a code on the order (then `occurred_at` is the order's).

    `sequence` orders touches of one moment and must come from the touch itself: for a click
    `sequence_of(click_id)`, for a code its place on the order. `forged`: the click id does not
    prove itself. `standing` is None, except where it is known already: `not_confirmed` where only
    a browser names the touch, and the shop's word of the order does not bear it out; why the click
    was filtered (Filtered); or, where the agreement that judges the touch is not ours to read
    (`proof.disclose`), what was found under it.
    `reference` is the click id or code, empty where the reader must not see it.
    `country`, `device`, `source` (the host it came from) and `link` (its slug) are of a click,
    empty where nobody knows. `binds`: the agreement version that was pinned, of a renewal or a
    credit given by hand. `weight`: the share of such a touch beside others of its kind.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset(
        {"country", "device", "source", "link", "binds", "weight"}
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


class Verdict(Step):
    """What became of one touch. The code is one of

    - `credited`;
    - `binds_terms`: a click of the partner whose code is credited; its date picks the terms;
    - `code_wins`: a click, but a code comes before it;
    - `earlier_than_last`: another touch of the same rank came later;
    - or why the touch was not eligible (Ineligible), `outside_window` with `window_days`.
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
    because: Literal["in_force_at_click", "in_force_at_order"]
    also: Id | None = None
    weight: Weight = 1


class Attribution(Value):
    """All credits (none: unattributed) and a verdict for every touch, the earliest first."""

    credits: tuple[Credit, ...]
    verdicts: tuple[Verdict, ...]

    def credit_of(self, partnership: str) -> Credit | None:
        return next((c for c in self.credits if c.partnership == partnership), None)


def sequence_of(click_id: str) -> int:
    """A number that orders clicks of one millisecond and does not tell whose they are."""
    return int.from_bytes(hashlib.sha256(click_id.encode()).digest()[:4], "big")


def filtered(reason: str) -> Filtered:
    """The standing of a click that was filtered for a reason, as intake names it.

    >>> filtered("bot"), filtered("of another age")
    ('filtered_bot', 'click_filtered')
    """
    return _FILTERED.get(reason, "click_filtered")


def attribute(
    touches: Sequence[Touch], ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> Attribution:
    """Credit the last eligible code, or else the last eligible click.

    Which terms: a click takes the version in force at the click. A code takes the version in force
    at the order, unless the same partner also has an eligible click: then that click decides.
    """
    ordered = sorted(touches, key=lambda t: (t.occurred_at, t.sequence, t.touch_id))
    standings = {touch.touch_id: standing(touch, ordered_at, agreements) for touch in ordered}
    if len(standings) < len(ordered):
        raise ValueError("Two touches have the same touch_id.")
    eligible = [touch for touch in ordered if standings[touch.touch_id] == "eligible"]
    codes = [touch for touch in eligible if touch.kind == "code"]
    winner = (codes or eligible)[-1] if eligible else None
    binding = _binding(winner, eligible) if winner else None

    verdicts = tuple(
        _verdict(touch, standings[touch.touch_id], winner, binding, agreements) for touch in ordered
    )
    if winner is None:
        return Attribution(credits=(), verdicts=verdicts)
    return Attribution(
        credits=(_credit(winner, binding, ordered_at, agreements),), verdicts=verdicts
    )


def standing(
    touch: Touch, ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> Standing:
    """Whether a touch may be credited at all, judged by its own partner's agreement.

    A window of n days is n times 24 hours, its last instant included. A code is judged at the
    order, whenever we saw it: a stronger source may have moved the order's time since.
    """
    if touch.standing is not None:
        return touch.standing
    if touch.forged:
        return "click_forged"
    if touch.kind == "click" and touch.occurred_at > ordered_at:
        return "after_order"
    at = touch.occurred_at if touch.kind == "click" else ordered_at
    version = in_force(agreements, touch.partnership, at)
    if version is None:
        return "partnership_not_active"
    window = timedelta(days=version.terms.attribution.window_days)
    if touch.kind == "click" and ordered_at - touch.occurred_at > window:
        return "outside_window"
    return "eligible"


def _binding(winner: Touch, eligible: Sequence[Touch]) -> Touch | None:
    """The click whose date picks the terms: the winner, or its partner's last eligible click."""
    if winner.kind == "click":
        return winner
    clicks = [t for t in eligible if t.kind == "click" and t.partnership == winner.partnership]
    return clicks[-1] if clicks else None


def _verdict(
    touch: Touch,
    found: Standing,
    winner: Touch | None,
    binding: Touch | None,
    agreements: Sequence[AgreementVersion],
) -> Verdict:
    if found == "outside_window":
        version = in_force(agreements, touch.partnership, touch.occurred_at)
        params = {"window_days": version.terms.attribution.window_days} if version else {}
        return Verdict(touch_id=touch.touch_id, code=found, params=params)
    if found != "eligible":
        return Verdict(touch_id=touch.touch_id, code=found)
    if touch == winner:
        return Verdict(touch_id=touch.touch_id, code="credited")
    if touch == binding:
        return Verdict(touch_id=touch.touch_id, code="binds_terms")
    lost_to_code = winner is not None and winner.kind == "code" and touch.kind == "click"
    code = "code_wins" if lost_to_code else "earlier_than_last"
    return Verdict(touch_id=touch.touch_id, code=code)


def _credit(
    winner: Touch,
    binding: Touch | None,
    ordered_at: datetime,
    agreements: Sequence[AgreementVersion],
) -> Credit:
    at_order = in_force(agreements, winner.partnership, ordered_at)
    at_click = binding and in_force(agreements, winner.partnership, binding.occurred_at)
    chosen = at_click or at_order
    better = at_order is not None and at_order.terms.attribution.better_at_once
    differs = at_order is not None and chosen is not None and at_order.agreement != chosen.agreement
    also = at_order.agreement if better and at_order and differs else None
    return Credit(
        touch_id=winner.touch_id,
        partnership=winner.partnership,
        agreement=chosen.agreement if chosen else None,
        because="in_force_at_click" if binding else "in_force_at_order",
        also=also,
    )
