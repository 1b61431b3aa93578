"""One log, for people or for machines."""

import asyncio
import io
import json

from handsel.config.supervisor.log import Log


def test_a_line_names_its_process():
    stream = io.StringIO()
    Log(stream=stream).line("web", "GET [/partners] 200")

    assert stream.getvalue() == "web       │ GET [/partners] 200\n"


def test_for_machines_words_become_an_event_and_fields_stay_fields():
    stream = io.StringIO()
    log = Log(machine=True, stream=stream)
    log.line("postgres", "LOG:  ready")
    log.line("intake", '{"event": "shipped", "clicks": 7}')

    words, fields = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (words["process"], words["event"]) == ("postgres", "LOG:  ready")
    assert fields == {"process": "intake", "event": "shipped", "clicks": 7}


def test_a_line_that_is_too_long_does_not_end_the_log():
    stream = io.StringIO()

    async def scene():
        reader = asyncio.StreamReader(limit=16)
        reader.feed_data(b"x" * 100 + b"\nafter\n")
        reader.feed_eof()
        await Log(stream=stream).follow("web", reader)

    asyncio.run(scene())
    assert stream.getvalue().endswith("web       │ after\n")
