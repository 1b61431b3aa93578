"""A program's history, from its rows to files that replay reads.

What is written names nobody: orders are numbered by the place of their references, and there is no
customer, no address and no click id in it. So there is nothing to take out when a person is erased;
countries and free fields stay, as they stay on the orders.
"""

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Prefetch
from procrastinate.exceptions import AlreadyEnqueued

from handsel.clock import now
from handsel.commissions.cases import readings_of
from handsel.commissions.crediting.context import host_of
from handsel.commissions.touches import engine_touch
from handsel.conversions.models import Conversion, Touch
from handsel.engine.replay import HistoryWriter, PastClicks, PastOrder
from handsel.environment import environment
from handsel.ids import from_uuid, to_uuid
from handsel.insights.history_files import Made, made, write_history
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.scope import as_system

OLDEST = timedelta(days=1)
BATCH = 1000
# More orders than these take longer to read than anybody waits for a page.
ORDERS_AT_ONCE = 2_000

# How many of how many orders are read.
Told = Callable[[int, int], None]

_CLICKS = """
SELECT date_bin('15 minutes', {at}, '2000-01-01') AS at, {table}.partnership_id, l.slug,
    {table}.country, {table}.device, {table}.referrer, count(*)
FROM {table} JOIN links_link l ON l.id = {table}.link_id
WHERE {table}.program_id = %s AND {table}.counts GROUP BY 1, 2, 3, 4, 5, 6
"""


def folder_of(program_id: str) -> Path:
    return environment().data / "replay" / program_id


def fresh_history(program: Program, told: Told | None = None, *, anew: bool = False) -> Path:
    """The folder of a history that is at most a day old; it is made where there is none."""
    folder = folder_of(program.pk)
    known = made(folder)
    if anew or known is None or now() - known.at > OLDEST or known.at > now():
        extract(program, folder, told)
    return folder


def prepared(program: Program) -> bool:
    """Whether a history is there, or can be made at once; else its making is begun behind the
    pages."""
    from handsel.insights.tasks import extract_history

    folder = folder_of(program.pk)
    known = made(folder)
    if known is not None and now() - known.at <= OLDEST:
        return True
    if not Conversion.objects.filter(program=program)[ORDERS_AT_ONCE:].exists():
        return True
    with suppress(AlreadyEnqueued), transaction.atomic():
        lock = f"extract-history:{program.pk}"
        extract_history.configure(queueing_lock=lock).defer(program_id=program.pk)
    return False


def extract_program(program_id: str) -> None:
    extract(Program.objects.get(pk=program_id), folder_of(program_id))


def forget_history(program_id: str) -> None:
    """Remove the files; the next replay makes them anew."""
    shutil.rmtree(folder_of(program_id), ignore_errors=True)


def extract(program: Program, folder: Path, told: Told | None = None) -> None:
    """Read everything that replay needs, in rows of all partners, and write it down."""
    began, at = time.perf_counter(), now()
    writer = HistoryWriter()
    with as_system():
        writer.know(Partnership.objects.filter(program=program).values_list("pk", flat=True))
        total = 0
        for order in _orders(program, told):
            writer.add(order)
            total += 1
        writer.add_clicks(_clicks(program))
    columns = writer.columns()
    seconds = time.perf_counter() - began
    write_history(
        folder, columns, list(writer.names), list(writer.partnerships), Made(at, seconds, total)
    )


def _orders(program: Program, told: Told | None) -> Iterator[PastOrder]:
    """As they stand now. What the engine refuses to read earns nothing, and is left out."""
    rows = Conversion.objects.filter(program=program).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    for begin in range(0, len(keys), BATCH):
        if told:
            told(begin, len(keys))
        yield from _batch(keys[begin : begin + BATCH])
    if told:
        told(len(keys), len(keys))


def _batch(keys: Sequence[str]) -> Iterator[PastOrder]:
    touches = Prefetch("touches", Touch.objects.select_related("link"))
    rows = Conversion.objects.filter(pk__in=keys).prefetch_related(touches)
    by_id = {row.pk: row for row in rows}
    found, _refused = readings_of(by_id)
    for pk, reading in found.items():
        state = reading.state
        mine = by_id[pk].touches.all()
        yield PastOrder(state, [engine_touch(one, state, with_context=True) for one in mine])


def _clicks(program: Program) -> Iterator[PastClicks]:
    """Clicks and impressions that count, by quarters of an hour: days begin at no other time."""
    found: dict[tuple[datetime, str, str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    sources = (("clicks_click", "clicked_at"), ("clicks_impression", "shown_at"))
    for place, (table, column) in enumerate(sources):
        with connection.cursor() as cursor:
            cursor.execute(_CLICKS.format(table=table, at=column), [to_uuid(program.pk)])
            for at, partnership, slug, country, device, referrer, number in cursor:
                whose = from_uuid(partnership, "par")
                key = at.astimezone(UTC), whose, slug, country, device, host_of(referrer)
                found[key][place] += number
    for key, (clicks, impressions) in found.items():
        yield PastClicks(*key, clicks, impressions)
