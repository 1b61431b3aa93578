"""`handsel demo …`: a year of a shop's life to look at, and its time to move."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handsel.config.cli.options import Data, Port, chosen

if TYPE_CHECKING:
    from rich.console import Console

    from handsel.config.supervisor.database import Urls
    from handsel.environment import Environment

app = typer.Typer(no_args_is_help=True, help="A year of a shop's life, simulated and labelled so.")

Seed = Annotated[int, typer.Option(help="Another seed, another story with the same orders.")]
Thin = Annotated[int, typer.Option(min=1, hidden=True, help="One customer in so many, for tests.")]
Days = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=365,
        help="How many days to go forward.",
        show_default="to when the next payouts can be proposed",
    ),
]


@app.command()
def load(data: Data = None, port: Port = None, seed: Seed = 1, thin: Thin = 1) -> None:
    """Load the demo into an empty folder, once; print who may sign in."""
    from rich.console import Console

    from handsel.demo.folder import begin, finish, is_half_loaded, loaded

    environment = chosen(data, port)
    console = Console(highlight=False, soft_wrap=True)
    if not loaded(environment.data):
        if is_half_loaded(environment.data):
            console.print(f"The demo in {environment.data} was loaded half. Beginning again.")
            _clear(environment)
        with _database(environment):
            from handsel.config.cli.demo_progress import shown
            from handsel.demo.loading import CLICKS, Settings, load
            from handsel.demo.neighbours import hurry

            hurry()
            settings = Settings(seed=seed, thin=thin, clicks_total=CLICKS // thin)
            with shown(console) as told:
                load(settings, told, begun=lambda: begin(environment.data))
            _let_go()
        finish(environment.data, seed)
    _print_sign_ins(console, environment)


@app.command()
def travel(days: Days = None, data: Data = None) -> None:
    """Move the demo's time forward; what falls due meanwhile is approved."""
    from rich.console import Console

    with _database(chosen(data)):
        from handsel.demo.travelling import travel

        arrived = travel(days)
        _let_go()
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"It is now {arrived.now:%A, %d %B %Y}.")
    console.print(f"{arrived.approved:,} commissions were approved on the way.")


@app.command("sign-ins")
def sign_ins(data: Data = None, port: Port = None) -> None:
    """Print once more who may sign in to the demo."""
    from rich.console import Console

    _print_sign_ins(Console(highlight=False, soft_wrap=True), chosen(data, port))


def _print_sign_ins(console: "Console", environment: "Environment") -> None:
    from rich.table import Table

    from handsel.demo.folder import the_demo
    from handsel.demo.signins import SIGN_INS, password_of

    demo = the_demo(environment.data)
    table = Table(title="Sign in to the demo", title_justify="left", show_header=False)
    for sign_in in SIGN_INS:
        table.add_row(sign_in.who, sign_in.email, sign_in.sees)
    console.print(table)
    console.print(f"All of them with the password  [bold]{password_of(demo.seed)}[/bold]")
    console.print(f"at  [bold]{environment.pages_url}[/bold]")
    console.print("Real orders of “Online Retail” (UCI); partners and clicks are simulated.")


@contextmanager
def _database(environment: "Environment") -> Iterator[None]:
    """The folder's database, at this version, with Django as the worker has it."""
    from handsel.config.supervisor import folder
    from handsel.config.supervisor.database import database
    from handsel.config.supervisor.migrated import is_migrated, note_migrated
    from handsel.environment import environment as settings

    folder.claim(environment.data)
    with database(environment) as urls:
        if not is_migrated(environment.data, urls.owner):
            _migrate(urls)
            note_migrated(environment.data, urls.owner)
        os.environ |= {
            "HANDSEL_DATABASE_URL": urls.app,
            "HANDSEL_DATABASE_OWNER_URL": "",
            "HANDSEL_SCOPE": "system",
            "HANDSEL_LOG_LEVEL": os.environ.get("HANDSEL_LOG_LEVEL", "WARNING"),
            "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
        }
        settings.cache_clear()
        import django

        django.setup()
        yield


def _let_go() -> None:
    """PostgreSQL may stop when nobody is connected any more."""
    from django.db import connection

    connection.close()


def _migrate(urls: "Urls") -> None:
    """In a process of its own: the owner's rights end with it."""
    owner = {"HANDSEL_DATABASE_URL": urls.app, "HANDSEL_DATABASE_OWNER_URL": urls.owner}
    command = (sys.executable, "-m", "handsel.config.cli", "migrate")
    subprocess.run(command, env={**os.environ, **owner}, check=True)


def _clear(environment: "Environment") -> None:
    """Make room for a new beginning. Raises DemoBroken, FolderInUse."""
    from handsel.config.postgres.pidfile import end_leftover_server
    from handsel.config.supervisor import folder
    from handsel.demo.folder import DemoBroken, clear

    if environment.database_url:
        raise DemoBroken(
            "A demo was begun in this database and not finished.",
            remedy="Make an empty database for it, or let Handsel bring its own.",
        )
    folder.await_leftovers(environment.data)
    with folder.held(environment.data):
        end_leftover_server(_server_folder(environment.data))
        clear(environment.data, keep={folder.MARKER, folder.LOCK})


def _server_folder(data: Path) -> Path:
    from handsel.config.postgres import Cluster

    return Cluster(data).folder
