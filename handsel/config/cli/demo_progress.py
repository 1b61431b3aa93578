"""How far the loading of the demo is, on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PARTS = {
    "people": "Partners apply and sign",
    "clicks": "Visitors click",
    "year": "Orders, commissions, payouts",
    "sealing": "Sealing the ledger",
}


@contextmanager
def shown(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each part, from when it begins."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        bars = {
            part: progress.add_task(words, total=None, start=False, visible=False)
            for part, words in PARTS.items()
        }

        def told(part: str, done: int, total: int) -> None:
            bar = bars[part]
            if not progress.tasks[bar].started:
                progress.start_task(bar)
            progress.update(bar, completed=done, total=total or None, visible=True)

        yield told
