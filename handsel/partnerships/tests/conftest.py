from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handsel.engine.terms import Ending, Percent, Terms
from handsel.organizations.models import Member
from handsel.partnerships.models import Offer, Partnership
from handsel.partnerships.offering import accept_offer, make_offer
from handsel.partnerships.versions import Signature

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
MODULES = (
    "closing",
    "ending",
    "letters",
    "models",
    "offering",
    "queries",
    "reminding",
    "renewing",
    "rounds",
    "services",
)

Turn = Callable[..., datetime]


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """`days_later(30)`: from here on it is that much later in all of this app."""
    from handsel import clock

    passed = timedelta()

    def turn(days: float) -> datetime:
        nonlocal passed
        passed += timedelta(days=days)
        offset = passed

        def now() -> datetime:
            return clock.now() + offset

        for module in MODULES:
            monkeypatch.setattr(f"handsel.partnerships.{module}.now", now, raising=False)
        return now()

    return turn


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
