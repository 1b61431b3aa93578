import math
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from handsel import clock


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Settings) -> None:
    """A hash that is meant to be slow would be most of what the tests wait for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No statement now and then for the clock of a demo: statements are counted in tests."""
    monkeypatch.setattr("handsel.organizations.services.demo._read_at", math.inf)
    yield
    clock.set_offset(timedelta())


@pytest.fixture
def outbox(settings: Settings) -> None:
    """Letters go where they go in life; Django's test runner would keep them in memory."""
    settings.EMAIL_BACKEND = "handsel.mail.backend.Outbox"
