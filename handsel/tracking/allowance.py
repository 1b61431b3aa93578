"""How many of something are let in: so many at once, and so many more each minute."""

from collections.abc import Callable
from time import monotonic


class Allowance:
    def __init__(
        self, at_once: int, per_minute: float, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._most = float(at_once)
        self._per_s = per_minute / 60
        self._clock = clock
        self._left = self._most
        self._counted_at = clock()

    def take(self) -> bool:
        """Whether one more is let in."""
        at = self._clock()
        self._left = min(self._most, self._left + (at - self._counted_at) * self._per_s)
        self._counted_at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True
