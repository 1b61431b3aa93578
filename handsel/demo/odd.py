"""What shops get wrong: events that come by pixel and postback, and are refused with a reason."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from handsel.demo.calendar import Calendar
from handsel.demo.visitors import COMPUTERS
from handsel.programs.models import Program

ODD_EVENTS = 26
DAYS = 55
AGENT = COMPUTERS[0].format(major=141, small=0)


class OddEvent(NamedTuple):
    """As tracking writes it into the spool."""

    at_ms: int
    body: dict[str, object]


def odd_events(program: Program, calendar: Calendar, seed: int) -> list[OddEvent]:
    """In order of time, over the last weeks."""
    events = _odd(program, calendar, random.Random(f"odd {seed}"))  # noqa: S311
    return sorted(events, key=lambda event: event.at_ms)


def _odd(program: Program, calendar: Calendar, chance: random.Random) -> Iterator[OddEvent]:
    for number in range(ODD_EVENTS):
        ago = timedelta(days=chance.random() * DAYS, hours=1)
        at_ms = int((calendar.ends_at - ago).timestamp() * 1000)
        order = f"T-{4100 + number}"
        source, fields = _SORTS[number % len(_SORTS)]
        raw = urlencode({"order_reference": order, **fields})
        said = {
            "source": source,
            "program": program.pk,
            "at_ms": at_ms,
            "raw": raw,
            "headers": {},
            "query": {},
            "client": {"ip": "198.18.4.0", "visitor": "", "ua": AGENT},
        }
        yield OddEvent(at_ms, said)


# A new theme of the shop spelled amounts in words for a while, its test shop has another currency,
# and a plug-in sends postbacks without a signature or wants to refund from the browser.
_SORTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("pixel", {"kind": "order", "currency": "EUR", "amount_minor": "49,90"}),
    ("pixel", {"kind": "order", "currency": "USD", "amount_minor": "3150"}),
    ("postback", {"kind": "order", "currency": "EUR", "amount_minor": "8125"}),
    ("pixel", {"kind": "refund", "currency": "EUR", "amount_minor": "1299"}),
    ("pixel", {"kind": "order", "currency": "EURO", "amount_minor": "2475"}),
)
