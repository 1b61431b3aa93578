"""Requests made up from the OpenAPI file, against the real server: nothing found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handsel.api.tests.conftest import key_of
from handsel.api.tests.serving import schemathesis, web
from handsel.config.tests.isolation.world import World

NO_LIMIT = "1000000"


@pytest.fixture
def server(
    database_url: str, clicks_forgotten: None, world: World, tmp_path: Path
) -> Iterator[str]:
    log = tmp_path / "web.log"
    with web(database_url, log, api_requests_per_minute=NO_LIMIT) as url:
        yield url


def known(world: World) -> dict[str, str]:
    """What requests may be about, by parameter and field."""
    return {
        "program_id": world.program.pk,
        "partnership_id": world.bens.pk,
        "link_id": world.link.pk,
        "code_id": world.bens.codes.get().pk,
        "conversion_id": world.commission.conversion_id,
        "commission_id": world.commission.pk,
        "event_id": world.event.pk,
        "program": world.program.pk,
        "partnership": world.bens.pk,
        "currency": world.program.currency,
        "url": world.program.site_url,
    }


@pytest.mark.django_db(transaction=True)
def test_a_few_made_up_requests_of_each_operation_find_nothing(
    server: str, world: World, tmp_path: Path
) -> None:
    options = ["--max-examples", "2", "--seed", "1", "--phases", "examples,fuzzing,stateful"]

    said = schemathesis(server, key_of(world.ada), known(world), tmp_path, options)

    assert "No issues found" in said


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_thousand_made_up_requests_of_each_operation_find_nothing(
    server: str, world: World, tmp_path: Path
) -> None:
    options = ["--max-examples", "1000", "--workers", "2"]

    said = schemathesis(server, key_of(world.ada), known(world), tmp_path, options)

    assert "No issues found" in said
