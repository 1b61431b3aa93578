from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from handsel.config.tests.isolation.world import World, build
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key

Ask = Callable[..., HttpResponse]


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
def world(db: None, outbox: None) -> World:
    """Two brands and their partners, with something in every list."""
    return build()
