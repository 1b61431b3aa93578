"""The clicks of a year: those that brought a buyer, and the many that did not."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from handsel.demo.calendar import DAY, Calendar
from handsel.demo.partners import Partner, partners
from handsel.demo.routes import SEEN
from handsel.demo.touches import Touch
from handsel.demo.visitors import Visitor, visitor
from handsel.tracking.click_id import mint
from handsel.tracking.devices import device_of
from handsel.tracking.links import Link as TrackedLink
from handsel.tracking.routing import choose

# Of a hundred clicks, how many bring an order.
SELLS = {"content": 3.4, "influencer": 1.9, "coupon": 5.5, "loyalty": 6.0, "business": 5.0}
SELLS_ELSE = 2.6
# When people read, by hour (UTC): a little over lunch, most in the evening.
HOURS = (2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 8, 9, 8, 7, 7, 7, 8, 9, 11, 12, 11, 8, 4)
AROUND_DAYS = 4.0

# One device that opens one link all day, and buys nothing.
FLOOD, FLOOD_CLICKS, FLOOD_DAYS = "dealhopper", 4_800, 16
FLOOD_VISITOR = Visitor(
    "",
    "198.19.77.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Safari/537.36",
    {},
)


class Click(NamedTuple):
    """Sorts by its moment. `order` is that of the buyer, where one came of it."""

    at_ms: int
    link: str
    order: str


@dataclass(frozen=True, slots=True)
class Place:
    """A link as tracking knows it. Where it sends visitors to different pages, `routed` says how,
    since `routed_ms`; from `won_ms` on everybody gets the page `winner`."""

    number: int
    program: str
    partnership: str
    routed: TrackedLink | None = None
    routed_ms: int = 0
    won_ms: int | None = None
    winner: str = ""


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visitor as routing asks of it."""

    at_ms: int
    who: Visitor
    subs: Mapping[str, str]
    target: str | None = None

    @property
    def visitor(self) -> str:
        return self.who.name

    @property
    def language(self) -> str:
        return self.who.language

    def country(self) -> str:
        return self.who.country

    def device(self) -> str:
        return device_of(self.who.agent)


def clicks(touches: Sequence[Touch], calendar: Calendar, *, total: int, seed: int) -> list[Click]:
    """Every click up to the end of the story, in order of time: `total` of them, or a few more
    when more than that have brought buyers."""
    chance = random.Random(f"clicks {seed}")  # noqa: S311  no secret
    bought = [Click(_ms(touch.at), touch.link, touch.order) for touch in touches if touch.link]
    idle = [click for partner in partners() for click in _idle(partner, calendar, chance)]
    flood = list(_flood(calendar, chance))
    rest = total - len(bought) - len(idle) - len(flood)
    return sorted([*bought, *idle, *flood, *_readers(bought, calendar, rest, chance)])


def _readers(
    bought: Sequence[Click], calendar: Calendar, total: int, chance: random.Random
) -> Iterator[Click]:
    """They come to the links that sell, around the days when these sell."""
    made = {p.slug_of(post): p.made_at(post, calendar) for p in partners() for post in p.links}
    left = {p.slug_of(post): p.left_at(calendar) for p in partners() for post in p.links}
    kinds = {p.slug_of(post): p.kind for p in partners() for post in p.links}
    if not bought or total <= 0:
        return
    weights = [1 / SELLS.get(kinds[click.link], SELLS_ELSE) for click in bought]
    for near in chance.choices(bought, weights, k=total):
        at = _near(near.at_ms, chance)
        if made[near.link] < at < left[near.link]:
            yield Click(_ms(at), near.link, "")


def _near(at_ms: int, chance: random.Random) -> datetime:
    day = datetime.fromtimestamp(at_ms / 1000, UTC).replace(hour=0, minute=0, second=0)
    day += timedelta(days=round(chance.gauss(0, AROUND_DAYS)))
    (hour,) = chance.choices(range(24), HOURS)
    return day + timedelta(hours=hour, milliseconds=chance.randrange(3_600_000))


def _idle(partner: Partner, calendar: Calendar, chance: random.Random) -> Iterator[Click]:
    """Visits of those who have not sold anything yet."""
    since = partner.made_at(partner.links[-1], calendar)
    for _ in range(partner.visits):
        at = since + chance.random() * (calendar.ends_at - since)
        yield Click(_ms(at), partner.slug_of(chance.choice(partner.links)), "")


def _flood(calendar: Calendar, chance: random.Random) -> Iterator[Click]:
    since = calendar.before_end(FLOOD_DAYS)
    for _ in range(FLOOD_CLICKS):
        yield Click(_ms(since + chance.random() * (FLOOD_DAYS * DAY)), FLOOD, "flood")


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@dataclass(slots=True)
class Recorder:
    """Clicks as `tracking.redirects` writes them into the spool. `countries` are those of the
    buyers, by order."""

    key: bytes
    places: Mapping[str, Place]
    seed: int
    countries: Mapping[str, str] = field(default_factory=dict)
    _chance: random.Random = field(init=False)
    _buyers: dict[str, Visitor] = field(default_factory=dict)
    _heads: dict[str, tuple[Partner, str, tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"visitors {self.seed}")  # noqa: S311  no secret
        for partner in partners():
            for post in partner.links:
                slug = partner.slug_of(post)
                self._heads[slug] = partner, _referrer(partner, post.name), _subs(post.name)

    def click_id(self, click: Click) -> str:
        """The same each time the same click is asked for, so that an order can name it."""
        said = f"{self.seed} {click.link} {click.at_ms} {click.order}"
        nonce = hashlib.sha256(said.encode()).digest()[:6]
        return mint(self.key, self.places[click.link].number, click.at_ms, nonce)

    def body(self, click: Click) -> dict[str, Any]:
        partner, referrer, words = self._heads[click.link]
        place = self.places[click.link]
        who = self._who(click, partner)
        subs = {"s1": self._chance.choice(words)} if words else {}
        dest = _dest(place, _Visit(click.at_ms, who, subs))
        return {
            **({"dest": dest} if dest else {}),
            "id": self.click_id(click),
            "link": place.number,
            "partnership": place.partnership,
            "at_ms": click.at_ms,
            "ip": who.ip,
            "visitor": who.name,
            "ua": who.agent,
            "referrer": referrer,
            "lang": who.language,
            "subs": subs,
            "fetch": who.fetch,
        }

    def impressions(self, click: Click) -> Iterator[tuple[int, dict[str, Any]]]:
        """Those who saw a banner before somebody followed it: moment and body, as
        `tracking.impressions` writes them."""
        partner, referrer, _words = self._heads[click.link]
        place = self.places[click.link]
        for number in range(SEEN.get(click.link, 0)):
            who = visitor(self._chance, partner.kind, partner.country)
            at_ms = click.at_ms - number - 1
            said = f"seen {self.seed} {click.link} {click.at_ms} {click.order} {number}"
            yield (
                at_ms,
                {
                    "imp": hashlib.sha256(said.encode()).hexdigest()[:24],
                    "link": place.number,
                    "partnership": place.partnership,
                    "at_ms": at_ms,
                    "ip": who.ip,
                    "visitor": who.name,
                    "ua": who.agent,
                    "referrer": referrer,
                },
            )

    def _who(self, click: Click, partner: Partner) -> Visitor:
        if not click.order:
            return visitor(self._chance, partner.kind, partner.country)
        if click.order == "flood":
            return FLOOD_VISITOR
        if click.order not in self._buyers:
            country = self.countries.get(click.order) or partner.country
            who = visitor(self._chance, partner.kind, country, is_buyer=True)
            self._buyers[click.order] = who
        return self._buyers[click.order]


def _referrer(partner: Partner, post: str) -> str:
    if post in {"newsletter", "app", "nyhetsbrev", "lettre", "bulletin"}:
        return ""
    well_known = {
        "ig-bio": "https://l.instagram.com/", "stories": "https://l.instagram.com/",
        "tiktok": "https://www.tiktok.com/", "youtube": "https://www.youtube.com/",
        "pinterest": "https://www.pinterest.com/", "substack": "https://substack.com/",
    }  # fmt: skip
    return well_known.get(post, f"https://{partner.site}/{post}")


def _subs(post: str) -> tuple[str, ...]:
    """The words with which a partner tells its places apart; some more often than others."""
    if post in {"newsletter", "lettre", "nyhetsbrev", "substack"}:
        return "weekly", "weekly", "weekly", "welcome"
    if post in {"ig-bio", "stories", "tiktok", "youtube"}:
        return "bio", "bio", "story", "reel", "pinned"
    return ("header", "article", "article", "end") if post else ()


def _dest(place: Place, visit: _Visit) -> Mapping[str, Any] | None:
    """Which of a link's pages a visitor got, by the code that redirects; None of its own page."""
    if place.routed is None or visit.at_ms < place.routed_ms:
        return None
    if place.won_ms is not None and visit.at_ms >= place.won_ms:
        return {"variant": place.winner}
    choice = choose(place.routed, visit)
    return choice.dest if choice else None


def by_order(clicks: Sequence[Click]) -> dict[str, list[Click]]:
    """The clicks that brought a buyer, by order."""
    found: dict[str, list[Click]] = defaultdict(list)
    for click in clicks:
        if click.order and click.order != "flood":
            found[click.order].append(click)
    return found
