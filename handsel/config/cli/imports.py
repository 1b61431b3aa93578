"""`handsel import …`: real files through the inbox."""

from typing import ClassVar

import typer

from handsel.config.cli.groups import LazyGroup


class Imports(LazyGroup):
    lazy: ClassVar = {"orders": "handsel.connectors.online_retail.command:app"}


app = typer.Typer(cls=Imports, no_args_is_help=True)


@app.callback()
def imports() -> None:
    """Bring in files, through the same inbox as everything else."""
