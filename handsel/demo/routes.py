"""What the links of the demo can do besides leading to a page: rules, splits, schedules, ends,
parameters and sub-ids, and a name of the brand's own for all of them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from handsel.demo.calendar import Calendar
from handsel.demo.house import SHOP, House
from handsel.domains.services import add_domain
from handsel.links.changing import change_defaults, change_link, end_split
from handsel.links.directions import LinkChange, Rule, Scheduled, SplitWish, VariantWish
from handsel.links.models import Link
from handsel.organizations.models import Member

HOST = "go.marigold.example"
# Links whose banners are seen, and how often for each click.
SEEN = {"paper-lantern-lights-guide": 6, "kitchen-notes-cake-stands": 4}


class Won(NamedTuple):
    """A split that a person has ended: from when on everybody gets which page."""

    slug: str
    ends_before: float
    winner: str


WON = Won("the-vintage-table-doilies", 21, "b")


def won_at(calendar: Calendar) -> datetime:
    return calendar.before_end(WON.ends_before)


def directions(house: House, calendar: Calendar) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Who says it, and when; told before the year passes, as the links themselves are."""
    yield calendar.day(0.3), partial(_parameters, house)
    for slug, days, change in _changes(calendar):
        yield calendar.before_end(days), partial(_change, house, slug, change)


def later(house: House, calendar: Calendar) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """What happens while the year passes."""
    yield calendar.before_end(0.4), partial(_add_domain, house)
    yield won_at(calendar), partial(_end, house)


def _changes(calendar: Calendar) -> Iterator[tuple[str, float, LinkChange]]:
    end = calendar.ends_at.replace(minute=0, second=0, microsecond=0)
    yield (
        "schoen-gedeckt",
        120,
        LinkChange(
            rules=(
                Rule(url=f"{SHOP}/de/app", countries=("DE",), devices=("phone",)),
                Rule(url=f"{SHOP}/de", languages=("de",)),
                Rule(url=f"{SHOP}/eu", countries=("FR", "NL", "BE")),
            )
        ),
    )
    yield "home-by-ida-stories", 60, LinkChange(split=_split("/new", "/new/films"))
    yield "paper-lantern-newsletter", 50, LinkChange(split=_split("/new", "/party"))
    yield (
        WON.slug,
        75,
        LinkChange(split=_split("/vintage", "/vintage/lace", weight=2, decides=False)),
    )
    yield (
        "gift-guide-weekly-xmas-guide",
        40,
        LinkChange(
            schedule=(
                Scheduled(at=end - timedelta(days=12), url=f"{SHOP}/black-friday"),
                Scheduled(at=end - timedelta(days=5)),
                Scheduled(at=end + timedelta(days=20), url=f"{SHOP}/after-christmas"),
            )
        ),
    )
    yield (
        "kitchen-notes-lunch-bags",
        90,
        LinkChange(utm={"utm_campaign": "lunch", "utm_content": "{sub1}"}, subs={"s1": "recipe"}),
    )
    yield (
        "schoen-gedeckt-adventskranz",
        30,
        LinkChange(expires_at=end + timedelta(days=45), fallback_url=f"{SHOP}/sale"),
    )


def _split(*pages: str, weight: int = 1, decides: bool = True) -> SplitWish:
    first, second = (f"{SHOP}{page}" for page in pages)
    variants = (VariantWish(url=first), VariantWish(url=second, weight=weight))
    return SplitWish(variants=variants, decides=decides)


def _parameters(house: House) -> None:
    utm = {"utm_source": "{partner}", "utm_medium": "partner"}
    change_defaults(house.program, utm=utm, partners_route=True, actor=house.manager)


def _change(house: House, slug: str, change: LinkChange) -> None:
    """By the partner whose link it is: the program lets them."""
    link = Link.objects.filter(program=house.program, slug=slug).first()
    if link is not None:
        change_link(link.pk, change, actor=_partner_of(house, link), by_partner=True)


def _partner_of(house: House, link: Link) -> Member:
    return next(
        joined.member
        for joined in house.partners.values()
        if joined.partnership.pk == link.partnership_id
    )


def _end(house: House) -> None:
    link = Link.objects.filter(program=house.program, slug=WON.slug).first()
    if link is not None and link.split:
        end_split(link.pk, WON.winner, actor=_partner_of(house, link), by_partner=True)


def _add_domain(house: House) -> None:
    """Nobody owns the name: the check says what a real one would lack."""
    add_domain(house.program, host=HOST, actor=house.manager)
