"""The database that a folder or an address names, opened for one command."""

import os
from pathlib import Path

import typer

from handsel.config.cli.options import chosen
from handsel.errors import DomainError


class NothingThere(DomainError):
    """The folder has no database yet."""


def open_database(context: typer.Context, data: Path | None, *, may_begin: bool = False) -> None:
    """Brought to this version, and with Django set up, until the command has ended. A new database
    is only made where `may_begin` says so. Raises NothingThere, and what `database` raises."""
    from handsel.config.supervisor.database import database
    from handsel.config.supervisor.migrations import migrate
    from handsel.environment import environment

    configured = chosen(data)
    if not configured.database_url and not may_begin:
        _refuse_nothing(configured.data)
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


def _refuse_nothing(data: Path) -> None:
    from handsel.config.supervisor.folder import is_claimed

    if not is_claimed(data):
        raise NothingThere(
            f"There is no Handsel in {data}.",
            remedy="Name its folder with --data, or its database with HANDSEL_DATABASE_URL.",
        )
