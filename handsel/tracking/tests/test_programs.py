"""Events of programs that there are, and of others, beside a real PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from handsel.ids import from_uuid, to_uuid
from handsel.tracking import inbound
from handsel.tracking.inbound import ASTRAY_ALLOWED
from handsel.tracking.links import programs
from handsel.tracking.tests.harness import PROGRAM, Tracking
from handsel.tracking.tests.postgres import Postgres
from handsel.tracking.tests.test_links import CLOCK, TABLES

pytestmark = pytest.mark.anyio
OTHERS = [PROGRAM[:-2] + f"{n // 10}{n % 10}" for n in range(100)]


@pytest.fixture
async def database(postgres: Postgres) -> "AsyncIterator[asyncpg.Connection]":
    connection = await asyncpg.connect(postgres.url)
    await connection.execute(f"{TABLES} {CLOCK}")
    yield connection
    await connection.close()


async def send(tracking: Tracking, program: str) -> int:
    raw = json.dumps({"program": program, "kind": "lead"})
    return (await tracking.browser.post("/e", content=raw)).status_code


async def test_an_event_of_a_program_made_a_moment_ago_is_kept(
    tmp_path: Path, postgres: Postgres, database: "asyncpg.Connection"
) -> None:
    async with Tracking(tmp_path, changes=[], database_url=postgres.url) as tracking:
        assert await send(tracking, OTHERS[0]) == 404
        await database.execute("INSERT INTO programs_program VALUES ($1)", to_uuid(PROGRAM))
        answers = [await send(tracking, PROGRAM) for _ in range(100)]

        assert answers == [202] * 100
        assert len(tracking.spooled("event")) == 101


async def test_of_programs_that_are_none_little_is_kept(
    tmp_path: Path, postgres: Postgres, database: "asyncpg.Connection"
) -> None:
    await database.execute("INSERT INTO programs_program VALUES ($1)", to_uuid(PROGRAM))
    async with Tracking(tmp_path, changes=[], database_url=postgres.url) as tracking:
        answers = {await send(tracking, one) for one in OTHERS[:40]}

        assert answers == {404}
        assert len(tracking.spooled("event")) == ASTRAY_ALLOWED[0]
        assert tracking.counted("events_refused_total", source="script", reason="program") == 40
        assert await send(tracking, PROGRAM) == 202


async def test_what_was_known_is_known_after_a_start_without_postgresql(
    tmp_path: Path, postgres: Postgres, database: "asyncpg.Connection"
) -> None:
    await database.execute("INSERT INTO programs_program VALUES ($1)", to_uuid(PROGRAM))
    async with Tracking(tmp_path, changes=[], database_url=postgres.url) as tracking:
        async with asyncio.timeout(10):
            while not tracking.links.programs._replica.programs():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    nobody = f"postgresql://ada@127.0.0.1:1/{postgres.port}"
    async with Tracking(tmp_path, changes=[], database_url=nobody) as tracking:
        assert await tracking.links.programs.knows(PROGRAM) is True
        assert await tracking.links.programs.knows(OTHERS[0]) is None


async def test_while_nobody_can_say_more_is_kept_and_not_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "UNDECIDED_ALLOWED", (30, 0))
    nobody = "postgresql://ada@127.0.0.1:1/postgres"
    async with Tracking(tmp_path, changes=[], database_url=nobody) as tracking:
        answers = [await send(tracking, PROGRAM) for _ in range(40)]

        assert answers == [202] * 30 + [503] * 10
        assert len(tracking.spooled("event")) == 30


async def test_invented_programs_are_not_each_a_question_to_postgresql(
    tmp_path: Path,
    postgres: Postgres,
    database: "asyncpg.Connection",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(programs, "ASKED_PER_MINUTE", 0)
    monkeypatch.setattr(programs, "ASKED_AT_ONCE", 5)
    async with Tracking(tmp_path, changes=[], database_url=postgres.url) as tracking:
        said = [await tracking.links.programs.knows(one) for one in (*OTHERS[:7], OTHERS[0])]

    assert said == [False] * 5 + [None] * 2 + [False]


def test_the_ids_here_are_ids() -> None:
    assert from_uuid(to_uuid(OTHERS[7]), "prg") == OTHERS[7]
