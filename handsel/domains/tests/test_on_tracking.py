"""Links on a brand's own name, from the console's service to a visitor's answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from django.db import connection

from handsel.domains.services import add_domain, change_fallback, remove_domain
from handsel.links.models import Link
from handsel.programs.models import Program
from handsel.tracking.keys import load_keys
from handsel.tracking.tests.harness import Tracking, click_id_of
from handsel.tracking.wellknown import installation_token

pytestmark = pytest.mark.anyio

T = TypeVar("T")
HOST = "go.acme.example"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def tracking(database_url: str, tmp_path: Path) -> AsyncIterator[Tracking]:
    async with Tracking(tmp_path, changes=[], database_url=database_url) as running:
        yield running


async def heard(tracking: Tracking, act: Callable[..., T], *args: object, **fields: object) -> T:
    """What a service does, once tracking has heard of it."""

    def act_and_close() -> tuple[T, int]:
        try:
            result = act(*args, **fields)
            with connection.cursor() as cursor:
                cursor.execute("SELECT max(seq) FROM links_change")
                return result, cursor.fetchone()[0]
        finally:
            connection.close()

    result, seq = await asyncio.to_thread(act_and_close)
    async with asyncio.timeout(10):
        while tracking.links.cursor < seq:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return result


async def visit(tracking: Tracking, path: str, host: str = HOST) -> httpx.Response:
    return await tracking.browser.get(path, headers={"host": host})


async def test_links_answer_on_the_brands_name_and_unknown_ones_go_to_its_fallback(
    tracking: Tracking, program: Program, bens_link: Link
) -> None:
    domain = await heard(tracking, add_domain, program, host=HOST, actor=None)
    known = await visit(tracking, f"/{bens_link.slug}")
    unknown = await visit(tracking, "/nobody")
    elsewhere = await visit(tracking, "/nobody", "track.example.net")
    fallback = "https://acme.example/sale"
    await heard(tracking, change_fallback, domain.pk, fallback_url=fallback, actor=None)
    moved = await visit(tracking, "/nobody")
    # Removed, it goes on answering: its links are in the wild.
    await heard(tracking, remove_domain, domain.pk, actor=None)
    removed = [await visit(tracking, path) for path in (f"/{bens_link.slug}", "/nobody")]

    assert click_id_of(known.headers["location"])
    assert unknown.headers["location"].startswith("https://acme.example")
    assert elsewhere.status_code == 404
    assert moved.headers["location"] == fallback
    assert click_id_of(removed[0].headers["location"])
    assert removed[1].headers["location"] == fallback


async def test_a_domain_follows_its_programs_fallback(tracking: Tracking, program: Program) -> None:
    await heard(tracking, add_domain, program, host=HOST, actor=None)
    program.fallback_url = "https://acme.example/start"
    await heard(tracking, program.save, update_fields=["fallback_url"])

    assert (await visit(tracking, "/nobody")).headers["location"] == "https://acme.example/start"


async def test_tracking_names_its_installation_on_every_host(tmp_path: Path) -> None:
    async with Tracking(tmp_path) as tracking:
        answer = await visit(tracking, "/.well-known/handsel")
    token = installation_token(load_keys(tmp_path / "keys").click)

    assert answer.text == f"handsel {token}\n"
