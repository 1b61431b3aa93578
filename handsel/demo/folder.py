"""Whether a data folder holds a demo, and whether it was loaded to its end."""

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from handsel.errors import DomainError

LOADED, LOADING = "demo.json", "demo.loading"


class NotADemo(DomainError):
    """The folder holds no demo, or holds something else."""


class DemoBroken(DomainError):
    """A demo was begun in a database of its own, and not finished."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What is remembered of a loaded demo."""

    seed: int
    loaded_at: str


def loaded(data: Path) -> Demo | None:
    path = data / LOADED
    return Demo(**json.loads(path.read_text())) if path.is_file() else None


def the_demo(data: Path) -> Demo:
    """Raises NotADemo."""
    demo = loaded(data)
    if demo is None:
        raise NotADemo(f"{data} holds no demo.", remedy="Load one: `make demo`.")
    return demo


def is_half_loaded(data: Path) -> bool:
    return (data / LOADING).is_file()


def begin(data: Path) -> None:
    """To be called once the database is known to be a demo's: `clear` removes what is marked so."""
    (data / LOADING).touch()


def finish(data: Path, seed: int) -> None:
    demo = {"seed": seed, "loaded_at": datetime.now(UTC).isoformat(timespec="seconds")}
    (data / LOADED).write_text(json.dumps(demo) + "\n")
    (data / LOADING).unlink()


def clear(data: Path, *, keep: Collection[str]) -> None:
    """Remove a demo that was loaded half, and its marker last. Whoever calls holds the folder's
    lock, by a file that is to be kept. Raises NotADemo, and then nothing is removed."""
    if not is_half_loaded(data):
        raise NotADemo(f"{data} holds no demo that was loaded half.")
    for path in data.iterdir():
        if path.name in {*keep, LOADING}:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (data / LOADING).unlink()
