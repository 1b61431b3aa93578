"""Names that the program does not have, wherever terms ask for them."""

from collections.abc import Iterator

from handsel.engine.terms.checks.problem import Known, Problem, refused
from handsel.engine.terms.conditions import When
from handsel.engine.terms.model import Terms
from handsel.engine.terms.sentences import clause_number

_NAMES = ("skus", "categories", "links", "codes")


def problems(terms: Terms, known: Known) -> Iterator[Problem]:
    for place, rule in enumerate(terms.pay):
        for path, when in _conditions(rule.when, f"pay.{place}.when"):
            for name in _NAMES:
                values = getattr(when, name)
                yield from _unknown(known, name, values, f"{path}.{name}", clause_number(place))
    owned = terms.attribution.owned_skus
    yield from _unknown(known, "skus", owned, "attribution.owned_skus", 1)


def asked(terms: Terms) -> dict[str, frozenset[str]]:
    """The names that terms ask for, by their kind.

    >>> from handsel.engine.terms.pay import Percent
    >>> hats = When(any_of=(When(skus=("HAT",)),))
    >>> asked(Terms(currency="EUR", pay=(Percent(rate_ppm=1, when=hats),)))["skus"]
    frozenset({'HAT'})
    """
    whens = [when for rule in terms.pay for _path, when in _conditions(rule.when, "")]
    found = {name: {value for when in whens for value in getattr(when, name)} for name in _NAMES}
    found["skus"].update(terms.attribution.owned_skus)
    return {name: frozenset(values) for name, values in found.items()}


def _conditions(when: When, path: str) -> Iterator[tuple[str, When]]:
    yield path, when
    for name in ("any_of", "none_of"):
        for place, inner in enumerate(getattr(when, name)):
            yield from _conditions(inner, f"{path}.{name}.{place}")


def _unknown(
    known: Known, name: str, values: tuple[str, ...], field: str, clause: int
) -> Iterator[Problem]:
    has = getattr(known, name)
    missing = tuple(value for value in values if has is not None and value not in has)
    if missing:
        yield refused(f"{name}_unknown", field, clause=clause, names=missing)
