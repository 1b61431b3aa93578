"""`handsel import …`: real files through the inbox."""

import os
from typing import Any, ClassVar

import typer

from handsel.config.cli.groups import LazyGroup
from handsel.config.cli.opened import open_database
from handsel.config.cli.options import Data

# It brings a brand and a program of its own, and may therefore begin in a new folder.
BEGINS_ANEW = "orders"


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
    is_named = data is not None or bool(os.environ.get("HANDSEL_DATA"))
    may_begin = is_named and context.invoked_subcommand == BEGINS_ANEW
    open_database(context, data, may_begin=may_begin)
