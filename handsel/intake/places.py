"""From the number in a click to the rows it belongs to."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from handsel.ids import to_uuid

KNOWN_MAX = 500_000
NUMBER_MAX = 2**63 - 1


class Place(NamedTuple):
    """Where a link hangs; ids as `COPY` takes them."""

    brand_id: str
    partner_id: str
    program_id: str
    partnership_id: str
    link_id: str


class Places:
    """The links that clicks name, asked for once: what a number stands for never changes."""

    def __init__(self) -> None:
        self._known: dict[int, Place] = {}

    def load(self, numbers: Iterable[int]) -> None:
        """Ask for those that are not known yet, all at once."""
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        missing = [n for n in set(numbers) if n not in self._known and 0 <= n <= NUMBER_MAX]
        if not missing:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number, brand_id::text, partner_id::text, program_id::text,"
                " partnership_id::text, id::text FROM links_link WHERE number = ANY(%s)",
                [missing],
            )
            for number, *ids in cursor.fetchall():
                self._known[number] = Place(*ids)

    def find(self, number: int, partnership: str) -> Place | None:
        """The place of a link, if it belongs to the partnership the click names.

        After an older database was restored, a number may be given a second time: a click of the
        first link is not the second one's.
        """
        place = self._known.get(number)
        if place is None or (partnership and _uuid(partnership) != place.partnership_id):
            return None
        return place

    def forget(self) -> None:
        self._known.clear()


@lru_cache(maxsize=100_000)
def _uuid(mention: str) -> str:
    """Tracking passes on what the feed said: an id, or the UUID in it."""
    try:
        return str(to_uuid(mention) if "_" in mention else UUID(mention))
    except ValueError:
        return ""
