"""A history on disk: one Parquet file for each of its tables, read column by column.

Knows no Django: benches read and write such files, too.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import duckdb
import numpy as np

from handsel.engine.replay.history import TABLES, Column, History, Table
from handsel.engine.values import moment_text

NAMES = "names.json"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
Columns = Mapping[str, Mapping[str, Column]]


class Made(NamedTuple):
    """When a history was extracted, how long that took, and how many orders it has."""

    at: datetime
    seconds: float
    orders: int


def write_history(
    folder: Path,
    columns: Columns,
    names: Sequence[str],
    partnerships: Sequence[str],
    made: Made,
) -> None:
    """Beside the old one, and then in its place; only we may read it."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    os.chmod(folder.parent, PRIVATE_FOLDER)
    new = folder.with_name(f"{folder.name}.{uuid4().hex}")
    new.mkdir(mode=PRIVATE_FOLDER)
    try:
        for table, its in columns.items():
            _write_table(new / f"{table}.parquet", its)
        about = {
            "made_at": moment_text(made.at),
            "seconds": round(made.seconds, 3),
            "orders": made.orders,
            "names": list(names),
            "partnerships": list(partnerships),
        }
        (new / NAMES).write_text(json.dumps(about), encoding="utf-8")
        for file in new.iterdir():
            file.chmod(PRIVATE_FILE)
        _put_in_place(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_table(path: Path, columns: Mapping[str, Column]) -> None:
    with duckdb.connect() as connection:
        connection.register("columns", dict(columns))
        text = str(path).replace("'", "''")
        connection.execute(f"COPY columns TO '{text}' (FORMAT parquet)")


def _put_in_place(new: Path, folder: Path) -> None:
    """Whoever reads the old one has its files open already, or begins again."""
    old = folder.with_name(f"{folder.name}.{uuid4().hex}")
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def made(folder: Path) -> Made | None:
    """None where there is no history."""
    try:
        about = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Made(datetime.fromisoformat(about["made_at"]), about["seconds"], about["orders"])


def read_history(folder: Path) -> History:
    about = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    tables = {name: _table(folder / f"{name}.parquet", name) for name in TABLES}
    return History(
        orders=tables["orders"],
        lines=tables["lines"],
        touches=tables["touches"],
        metadata=tables["metadata"],
        clicks=tables["clicks"],
        names=about["names"],
        partnerships=about["partnerships"],
    )


def _table(path: Path, name: str) -> Table:
    with duckdb.connect() as connection:
        counted = connection.execute("SELECT count(*) FROM read_parquet($1)", [str(path)])
        [size] = counted.fetchone() or (0,)

    def read(column: str) -> Column:
        kind = TABLES[name][column]
        if not size:
            return np.zeros(0, kind)
        with duckdb.connect() as connection:
            found = connection.execute(
                f'SELECT "{column}" FROM read_parquet($1)',  # noqa: S608 - a name of ours
                [str(path)],
            ).fetchnumpy()
        return np.asarray(found[column], kind)

    return Table(int(size), read)
