"""Changing links: one at a time, or many in one go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError, InvalidInput
from handsel.links.destinations import refuse_foreign, refuse_parameters, refuse_unusable
from handsel.links.directions import (
    ROUTING,
    VARIANT_NAMES,
    LinkChange,
    Split,
    SplitWish,
    Variant,
    read_split,
)
from handsel.links.models import Link, LinkDefaults
from handsel.organizations.models import Member
from handsel.programs.models import Program

AT_ONCE_MAX = 1000

Columns = dict[str, Any]


class RoutingNotAllowed(DomainError):
    """The brand decides where visitors of its partners' links are sent."""

    status = 403


class LinksNotChanged(InvalidInput):
    """Some of many links cannot be changed like that; `refusals` says which, by id."""

    def __init__(self, refusals: dict[str, DomainError]) -> None:
        first = next(iter(refusals.values()))
        super().__init__(
            _("Some links cannot be changed like that: none was."),
            field=first.field,
            remedy=_("Leave them out, or change something else."),
        )
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Planned:
    """What a change would do to one link: the columns that differ, before and after."""

    link: Link
    before: Columns
    after: Columns
    refusal: DomainError | None = None


@transaction.atomic
def change_link(
    pk: str, change: LinkChange, *, actor: Member | None, by_partner: bool = False
) -> Link:
    """Change what `change` names. Tracking hears of it at once; clicks of before stay what they
    were. Asking for what is already so changes nothing.

    Raises RoutingNotAllowed where a partner asks for what its brand keeps to itself.
    """
    link = Link.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)
    if by_partner:
        _refuse_partner(link, change)
    _refuse_unusable(link, change)
    _apply(link, change, actor)
    return link


def plan_changes(pks: Sequence[str], change: LinkChange) -> list[Planned]:
    """What `change_links` would do, link by link; nothing is written."""
    return [_planned(link, change) for link in _in_order(Link.objects.all(), pks)]


@transaction.atomic
def change_links(pks: Sequence[str], change: LinkChange, *, actor: Member | None) -> list[Link]:
    """The same change of many links, of all or none. Raises LinksNotChanged."""
    if len(pks) > AT_ONCE_MAX:
        raise InvalidInput(
            _("At most %(most)d links can be changed in one go.") % {"most": AT_ONCE_MAX},
            field="links",
            remedy=_("Change them in several goes."),
        )
    links = _in_order(Link.objects.select_for_update(of=("self",)), pks)
    planned = [_planned(link, change) for link in links]
    if refusals := {plan.link.pk: plan.refusal for plan in planned if plan.refusal}:
        raise LinksNotChanged(refusals)
    for plan in planned:
        _apply(plan.link, change, actor)
    return [plan.link for plan in planned]


@transaction.atomic
def end_split(
    pk: str,
    winner: str,
    *,
    actor: Member | None,
    reason: str = "",
    by_partner: bool = False,
) -> Link:
    """From now on one variant gets all visitors. Without an actor it was decided by the figures,
    which `reason` names. A split that has been decided stays as it was decided.

    Raises RoutingNotAllowed where a partner asks for what its brand keeps to itself.
    """
    link = Link.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)
    if by_partner:
        _refuse_partner(link, LinkChange(split=None))
    split = read_split(link.split)
    if split is None or winner not in {one.name for one in split.variants}:
        raise InvalidInput(
            _("This link has no variant %(name)s.") % {"name": winner},
            field="winner",
            remedy=_("Choose one of its variants."),
        )
    if split.winner is None:
        decided = split.model_copy(update={"winner": winner, "decided_at": now()})
        link.split = decided.model_dump(mode="json")
        link.save(update_fields=["split"])
        record("link.split-decided", link, actor=actor, data={"winner": winner}, reason=reason)
    return link


@transaction.atomic
def change_defaults(
    program: Program, *, utm: dict[str, str], partners_route: bool, actor: Member | None
) -> LinkDefaults:
    """What all links of a program carry, and whether partners may say where theirs lead."""
    refuse_parameters(utm)
    defaults, _made = LinkDefaults.objects.select_for_update().get_or_create(
        program=program, defaults={"brand_id": program.brand_id}
    )
    since = (defaults.partners_route_since or now()) if partners_route else None
    if (utm, since) == (defaults.utm, defaults.partners_route_since):
        return defaults
    before = {"utm": defaults.utm, "partners_route": defaults.partners_route_since is not None}
    defaults.utm, defaults.partners_route_since = utm, since
    defaults.save(update_fields=["utm", "partners_route_since"])
    record("link-defaults.changed", defaults, actor=actor, data={"before": before})
    return defaults


def partners_may_route(program_id: str) -> bool:
    allowed = LinkDefaults.objects.filter(program=program_id)
    return allowed.exclude(partners_route_since=None).exists()


def _refuse_partner(link: Link, change: LinkChange) -> None:
    if "disabled" in change.named and not change.disabled and link.disabled_at:
        raise RoutingNotAllowed(
            _("A link that is off is switched on again by %(program)s.")
            % {"program": link.program.name},
            field="disabled",
            remedy=_("Ask them, or make another link."),
        )
    if change.named & ROUTING and not partners_may_route(link.program_id):
        raise RoutingNotAllowed(
            _("%(program)s keeps it to itself where visitors of this link are sent.")
            % {"program": link.program.name},
            field=min(change.named & ROUTING),
            remedy=_("Ask them to allow it, or to change it for you."),
        )


def _refuse_unusable(link: Link, change: LinkChange) -> None:
    """What cannot be of any link, or not of this one: while it was off, its page's domain may have
    been taken from the program."""
    refuse_unusable(change, link.program.domains)
    is_on_again = "disabled" in change.named and not change.disabled and link.disabled_at
    if is_on_again and "url" not in change.named:
        refuse_foreign(link.url, link.program.domains, field="url")


def _in_order(links: Any, pks: Iterable[str]) -> list[Link]:
    """Locked, if they are, in one order whoever asks, so that two cannot wait for each other."""
    found: list[Link] = list(links.filter(pk__in=pks).select_related("program").order_by("pk"))
    return found


def _planned(link: Link, change: LinkChange) -> Planned:
    try:
        _refuse_unusable(link, change)
    except DomainError as refusal:
        return Planned(link, {}, {}, refusal)
    after = _differing(link, change)
    return Planned(link, {name: getattr(link, name) for name in after}, after)


def _apply(link: Link, change: LinkChange, actor: Member | None) -> None:
    after = _differing(link, change)
    if not after:
        return
    before = {name: _plain(getattr(link, name)) for name in after if name != "disabled_at"}
    for name, value in after.items():
        setattr(link, name, value)
    link.save(update_fields=list(after))
    if before:
        said = {name: _plain(after[name]) for name in before}
        record("link.changed", link, actor=actor, data={"before": before, "after": said})
    if "disabled_at" in after:
        verb = "link.disabled" if link.disabled_at else "link.enabled"
        record(verb, link, actor=actor)


def _differing(link: Link, change: LinkChange) -> Columns:
    """The columns that the change makes different, with what they will hold."""
    said = change.model_dump(mode="json")
    wanted: Columns = {
        name: said[name]
        for name in change.named & {"name", "url", "fallback_url", "schedule", "rules", "subs"}
    }
    if "schedule" in wanted:
        wanted["schedule"].sort(key=lambda entry: entry["at"])
    if "expires_at" in change.named:
        wanted["expires_at"] = change.expires_at
    if "utm" in change.named:
        wanted["utm"] = dict(change.utm)
    if "split" in change.named:
        wanted["split"] = _split(link, change.split)
    if "disabled" in change.named and change.disabled != (link.disabled_at is not None):
        wanted["disabled_at"] = now() if change.disabled else None
    return {name: value for name, value in wanted.items() if getattr(link, name) != value}


def _split(link: Link, wish: SplitWish | None) -> dict[str, Any] | None:
    """Other variants or other shares are another split, which begins to count anew."""
    if wish is None:
        return None
    running = read_split(link.split)
    if running is not None and running.wish == wish:
        return link.split
    if running is not None and running.wish.variants == wish.variants:
        return running.model_copy(update={"decides": wish.decides}).model_dump(mode="json")
    variants = tuple(
        Variant(name=name, url=one.url, weight=one.weight)
        for name, one in zip(VARIANT_NAMES, wish.variants, strict=False)
    )
    split = Split(variants=variants, decides=wish.decides, started_at=now())
    return split.model_dump(mode="json")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
