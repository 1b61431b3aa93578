"""Whether what meets one condition must meet another. In doubt: no."""

from handsel.engine.terms.conditions import Between, TimeBox, When

_SETS = ("skus", "categories", "events", "links", "codes", "countries", "devices", "sources")


def implies(one: When, other: When) -> bool:
    """Whether an article that meets `one` always meets `other`.

    >>> implies(When(customer="new", skus=("A",)), When(skus=("A", "B")))
    True
    >>> implies(When(skus=("A", "B")), When(skus=("A",)))
    False
    """
    return (
        other.customer in (None, one.customer)
        and all(_within(getattr(one, name), getattr(other, name)) for name in _SETS)
        and within(one.renewals, other.renewals)
        and within(one.order_minor, other.order_minor)
        and set(other.metadata) <= set(one.metadata)
        and _alternatives(one, other)
        and all(excluded in one.none_of for excluded in other.none_of)
    )


def within(one: Between | None, other: Between | None) -> bool:
    if other is None:
        return True
    one = one or Between()
    ends = other.most is None or (one.most is not None and one.most <= other.most)
    return other.least <= one.least and ends


def holds_throughout(outer: TimeBox | None, inner: TimeBox | None) -> bool:
    """Whether one time contains another."""
    if outer is None:
        return True
    inner = inner or TimeBox()
    starts = outer.since is None or (inner.since is not None and outer.since <= inner.since)
    ends = outer.until is None or (inner.until is not None and inner.until <= outer.until)
    return starts and ends


def _within(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not other or (bool(one) and set(one) <= set(other))


def _alternatives(one: When, other: When) -> bool:
    """What `one` asks for by itself, or with each of its alternatives, meets one of the other's."""
    if not other.any_of:
        return True
    if set(one.any_of) and set(one.any_of) <= set(other.any_of):
        return True
    own = one.model_copy(update={"any_of": ()})
    return any(implies(own, alternative) for alternative in other.any_of)
