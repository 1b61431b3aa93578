"""The feed as the links' migrations make it, read as the application's role."""

import asyncio
from pathlib import Path

import pytest

from handsel.links.models import Link
from handsel.programs.models import Program
from handsel.tracking.tests.harness import Tracking, click_id_of

pytestmark = pytest.mark.anyio


async def test_a_link_made_in_the_console_is_a_link_on_the_tracking_host(
    database_url: str, bens_link: Link, tmp_path: Path
) -> None:
    async with Tracking(tmp_path, changes=[], database_url=database_url) as tracking:
        response = await tracking.browser.get(f"/{bens_link.slug}")
        async with asyncio.timeout(10):
            while not tracking.links.cursor:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    assert response.status_code == 302
    [click] = tracking.spooled()
    assert click["id"] == click_id_of(response.headers["location"])
    assert click["partnership"] == bens_link.partnership_id


async def test_a_program_made_in_the_console_is_one_on_the_tracking_host(
    database_url: str, program: Program, tmp_path: Path
) -> None:
    async with Tracking(tmp_path, changes=[], database_url=database_url) as tracking:
        answers = [
            await tracking.browser.get(f"/postback/{one}?order_reference=1")
            for one in (program.pk, "prg_01m7w3n2p5exyv9yzdeftyh8k6")
        ]

    assert [answer.status_code for answer in answers] == [202, 404]
