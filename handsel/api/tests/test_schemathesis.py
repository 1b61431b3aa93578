"""Requests made up from the OpenAPI file, against the real server: nothing found."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handsel.api.tests.conftest import key_of
from handsel.api.tests.serving import schemathesis, web
from handsel.api.urls import api
from handsel.config.tests.isolation.world import World

NO_LIMIT = "1000000"


@pytest.fixture
def server(
    database_url: str, clicks_forgotten: None, world: World, tmp_path: Path
) -> Iterator[str]:
    log = tmp_path / "web.log"
    limits = {"api_requests_per_minute": NO_LIMIT, "api_wrong_keys_per_minute": NO_LIMIT}
    with web(database_url, log, **limits) as url:
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
        "postback_id": world.postback.pk,
        "delivery_id": world.delivery.pk,
        "agreement_id": world.bens.agreements.get(version=1).pk,
        "offer_id": world.offer.pk,
        "program": world.program.pk,
        "partnership": world.bens.pk,
        "currency": world.program.currency,
        "url": world.program.site_url,
    }


def passed(said: str) -> int:
    """How many requests were made, of each operation some, and all answered as they should be."""
    operations = re.search(r"Tested: (\d+)", said)
    cases = re.search(r"([\d,]+) generated, ([\d,]+) passed", said)
    assert operations, said
    assert cases, said
    assert int(operations[1]) == sum(map(len, api.get_openapi_schema()["paths"].values()))
    assert cases[1] == cases[2]
    return int(cases[1].replace(",", ""))


@pytest.mark.django_db(transaction=True)
def test_a_few_made_up_requests_of_each_operation_find_nothing(
    server: str, world: World, tmp_path: Path
) -> None:
    options = ["--max-examples", "2", "--seed", "1", "--phases", "examples,fuzzing,stateful"]

    said = schemathesis(server, key_of(world.ada), known(world), tmp_path, options)

    assert passed(said) > 100


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_thousand_made_up_requests_of_each_operation_find_nothing(
    server: str, world: World, tmp_path: Path
) -> None:
    options = ["--max-examples", "1000", "--workers", "2"]

    said = schemathesis(server, key_of(world.ada), known(world), tmp_path, options)

    assert passed(said) > 10_000
