"""The whole form: sections in the order of the clauses they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from handsel.drafts.form import pay, sections
from handsel.drafts.form.branches import Branch, Node
from handsel.drafts.form.leaves import Field, Leaf, Line
from handsel.drafts.form.scope import Data, Posted, Reading, Scope, Showing, Text
from handsel.engine.terms import Terms
from handsel.engine.terms.plain import plain

PREFIX = "t"
"""All names of the form begin with it, so that nothing else on the page is taken for terms."""


@dataclass(frozen=True)
class Part:
    """A section that folds. `always`: it is open however little it says."""

    name: str
    title: Text
    holds: Sequence[Branch | Leaf]
    always: bool = False


PARTS: Sequence[Part] = (
    Part("pay", _("What is paid"), (pay.PAY,), always=True),
    Part("attribution", _("Who is credited"), (sections.ATTRIBUTION,)),
    Part("basis", _("What counts of an order"), (sections.BASIS,)),
    Part("hold", _("Waiting for returns, and payout"), (sections.HOLD, sections.PAYOUT)),
    Part("bonuses", _("Bonuses"), (pay.BONUSES,)),
    Part("limits", _("Limits: at most, at least"), (pay.CAPS, pay.FLOORS)),
    Part("recurring", _("Subscriptions"), (sections.RECURRING,)),
    Part("overrides", _("Partners who bring partners"), (pay.OVERRIDES,)),
    Part("customer_discount", _("A discount for buyers"), (sections.DISCOUNT,)),
    Part("perks", _("Perks: what is no money"), (sections.PERKS,)),
    Part("promotion", _("How the partner may advertise"), (sections.PROMOTION,)),
    Part(
        "ending",
        _("Notice, ending and time zone"),
        (
            sections.ENDING,
            Line(
                name="time_zone",
                label=_("Time zone"),
                hint=_("Where days and months begin, as in Europe/Stockholm."),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """A section as it is drawn. `is_wrong`: something in it needs a look."""

    part: Part
    nodes: Sequence[Node | Field]
    is_open: bool
    is_wrong: bool


def read_form(posted: Posted, *, currency: str) -> tuple[Data, Mapping[str, Sequence[str]]]:
    """What was typed, as data in the shape of terms, and what could not be read, by path."""
    reading = Reading(posted)
    scope = Scope(currency, _zone(posted.get(f"{PREFIX}.time_zone", "")))
    data: Data = {"currency": currency}
    inside = scope.within(data)
    for part in PARTS:
        for member in part.holds:
            data[member.name] = member.read(reading, f"{PREFIX}.{member.name}", inside)
    _complete(data)
    start = len(PREFIX) + 1
    return data, {path[start:]: said for path, said in reading.errors.items()}


def show(
    written: Mapping[str, Any],
    *,
    currency: str,
    errors: Mapping[str, Sequence[str]],
    warnings: Mapping[str, Sequence[str]],
    focus: str = "",
    opened: frozenset[str] = frozenset(),
) -> list[Shown]:
    """The sections of a form for what is written."""
    data = _filled(written, currency)
    scope = Scope(currency, _zone(data.get("time_zone", ""))).within(data)
    showing = Showing(
        {f"{PREFIX}.{path}": said for path, said in errors.items()},
        {f"{PREFIX}.{path}": said for path, said in warnings.items()},
        f"{PREFIX}.{focus}" if focus else "",
    )
    return [_shown(part, data, scope, showing, opened) for part in PARTS]


def _shown(part: Part, data: Data, scope: Scope, showing: Showing, opened: frozenset[str]) -> Shown:
    paths = [f"{PREFIX}.{member.name}" for member in part.holds]
    wrong = any(showing.under(path) for path in paths)
    focused = any((showing.focus + ".").startswith(f"{path}.") for path in paths)
    return Shown(
        part=part,
        nodes=[
            member.show(data.get(member.name), f"{PREFIX}.{member.name}", scope, showing)
            for member in part.holds
        ],
        is_open=part.always or wrong or focused or part.name in opened,
        is_wrong=wrong,
    )


def _filled(written: Mapping[str, Any], currency: str) -> Data:
    """What is written, and in its sections what their members say by default."""
    data = {**_silent(), **written, "currency": currency}
    for name, silent in _silent().items():
        if isinstance(silent, dict) and isinstance(data[name], dict):
            data[name] = {**silent, **data[name]}
    return data


def _silent() -> Data:
    """What terms say by default."""
    return {
        name: plain(field.default) if isinstance(field.default, BaseModel) else field.default
        for name, field in Terms.model_fields.items()
        if not field.is_required()
    }


def _zone(name: object) -> str:
    try:
        return ZoneInfo(str(name or "UTC")).key
    except (ValueError, OSError, KeyError):
        return "UTC"


def _complete(data: Data) -> None:
    """Members that no control has, because others say them already."""
    data |= {"schema_version": 1, "refunds": {"fixed_parts": "until_nothing_is_left"}}
    ranks = [rank for rank in data["attribution"]["precedence"] if rank in ("code", "click")]
    clicks_first = ranks == ["click", "code"]
    data["attribution"]["code_precedence"] = (
        "click_before_code" if clicks_first else "code_before_click"
    )
    in_money = [rule for rule in data["pay"] if rule.get("kind") not in ("percent", "excluded")]
    for item in (*in_money, *data["bonuses"], *data["caps"], *data["floors"]):
        item["currency"] = data["currency"]
    discount = data["customer_discount"]
    if discount is not None:
        fixed = discount["amount_minor"] is not None
        discount["currency"] = data["currency"] if fixed else None
