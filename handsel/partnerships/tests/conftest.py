from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from handsel import clock
from handsel.engine.terms import Ending, Percent, Terms
from handsel.organizations.models import Member
from handsel.partnerships.models import Offer, Partnership
from handsel.partnerships.offering import accept_offer, make_offer
from handsel.partnerships.versions import Signature

Turn = Callable[..., datetime]


@pytest.fixture
def days_later() -> Iterator[Turn]:
    """`days_later(30)`: from here on it is that much later."""
    passed = timedelta()

    def turn(days: float) -> datetime:
        nonlocal passed
        passed += timedelta(days=days)
        clock.set_offset(passed)
        return clock.now()

    yield turn
    clock.set_offset(timedelta())


@pytest.fixture
def better(terms: Terms) -> Terms:
    """12 % instead of 10."""
    return terms.model_copy(update={"pay": (Percent(rate_ppm=120_000),)})


@pytest.fixture
def worse(terms: Terms) -> Terms:
    """8 % instead of 10."""
    return terms.model_copy(update={"pay": (Percent(rate_ppm=80_000),)})


@pytest.fixture
def tailed(terms: Terms) -> Terms:
    """Twenty days of notice, and earlier clicks count ten days after the end."""
    return terms.model_copy(update={"ending": Ending(notice_days=20, tail_days=10)})


@pytest.fixture
def offered(bens: Partnership, ada: Member) -> Callable[..., Offer]:
    def offer(terms: Terms, **options: Any) -> Offer:
        return make_offer(bens.pk, terms, brand=Signature(ada, "The text", "en"), **options)

    return offer


@pytest.fixture
def accepted(ben: Member) -> Callable[..., Any]:
    def accept(offer: Offer) -> Any:
        digest = offer.terms_digest
        return accept_offer(offer.pk, member=ben, terms_digest=digest, text="Texten", language="sv")

    return accept
