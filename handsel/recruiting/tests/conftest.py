from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from handsel import clock
from handsel.cast import SignIn
from handsel.engine.terms import Terms, digest
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.programs.page import change_page, publish_page
from handsel.recruiting.models import Application
from handsel.recruiting.services import Asked, apply


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    """A record is counted every ten minutes; tests do not wait."""
    cache.clear()


@contextmanager
def at(moment: str) -> Iterator[None]:
    """The domain's clock at a moment (UTC), and going on from there."""
    before = clock.offset()
    clock.set_offset(datetime.fromisoformat(f"{moment}+00:00") - datetime.now(UTC))
    yield
    clock.set_offset(before)


@pytest.fixture
def page(program: Program, ada: Member) -> Program:
    """Acme's page, published at /p/acme/: Ada answers within three working days."""
    change_page(
        program.pk,
        slug="acme",
        headline="Share what lasts",
        pitch="Knitwear made in Hardanger.",
        loved=["Honest words"],
        forbidden=["Ads on our name"],
        reader="Ada",
        answer_days=3,
        kinds_wanted=["content", "influencer"],
        countries_wanted=["NO", "SE"],
        reach_min=1000,
        actor=ada,
    )
    publish_page(program.pk, actor=ada)
    program.refresh_from_db()
    return program


INES = Asked(
    name="Ines Dahl",
    email="ines@layered.example",
    place="https://layered.example",
    kind="content",
    country="NO",
    reach=4000,
    message="I mend what others throw away, and write about it.",
)


def form_of(terms: Terms, **other: Any) -> dict[str, Any]:
    """What Ines writes into the form."""
    return {**vars(INES), "agreed": "on", "terms_digest": digest(terms), "nickname": "", **other}


@pytest.fixture
def ines(page: Program, terms: Terms, outbox: None) -> Application:
    """Ines has applied to Acme."""
    application = apply(page.pk, INES, terms_digest=digest(terms), asked_from="192.0.2.0")
    assert application is not None
    return application


@pytest.fixture
def as_ada(client: Client, ada: Member, signed_in: SignIn) -> Client:
    return signed_in(client, ada)
