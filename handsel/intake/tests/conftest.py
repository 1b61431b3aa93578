import os
from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture(name="outside")
def outside_environment(database_url: str) -> Iterator[dict[str, str]]:
    """The environment of a process that works on the test database beside the test."""
    _forget_clicks()
    yield {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
        "HANDSEL_DATABASE_URL": database_url,
        "HANDSEL_SCOPE": "system",
    }
    _forget_clicks()


def _forget_clicks() -> None:
    """They are in no table that Django empties after a test."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE clicks_click, clicks_impression")
