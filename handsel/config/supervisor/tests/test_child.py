"""A child falls, rises and ends, with real processes."""

import asyncio
import io
import os
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from handsel.config.supervisor import child as child_module
from handsel.config.supervisor.child import Child
from handsel.config.supervisor.log import Log
from handsel.config.supervisor.tests.living import is_alive

SLEEPER = "import time; print('runs', flush=True); time.sleep(600)"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); " + SLEEPER
# Like Granian: a main process with a worker that it cannot end once it is killed.
PARENT = """
import os, subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("worker", worker.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(child_module, "BACKOFF_SECONDS_FIRST", 0.01)


@pytest.fixture
def said():
    return io.StringIO()


@asynccontextmanager
async def kept(program, said, **options):
    child = Child("child", (sys.executable, "-c", program), Log(stream=said), **options)
    task = asyncio.create_task(child.keep())
    try:
        yield child
    finally:
        hurry = asyncio.Event()
        hurry.set()
        await child.stop(hurry=hurry)
        await task


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - other processes set no asyncio.Event
            await asyncio.sleep(0.01)


def test_a_killed_child_is_started_again(said):
    async def scene():
        async with kept(SLEEPER, said) as child:
            await until(lambda: said.getvalue().count("runs") == 1)
            first = child.process.pid
            os.kill(first, signal.SIGKILL)
            await until(lambda: said.getvalue().count("runs") == 2)
            assert child.process.pid != first

    asyncio.run(scene())
    assert "child was ended by SIGKILL; starting it again in 0.01 s." in said.getvalue()


def test_a_child_that_keeps_falling_is_started_later_each_time(said):
    async def scene():
        async with kept("raise SystemExit(3)", said) as child:
            await until(lambda: child.falls == 4)

    asyncio.run(scene())
    for delay in ("0.01", "0.02", "0.04", "0.08"):
        assert f"child ended with status 3; starting it again in {delay} s." in said.getvalue()


def test_what_a_killed_child_leaves_behind_is_ended(said):
    async def scene():
        async with kept(PARENT, said) as child:
            await until(lambda: "worker" in said.getvalue())
            worker = int(said.getvalue().split()[-1])
            assert is_alive(worker)
            os.kill(child.process.pid, signal.SIGKILL)
            await until(lambda: not is_alive(worker))

    asyncio.run(scene())


def test_a_child_that_does_not_listen_is_ended_all_the_same(said):
    async def scene():
        async with kept(DEAF, said, stop_seconds=0.05) as child:
            await until(lambda: "runs" in said.getvalue())
            await child.stop(hurry=asyncio.Event())
            assert child.process.returncode == -signal.SIGKILL

    asyncio.run(scene())


def test_hurry_does_not_wait(said):
    async def scene():
        async with kept(DEAF, said, stop_seconds=600) as child:
            await until(lambda: "runs" in said.getvalue())
            hurry = asyncio.Event()
            stopping = asyncio.create_task(child.stop(hurry=hurry))
            await asyncio.sleep(0)
            hurry.set()
            async with asyncio.timeout(20):
                await stopping

    asyncio.run(scene())


def test_a_program_that_is_not_there_is_said_not_to_start(said):
    async def scene():
        child = Child("child", ("/no/such/program",), Log(stream=said))
        task = asyncio.create_task(child.keep())
        await until(lambda: child.falls == 1)
        await child.stop(hurry=asyncio.Event())
        await task

    asyncio.run(scene())
    assert "child could not be started" in said.getvalue()
