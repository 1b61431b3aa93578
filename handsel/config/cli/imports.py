"""`handsel import …`: real files through the inbox."""

import os
from pathlib import Path
from typing import Any, ClassVar

import typer

from handsel.config.cli.groups import LazyGroup
from handsel.config.cli.options import Data, chosen
from handsel.errors import DomainError

# It brings a brand and a program of its own, and may therefore begin in a new folder.
BEGINS_ANEW = "orders"


class NothingThere(DomainError):
    """The folder has no database yet into which a file could be imported."""


class Imports(LazyGroup):
    lazy: ClassVar = {
        "conversions": "handsel.connectors.files.command:app",
        "orders": "handsel.connectors.online_retail.command:app",
    }

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Before the callback, which no longer sees what follows: help needs no database."""
        ctx.obj = "--help" in args
        return super().parse_args(ctx, _data_first(args))


def _data_first(args: list[str]) -> list[str]:
    """`--data FOLDER` belongs to all imports; people write it at the end, as everywhere else."""
    for place, said in enumerate(args):
        length = 2 if said == "--data" else 1
        if length == 2 or said.startswith("--data="):
            return args[place : place + length] + args[:place] + args[place + length :]
    return args


app = typer.Typer(cls=Imports, no_args_is_help=True)


@app.callback()
def imports(context: typer.Context, data: Data = None) -> None:
    """Bring in files, through the same inbox as everything else."""
    if context.obj or context.resilient_parsing:
        return
    from handsel.config.supervisor.database import database
    from handsel.config.supervisor.migrations import migrate
    from handsel.environment import environment

    is_named = data is not None or bool(os.environ.get("HANDSEL_DATA"))
    configured = chosen(data)
    if not configured.database_url:
        may_begin = is_named and context.invoked_subcommand == BEGINS_ANEW
        _refuse_nothing(configured.data, may_begin=may_begin)
    urls = context.with_resource(database(configured))
    migrate(urls)
    os.environ |= {
        "HANDSEL_DATABASE_URL": urls.app,
        "HANDSEL_SCOPE": "system",
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
    }
    environment.cache_clear()
    import django

    django.setup()


def _refuse_nothing(data: Path, *, may_begin: bool) -> None:
    """A new database is only made where somebody has named its folder and has a use for it."""
    from handsel.config.supervisor.folder import is_claimed

    if not may_begin and not is_claimed(data):
        raise NothingThere(
            f"There is no Handsel in {data}.",
            remedy="Name its folder with --data, or its database with HANDSEL_DATABASE_URL.",
        )
