"""`make bench`: measure everything, write `results.json` and `README.md`. `make bench-tracking`:
clicks only, from the redirect to the rollups; the other figures stay as they were.

Servers listen on 127.0.0.1 only, and end with the run, by their process ids. Nothing of an
installation that may run here is touched: the run has a folder and a PostgreSQL of its own.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench import conversions, demo, evaluation, intake, machine, redirects, reports, visible, whole
from bench.readme import page
from bench.results import README, RESULTS, Result, merged, read, stamp, write
from bench.world import World, prepared, scratch_folder

SECONDS_MAX = 900

Part = Callable[[World], Iterator[Result]]
TRACKING: dict[str, Part] = {
    "Clicks": redirects.measure,
    "Intake": intake.measure,
    "Until a click is seen": visible.measure,
    "Reports": reports.measure,
}
BESIDE_DATABASE: dict[str, Part] = {
    **TRACKING,
    "Evaluation": evaluation.measure,
    "Conversions": conversions.measure,
}


class TooSlow(Exception):
    """The run has taken its fifteen minutes and is not done."""


def main() -> None:
    """Measure, write, print. Whatever fails ends the run, and no file is changed."""
    only_tracking = sys.argv[1:] == ["tracking"]
    _stop_after(SECONDS_MAX)
    console = Console()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, scratch_folder() as folder:
        described = machine.described(folder)
        console.print(described, highlight=False, soft_wrap=True)
        results = [
            replace(result, measured_at=stamp(), machine=described)
            for result in _shown(_results(progress, folder, only_tracking), console)
        ]
    everything = merged(read(), results) if only_tracking else results
    write(everything)
    README.write_text(page(everything))
    console.print(f"Written: {RESULTS} and {README}")


def _results(progress: Progress, folder: Path, only_tracking: bool) -> Iterator[Result]:
    task = progress.add_task("A fresh installation", total=None)
    with prepared(folder) as world:
        for name, measure in (TRACKING if only_tracking else BESIDE_DATABASE).items():
            progress.update(task, description=name)
            yield from measure(world)
    if only_tracking:
        return
    progress.update(task, description="Everything together")
    yield from whole.measure(world)
    progress.update(task, description="The demo")
    yield from demo.measure(world)


def _shown(results: Iterator[Result], console: Console) -> Iterator[Result]:
    for result in results:
        beside = f", {result.ratio:.2f} × {result.yardstick}" if result.ratio else ""
        console.print(
            f"{result.name}: {result.value} {result.unit}{beside}", highlight=False, soft_wrap=True
        )
        yield result


def _stop_after(seconds: int) -> None:
    def on_alarm(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"Ended after {seconds} s. Is the machine busy with something else?")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)


if __name__ == "__main__":
    main()
