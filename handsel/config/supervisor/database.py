"""Which database, and whether it can be reached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

from handsel.config.postgres import Cluster
from handsel.config.postgres.passwords import APP, OWNER, SUPERUSER
from handsel.config.supervisor import folder
from handsel.environment import Environment
from handsel.errors import DomainError

CONNECT_SECONDS = 10


class DatabaseNotReachable(DomainError):
    """No PostgreSQL there, or it does not let us in."""


@dataclass(frozen=True)
class Urls:
    """One database as its three roles see it. `superuser` is empty where it is not ours."""

    app: str
    owner: str
    superuser: str = ""


@contextmanager
def database(environment: Environment) -> Iterator[Urls]:
    """The configured database; the embedded one is started for as long as this needs it.

    Raises FolderNotUsable, FolderInUse, DatabaseNotStartable.
    """
    if urls := _running(environment):
        yield urls
        return
    folder.claim(environment.data)
    with folder.held(environment.data):
        cluster = Cluster(environment.data)
        cluster.start()
        try:
            yield embedded_urls(cluster)
        finally:
            cluster.stop()


def running_urls(environment: Environment) -> Urls:
    """The configured database. Raises DatabaseNotReachable when the embedded one does not run."""
    if urls := _running(environment):
        return urls
    raise DatabaseNotReachable(
        "There is no database.",
        remedy="Set HANDSEL_DATABASE_URL, or start everything with `handsel up`.",
    )


def embedded_urls(cluster: Cluster) -> Urls:
    return Urls(cluster.url(APP), cluster.url(OWNER), cluster.url(SUPERUSER))


def reachable(url: str, check: Callable[[psycopg.Connection], Any] = lambda _: None) -> None:
    """Connect once and run `check`. Raises DatabaseNotReachable, which never shows the password."""
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            check(connection)
    except psycopg.OperationalError as error:
        raise DatabaseNotReachable(
            f"No database at {without_password(url)}: {str(error).strip()}",
            remedy="Start it, or correct HANDSEL_DATABASE_URL; without it Handsel brings its own.",
        ) from error
    except psycopg.ProgrammingError as error:
        raise DatabaseNotReachable(
            "HANDSEL_DATABASE_URL is not an address of a database.",
            remedy="Write it as postgresql://user:password@host:5432/name.",
        ) from error


def without_password(url: str) -> str:
    """The address as it may be shown and logged."""
    secret = urlsplit(url).password
    return url.replace(f":{secret}@", ":…@") if secret else url


def _running(environment: Environment) -> Urls | None:
    if environment.database_url:
        owner = environment.database_owner_url or environment.database_url
        return Urls(environment.database_url, owner)
    cluster = Cluster(environment.data)
    return embedded_urls(cluster) if cluster.attach() else None
