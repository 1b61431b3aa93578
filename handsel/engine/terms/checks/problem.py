"""What a check of terms finds, and what it may know of the program."""

from typing import Literal

from handsel.engine.values import ParamValue, Step, Value

Severity = Literal["refused", "warned"]


class Problem(Step):
    """Something that makes no sense, by a code that is worded elsewhere; `field` is the dotted path
    of the member at fault.

    `refused`: such terms are not saved. `warned`: they may be meant, but somebody should look.
    `clause` among the parameters is the § at fault, `other` the § it is at odds with.
    """

    field: str
    severity: Severity


class Known(Value):
    """What a program has, to find misspelled names; None where it is not known, and not checked.

    `margin_ppm`: what the brand itself earns of a sale, the whole of it before commissions.
    """

    skus: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    links: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    margin_ppm: int | None = None


def refused(code: str, field: str, **params: ParamValue) -> Problem:
    return Problem(code=code, field=field, severity="refused", params=params)


def warned(code: str, field: str, **params: ParamValue) -> Problem:
    return Problem(code=code, field=field, severity="warned", params=params)
