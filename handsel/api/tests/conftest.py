import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from handsel.clock import now
from handsel.config.tests.isolation.world import World, build
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting
from handsel.intake.signatures import sign
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key
from handsel.programs.models import Program

Ask = Callable[..., HttpResponse]

ANOTHER = "the secret that the shop signs with"


def key_of(member: Member, *scopes: str) -> str:
    return create_api_key(member, name="Shop", scopes=scopes or ApiKey.Scope.values)[1]


class Api:
    """The API as one key sees it."""

    def __init__(self, key: str = "", **headers: str) -> None:
        self.headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **headers}
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers={**self.headers, **headers})

    def patch(self, path: str, body: object) -> Any:
        return self.client.patch(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers
        )

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        raw = body if isinstance(body, (str, bytes)) else None
        return self.client.post(
            f"/api/v1/{path}",
            raw if raw is not None else body if body is not None else {},
            content_type="application/json",
            headers={**self.headers, **headers},
        )


@pytest.fixture
def ada_key(ada: Member) -> str:
    return key_of(ada)


@pytest.fixture
def acme_api(ada_key: str) -> Api:
    """With a key of Acme's that may do everything."""
    return Api(ada_key)


@pytest.fixture
def refused_event(program: Program) -> InboxEvent:
    """A postback that was signed with another secret: the one that is `ANOTHER`."""
    raw, at = (
        json.dumps({"order_reference": "77", "amount_minor": 12_000, "currency": "EUR"}),
        now(),
    )
    headers = {"handsel-signature": sign(ANOTHER, raw.encode(), at)}
    body = {"source": "postback", "program": program.pk, "raw": raw, "headers": headers}
    row = InboxEvent.objects.create(
        event_id="0:1", source="postback", trust="postback", body=body, received_at=at
    )
    process_waiting()
    row.refresh_from_db()
    return row


@pytest.fixture
def clicks_forgotten(transactional_db: None) -> Iterator[None]:
    """After a test that is not undone: clicks are in no table that Django empties."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE clicks_click, clicks_impression")


@pytest.fixture
def world(db: None, outbox: None) -> World:
    """Two brands and their partners, with something in every list."""
    return build()
