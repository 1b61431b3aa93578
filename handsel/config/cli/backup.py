"""`handsel backup` and `handsel restore`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handsel.config.cli.options import Data, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

Target = Annotated[Path, typer.Argument(metavar="FILE", help="The backup to make.")]
Source = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A backup.")
]
Folder = Annotated[Path, typer.Option("--data", help="An empty or a new folder.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        exists=True, help="File with the passphrase; or HANDSEL_PASSPHRASE; or asked for."
    ),
]


def backup(file: Target, data: Data = None, passphrase_file: PassphraseFile = None) -> None:
    """Write database, spools, keys and uploads into one encrypted file, while all runs."""
    from handsel.config.backup.create import create
    from handsel.config.supervisor.database import database

    environment = chosen(data)
    secret = passphrase(passphrase_file, confirm=True)
    with database(environment) as urls, progress("Backing up", None) as on_bytes:
        create(file.absolute(), environment, urls, secret, on_bytes)
    typer.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB. Keep the passphrase elsewhere.")


def restore(file: Source, data: Folder, passphrase_file: PassphraseFile = None) -> None:
    """Check a backup from end to end, then make a data folder of it."""
    from handsel.config.backup.restore import restore

    secret = passphrase(passphrase_file, confirm=False)
    # Everything is read twice: all of it is checked before anything is written.
    with progress("Restoring", 2 * file.stat().st_size) as on_bytes:
        manifest = restore(file, data.absolute(), secret, on_bytes)
    typer.echo(
        f"Restored what was backed up at {manifest.made_at}. Start it: handsel up --data {data}"
    )


def passphrase(file: Path | None, *, confirm: bool) -> str:
    """From the file's first line, else HANDSEL_PASSPHRASE, else asked for; never empty."""
    secret = os.environ.get("HANDSEL_PASSPHRASE", "")
    if file is not None:
        secret = file.read_text().partition("\n")[0]
    while not secret:
        secret = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)
    return secret


@contextmanager
def progress(what: str, total_bytes: int | None) -> "Iterator[Callable[[int], None]]":
    """A bar where the end is known, else a count of bytes; nothing where no one looks."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total_bytes)
        yield lambda size: bar.advance(task, size)
