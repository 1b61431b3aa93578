import pytest

from handsel.config.tests.isolation.world import World, build


@pytest.fixture
def world(db: None, outbox: None) -> World:
    return build()
