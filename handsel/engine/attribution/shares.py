"""How touches of one rank share the credit: whole numbers, relative to each other."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce
from math import gcd

from handsel.engine.attribution.values import CreditRules, Touch
from handsel.engine.money import PPM

# Time decay: the newest touch weighs this, and none weighs nothing.
DECAY_SCALE = 1_000_000

# Exponentials of this module are correctly rounded decimals, so that they are the same everywhere.
_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN)
_LN_2 = _EXACT.ln(Decimal(2))
_MICROSECOND = timedelta(microseconds=1)


def shares(pool: Sequence[Touch], rules: CreditRules) -> dict[str, int]:
    """The weights of touches of one rank, the earliest first, by touch id; who is not in it gets
    nothing.

    What a person or a first order has fixed keeps its weights; of several decisions by hand the
    latest stands. Everything else is shared as the model says.
    """
    if pool[0].kind == "manual":
        latest = pool[-1].occurred_at
        return {touch.touch_id: touch.weight for touch in pool if touch.occurred_at == latest}
    if pool[0].kind == "renewal":
        return {touch.touch_id: touch.weight for touch in pool}
    if rules.model == "last_click":
        return {pool[-1].touch_id: 1}
    if rules.model == "first_click":
        return {pool[0].touch_id: 1}
    if rules.model == "linear":
        weights = [1] * len(pool)
    elif rules.model == "position":
        weights = position_weights(len(pool))
    else:
        weights = decay_weights([touch.occurred_at - pool[-1].occurred_at for touch in pool], rules)
    return {touch.touch_id: weight for touch, weight in zip(pool, weights, strict=True)}


def position_weights(size: int) -> list[int]:
    """40 % for the first, 40 % for the last, 20 % for those between; two share equally.

    >>> position_weights(4), position_weights(3), position_weights(2), position_weights(1)
    ([4, 1, 1, 4], [2, 1, 2], [1, 1], [1])
    """
    if size < 3:
        return [1] * size
    between = size - 2
    return [2 * between, *[1] * between, 2 * between]


def decay_weights(before: Sequence[timedelta], rules: CreditRules) -> list[int]:
    """Half of it for each half-life that a touch is older than the newest; `before` is negative.

    >>> ages = [timedelta(days=-14), timedelta(days=-7), timedelta()]
    >>> decay_weights(ages, CreditRules())
    [250000, 500000, 1000000]
    """
    half_life = timedelta(days=rules.half_life_days) // _MICROSECOND
    return [_decayed(age // _MICROSECOND, half_life) for age in before]


def _decayed(age_us: int, half_life_us: int) -> int:
    exponent = _EXACT.divide(_EXACT.multiply(_LN_2, Decimal(age_us)), Decimal(half_life_us))
    weight = _EXACT.multiply(_EXACT.exp(exponent), Decimal(DECAY_SCALE))
    return max(int(weight.to_integral_value(rounding=ROUND_HALF_EVEN)), 1)


def with_floor(weights: dict[str, int], introducer: str, floor_ppm: int) -> dict[str, int]:
    """The weights by partnership, so that the introducer has at least this share of all.

    >>> with_floor({"par_ben": 1}, "par_cleo", 200_000)
    {'par_ben': 4, 'par_cleo': 1}
    >>> with_floor({"par_ben": 1, "par_cleo": 1}, "par_cleo", 200_000)
    {'par_ben': 1, 'par_cleo': 1}
    """
    total = sum(weights.values())
    own = weights.get(introducer, 0)
    if own * PPM >= floor_ppm * total:
        return weights
    lifted = {
        partnership: weight * (PPM - floor_ppm)
        for partnership, weight in weights.items()
        if partnership != introducer
    }
    return reduced({**lifted, introducer: (total - own) * floor_ppm})


def reduced(weights: dict[str, int]) -> dict[str, int]:
    """The same shares in the smallest whole numbers."""
    divisor = reduce(gcd, weights.values(), 0)
    return {name: weight // divisor for name, weight in weights.items()}
