"""What every test may use. The server is started by handsel/config/postgres/testing.py."""

from collections.abc import Generator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from handsel.config.postgres.passwords import APP
from handsel.config.postgres.testing import hand_to_application, running_test_server

pytest_plugins = ["handsel.cast"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    """The owner makes the test database; the tests then meet it as the application does."""
    from django.db import connection

    settings = connection.settings_dict
    options_before = dict(settings["OPTIONS"])
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        hand_to_application(settings, cursor.connection)
    connection.close()
    yield
    settings["OPTIONS"] = options_before
    connection.close()


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database as the application's role, for code that does not use Django."""
    from django.db import connection

    return running_test_server().url(APP, connection.settings_dict["NAME"])
