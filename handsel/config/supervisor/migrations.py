"""Migrations, as the owner of the tables, by one process at a time."""

import os

from handsel.config.supervisor.database import Urls, reachable
from handsel.environment import environment

# Any number will do, as long as it is always the same.
ADVISORY_LOCK = 0x68616E647365


def migrate(urls: Urls) -> None:
    """Apply what is missing; says nothing when nothing is. Raises DatabaseNotReachable."""
    reachable(urls.owner)
    _set_up_django(urls)
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    if pending := _pending():
        print(f"Bringing the tables to this version: {len(pending)} steps.", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    connection.close()


def missing(urls: Urls) -> list[str]:
    """The migrations that the database has not seen, as `links.0002_security`."""
    _set_up_django(urls)
    from django.db import connection

    try:
        return _pending()
    finally:
        connection.close()


def _set_up_django(urls: Urls) -> None:
    os.environ |= {
        "HANDSEL_DATABASE_URL": urls.app,
        "HANDSEL_DATABASE_OWNER_URL": urls.owner,
        "HANDSEL_AS_OWNER": "1",
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
    }
    environment.cache_clear()
    import django

    django.setup()


def _pending() -> list[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
