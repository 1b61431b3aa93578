"""What the world is told before it begins, as one process hands it to another."""

from dataclasses import dataclass
from pathlib import Path

from handsel.demo.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Script:
    """What is going to happen, and to whom. `thin` keeps one
    customer in so many, for tests."""

    calendar: Calendar
    seed: int
    clicks_total: int
    program_id: str
    click_key: bytes
    spool_dir: Path
    thin: int = 1
