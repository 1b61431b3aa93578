"""`handsel import …`: real files through the inbox."""

import os
from typing import ClassVar

import typer

from handsel.config.cli.groups import LazyGroup
from handsel.config.cli.options import Data, chosen


class Imports(LazyGroup):
    lazy: ClassVar = {"orders": "handsel.connectors.online_retail.command:app"}


app = typer.Typer(cls=Imports, no_args_is_help=True)


@app.callback()
def imports(context: typer.Context, data: Data = None) -> None:
    """Bring in files, through the same inbox as everything else."""
    if "--help" in context.args or context.resilient_parsing:
        return
    from handsel.config.supervisor.database import database
    from handsel.config.supervisor.migrations import migrate
    from handsel.environment import environment

    urls = context.with_resource(database(chosen(data)))
    migrate(urls)
    os.environ |= {
        "HANDSEL_DATABASE_URL": urls.app,
        "HANDSEL_SCOPE": "system",
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
    }
    environment.cache_clear()
    import django

    django.setup()
