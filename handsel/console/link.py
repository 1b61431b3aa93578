"""What one link's page shows beside its forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.links.changing import Planned
from handsel.links.models import Link
from handsel.links.trying import Outcome, Visitor, try_link
from handsel.ui.states import state_of

OUTCOMES = {
    "plain": gettext_lazy("The link’s own page"),
    "schedule": gettext_lazy("By the schedule"),
    "over": gettext_lazy("The link is over"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """An outcome with the words for why."""

    why: str
    address: str
    share_ppm: int


def tried(link: Link, said: Mapping[str, object]) -> list[Tried]:
    """Where the visitor of the form would go; of today from nowhere, where it says nothing."""
    known = {name: value for name, value in said.items() if value and name != "s1"}
    subs = {"s1": str(said["s1"])} if said.get("s1") else {}
    visitor = Visitor(subs=subs, **known)  # type: ignore[arg-type]
    return [Tried(_why(one), one.address, one.share_ppm) for one in try_link(link, visitor)]


def _why(outcome: Outcome) -> str:
    match outcome.code:
        case "rule":
            return _("Rule %(number)s") % {"number": outcome.place}
        case "variant":
            return _("Variant %(name)s") % {"name": outcome.place}
        case code:
            return str(OUTCOMES[code])


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to one column of a link, in words."""

    label: str
    before: str
    after: str


COLUMNS = {
    "name": gettext_lazy("Name"),
    "url": gettext_lazy("Leads to"),
    "fallback_url": gettext_lazy("After the end"),
    "expires_at": gettext_lazy("Works until (UTC)"),
    "utm": gettext_lazy("Parameters"),
    "disabled_at": gettext_lazy("State"),
}


@dataclass(frozen=True, slots=True)
class PlanShown:
    link: Link
    differences: tuple[Difference, ...]


def plan_shown(plan: Planned) -> PlanShown:
    return PlanShown(
        plan.link,
        tuple(
            Difference(str(COLUMNS[name]), _shown(name, plan.before[name]), _shown(name, after))
            for name, after in plan.after.items()
        ),
    )


def _shown(name: str, value: Any) -> str:
    if name == "disabled_at":
        return str(state_of("disabled" if value else "enabled").word)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={said}" for key, said in value.items()) or "–"
    return str(value or "–")
