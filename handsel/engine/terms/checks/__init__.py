"""Nonsense in terms, found before anybody signs it: refused, or warned of.

The model itself (`Terms`) refuses what has the wrong shape, amounts in two currencies and rules of
which nobody can say which one pays. Here is what has a shape and still makes no sense.
"""

from collections.abc import Iterator
from datetime import datetime

from handsel.engine.terms.checks import bonuses, limits, names, reach, sections, tiers
from handsel.engine.terms.checks.problem import Known, Problem, Severity
from handsel.engine.terms.model import Terms

__all__ = ["Known", "Problem", "Severity", "problems"]


def problems(
    terms: Terms, *, known: Known | None = None, at: datetime | None = None
) -> list[Problem]:
    """All that is wrong with terms, what is refused before what is warned of.

    `at`: the moment from which they are to hold; what can only have happened before is refused.

    >>> from handsel.engine.terms.pay import Excluded, Percent
    >>> from handsel.engine.terms.conditions import When
    >>> hats = When(skus=("HAT",))
    >>> terms = Terms(currency="EUR", pay=(Percent(rate_ppm=1, when=hats), Excluded(when=hats)))
    >>> [(found.code, found.field, found.params) for found in problems(terms)]
    [('rule_excluded', 'pay.0.when', {'clause': 2, 'other': 3})]
    """
    found = list(_all(terms, known or Known(), at))
    return sorted(found, key=lambda problem: problem.severity)


def _all(terms: Terms, known: Known, at: datetime | None) -> Iterator[Problem]:
    yield from tiers.problems(terms)
    yield from reach.problems(terms, at)
    yield from limits.problems(terms, known)
    yield from bonuses.problems(terms, at)
    yield from sections.problems(terms)
    yield from names.problems(terms, known)
