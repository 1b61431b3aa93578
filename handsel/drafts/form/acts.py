"""What the buttons do with what is written: add, remove, move, ask for something more."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from handsel.drafts.form.scope import Data, Posted
from handsel.drafts.form.whole import PREFIX

PAID: Data = {"amount_minor": ""}
# What is begun with; a hole is a text that was not typed yet.
BLANKS: Mapping[str, Any] = {
    "percent": {"kind": "percent", "rate_ppm": ""},
    "fixed": {"kind": "fixed", **PAID, "per": "order"},
    "lead": {"kind": "lead", **PAID, "event": "lead", "pays": "at_once"},
    "click": {"kind": "click", **PAID},
    "impression": {"kind": "impression", **PAID},
    "excluded": {"kind": "excluded", "when": {"skus": ""}},
    "milestone": {
        "kind": "milestone",
        "measure": "orders",
        "reaches": "",
        "period": "month",
        **PAID,
    },
    "first_sale": {"kind": "first_sale", **PAID},
    "sign_up": {"kind": "sign_up", "after_first_sale": True, **PAID},
    "tenure": {"kind": "tenure", "months": 12, "orders_min": 1, **PAID},
    "task": {"kind": "task", "name": "", "times_max": 1, **PAID},
    "views": {"kind": "views", "per_views": "", "most_minor": "", **PAID},
    "cap": {"per": "partner", "period": "month", **PAID},
    "floor": {"per": "order", "period": None, **PAID},
    "override": {"level": 1, "rate_ppm": "", "months_max": None},
    "perk": {"name": "", "due": "on_joining"},
    "tiers": {
        "measure": "basis",
        "period": "month",
        "mode": "marginal",
        "steps": [{"start": "", "rate_ppm": ""}],
    },
    "step": {"start": "", "rate_ppm": ""},
    "valid": {"since": None, "until": None},
    "customer_discount": {"rate_ppm": "", "new_customers_only": False},
    "when": {},
    "metadata": {"name": "", "values": ""},
}
# What a condition begins with, where a text that was not typed yet would not do.
ASKED: Mapping[str, Any] = {
    "customer": "new",
    "renewals": {"least": 0, "most": None},
    "order_minor": {"least": 0, "most": None},
    "metadata": [{"name": "", "values": ""}],
    "any_of": [{}, {}],
    "none_of": [{}],
}
CONDITIONS = frozenset(
    "skus categories events links codes countries devices sources".split()  # noqa: SIM905
) | frozenset(ASKED)
RANKS = frozenset({"sku", "customer", "code", "click", "lifetime", "channel"})


class Acted(NamedTuple):
    """`focus`: the path where the keyboard should be now."""

    data: Data
    focus: str


def act(data: Data, asked: str, posted: Posted) -> Acted:
    """Do what a button says, as in `remove t.pay.1`; what makes no sense changes nothing."""
    verb, _space, rest = asked.partition(" ")
    target, _space, blank = rest.partition(" ")
    path = target.removeprefix(f"{PREFIX}.").split(".")
    changed = deepcopy(data)
    chosen = str(posted.get(f"choose.{target}", "") or "")
    try:
        match verb:
            case "put":
                return _put(changed, path, blank)
            case "add":
                return _put(changed, path, chosen)
            case "ask":
                return _ask(changed, path, chosen)
            case "remove":
                return _remove(changed, path)
            case "up" | "down":
                return _move(changed, path, verb)
    except (KeyError, IndexError, ValueError, TypeError):
        pass
    return Acted(data, "")


def _at(data: Any, path: list[str]) -> Any:
    for part in path:
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def _put(data: Data, path: list[str], blank: str) -> Acted:
    """Append to a list, or set what was missing."""
    above, name, new = _at(data, path[:-1]), path[-1], deepcopy(BLANKS[blank])
    if isinstance(above.get(name), list) or blank == "when":
        items = above.setdefault(name, [])
        items.append(new)
        return Acted(data, ".".join([*path, str(len(items) - 1)]))
    if name != blank:
        raise ValueError(name)
    above[name] = new
    return Acted(data, ".".join(path))


def _ask(data: Data, path: list[str], chosen: str) -> Acted:
    """One more condition; or one more rank at the end of the order."""
    found = _at(data, path)
    if isinstance(found, list):
        if chosen not in RANKS - set(found):
            raise ValueError(chosen)
        found.append(chosen)
        return Acted(data, ".".join(path))
    if chosen not in CONDITIONS:
        raise ValueError(chosen)
    found[chosen] = deepcopy(ASKED.get(chosen, ""))
    return Acted(data, ".".join([*path, chosen]))


def _remove(data: Data, path: list[str]) -> Acted:
    above, name = _at(data, path[:-1]), path[-1]
    if isinstance(above, list):
        del above[int(name)]
        return Acted(data, ".".join(path[:-1]))
    above[name] = None
    # A condition that is gone leaves its place to the others; anything else can be begun again.
    return Acted(data, ".".join(path[:-1] if name in CONDITIONS else path))


def _move(data: Data, path: list[str], verb: str) -> Acted:
    items, place = _at(data, path[:-1]), int(path[-1])
    other = place - 1 if verb == "up" else place + 1
    if other < 0 or other >= len(items):
        raise IndexError(other)
    items[place], items[other] = items[other], items[place]
    return Acted(data, ".".join([*path[:-1], f"{other}:{verb}"]))
