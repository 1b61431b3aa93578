from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from handsel.tracking.tests.harness import Tracking
from handsel.tracking.tests.postgres import Postgres


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def tracking(tmp_path: Path) -> AsyncIterator[Tracking]:
    """The app with Ben's link `ben`, a disabled link `over`, and no database."""
    async with Tracking(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    yield server
    server.remove()
