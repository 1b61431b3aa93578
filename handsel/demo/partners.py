"""The partners of the demo, from `partners.toml`. All of them are invented."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from handsel.demo.calendar import Calendar

_PLAIN = str.maketrans("åäöøéèłśżóüíñ", "aaooeelszouin")


@dataclass(frozen=True, slots=True)
class Post:
    """A link of its own: `name` as in the address, the page it leads to, and how many days after
    joining it is made."""

    name: str
    page: str
    after_days: int = 1


FIRST_LINK = Post("", "/", 0)


@dataclass(frozen=True, slots=True)
class Partner:
    """`weight` is how often it brings a buyer, `shape` how that changes (`touches.SHAPES`);
    `joins` and `leaves` are days of the story. One without weight never sells: it has so many
    `visits`."""

    slug: str
    name: str
    kind: str
    country: str
    person: str
    weight: float
    shape: str
    joins: int
    group: str = "Standard"
    code: str = ""
    visits: int = 0
    leaves: int | None = None
    posts: tuple[Post, ...] = ()

    @property
    def site(self) -> str:
        return f"{self.slug.replace('-', '')}.example"

    @property
    def email(self) -> str:
        first = self.person.split()[0].lower().translate(_PLAIN)
        return f"{first}@{self.site}"

    @property
    def links(self) -> tuple[Post, ...]:
        """Its first link, which it has from the start, and its posts."""
        return FIRST_LINK, *self.posts

    def joined_at(self, calendar: Calendar) -> datetime:
        """In the morning of its day, each at another minute."""
        return calendar.day(self.joins) + timedelta(minutes=9 * 60 + 17 * len(self.name) % 360)

    def left_at(self, calendar: Calendar) -> datetime:
        """The end of the story for all who stay."""
        day = None if self.leaves is None else calendar.day(self.leaves + 0.7)
        return calendar.ends_at if day is None else min(day, calendar.ends_at)

    def made_at(self, post: Post, calendar: Calendar) -> datetime:
        return self.joined_at(calendar) + timedelta(days=post.after_days, minutes=11)

    def slug_of(self, post: Post) -> str:
        return f"{self.slug}-{post.name}" if post.name else self.slug


@lru_cache
def partners() -> tuple[Partner, ...]:
    file = Path(__file__).with_name("partners.toml")
    return tuple(
        Partner(**{**told, "posts": tuple(Post(**post) for post in told.get("posts", ()))})
        for told in tomllib.loads(file.read_text())["partner"]
    )


def partner_called(slug: str) -> Partner:
    """Raises KeyError."""
    return {partner.slug: partner for partner in partners()}[slug]
