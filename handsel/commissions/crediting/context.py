"""Where a click came from, for the conditions of terms that ask about it."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from handsel.conversions.models import Touch
from handsel.engine.agreements import AgreementVersion
from handsel.engine.terms import Terms, When

DEVICES = frozenset({"phone", "tablet", "computer"})


def asks_about_clicks(versions: Iterable[AgreementVersion]) -> bool:
    """Whether any of these versions asks where a click came from. Where none does, evaluations do
    not hold it: what decides nothing is nobody's business, and changes no receipt when it comes."""
    return any(_asks(version.terms) for version in versions)


def _asks(terms: Terms) -> bool:
    return any(_asks_of_touch(rule.when) for rule in terms.pay)


def _asks_of_touch(when: When) -> bool:
    if when.links or when.countries or when.devices or when.sources:
        return True
    return any(map(_asks_of_touch, (*when.any_of, *when.none_of)))


class Context(NamedTuple):
    """Of a click, as far as it is known by now; empty where nobody knows."""

    country: str = ""
    device: str = ""
    source: str = ""
    link: str = ""


NOT_ASKED = Context()


def context_of(touch: Touch) -> Context:
    return Context(
        country=touch.country,
        device=touch.device if touch.device in DEVICES else "",
        source=host_of(touch.referrer),
        link=touch.link.slug if touch.link else "",
    )


def host_of(referrer: str) -> str:
    """The host of an address, in small letters; empty where it has none.

    >>> host_of("https://News.Blog.example/2026/hats?q=1"), host_of("android-app://a.b")
    ('news.blog.example', 'a.b')
    """
    try:
        return urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
