"""Which programs there are: of those that somebody invents nothing need be kept.

Known are those of PostgreSQL half a minute ago, and on this host's disk those of all earlier times.
A newer one is asked for when its first event comes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from time import monotonic
from uuid import UUID

from handsel.ids import to_uuid
from handsel.tracking.allowance import Allowance
from handsel.tracking.links.feed import Feed, FeedDown
from handsel.tracking.links.replica import Replica

UNKNOWN_S = 10.0
UNKNOWN_MAX = 10_000
# Questions to PostgreSQL about programs that nobody knows; links share its few connections.
ASKED_AT_ONCE = 50
ASKED_PER_MINUTE = 600


class Programs:
    def __init__(self, replica: Replica, feed: Feed | None) -> None:
        self._replica = replica
        self._feed = feed
        self._known = replica.programs()
        self._unknown: OrderedDict[UUID, float] = OrderedDict()
        self._questions = Allowance(ASKED_AT_ONCE, ASKED_PER_MINUTE)

    async def knows(self, program: str) -> bool | None:
        """Whether there is a program with this id (prg_…). None where nobody can say just now."""
        if self._feed is None:
            return True  # tracking that has no database to ask serves what it is told to
        key = to_uuid(program)
        if key in self._known:
            return True
        if self._unknown.get(key, 0.0) > monotonic():
            return False
        if not self._questions.take():
            return None
        try:
            is_there = await self._feed.has_program(key)
        except FeedDown:
            return None
        if is_there:
            await self._remember([key])
        else:
            self._unknown[key] = monotonic() + UNKNOWN_S
            if len(self._unknown) > UNKNOWN_MAX:
                self._unknown.popitem(last=False)
        return is_there

    async def refresh(self) -> None:
        """Raises FeedDown."""
        if self._feed is not None:
            await self._remember(await self._feed.programs())

    async def _remember(self, programs: Iterable[UUID]) -> None:
        new = set(programs) - self._known
        if new:
            self._known |= new
            await asyncio.to_thread(self._replica.add_programs, new)
