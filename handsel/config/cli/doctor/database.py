"""The checks of the database, and of what is on its way into it."""

import time
from collections.abc import Iterator

import psycopg

from handsel.config.cli.doctor.finding import Finding
from handsel.config.cli.doctor.proxies import addresses
from handsel.config.postgres.safety import DatabaseMayForget, ensure_money_safe
from handsel.config.supervisor.database import Urls, database, reachable
from handsel.config.supervisor.migrations import missing
from handsel.environment import Environment
from handsel.errors import DomainError
from handsel.tracking.spool.reader import Position, SegmentUnreadable, spools

VERSION_MIN = 160000
CLOCKS_APART_SECONDS_MAX = 2.0
UNSHIPPED_SECONDS_MAX = 60

ROLE = """
    SELECT role.rolsuper OR role.rolbypassrls,
           EXISTS (SELECT FROM pg_class WHERE relowner = role.oid AND relpersistence <> 't'),
           EXISTS (SELECT FROM pg_roles WHERE rolname = session_user AND rolsuper)
    FROM pg_roles role WHERE role.rolname = 'handsel_app'
"""


def database_checks(environment: Environment) -> Iterator[Finding]:
    """The embedded server is started for them when it does not run."""
    try:
        with database(environment) as urls:
            reachable(urls.owner)
            with psycopg.connect(urls.app, options="-c handsel.scope=system") as connection:
                yield server(connection)
                yield safety(connection)
                yield role(connection)
                yield clocks(connection)
                connection.rollback()
                pending = migrations(urls)
                yield pending
                if pending.state == "ok":
                    yield from backlog(environment, connection)
                    yield from addresses(connection)
    except DomainError as refusal:
        yield Finding("database", "wrong", refusal.message, refusal.remedy)
    except psycopg.Error as error:
        yield Finding("database", "wrong", str(error).strip(), "HANDSEL_DATABASE_URL")


def server(connection: psycopg.Connection) -> Finding:
    version = connection.info.server_version
    found = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version < VERSION_MIN:
        remedy = f"Handsel needs PostgreSQL {VERSION_MIN // 10000} or later."
        return Finding("database", "wrong", found, remedy)
    return Finding("database", "ok", found)


def safety(connection: psycopg.Connection) -> Finding:
    try:
        ensure_money_safe(connection)
    except DatabaseMayForget as refusal:
        return Finding("durability", "wrong", refusal.message, refusal.remedy)
    return Finding("durability", "ok", "what is confirmed survives a crash")


def role(connection: psycopg.Connection) -> Finding:
    """Row-level security binds neither superusers, nor BYPASSRLS, nor, unless forced, owners."""
    row = connection.execute(ROLE).fetchone()
    if row is None:
        return Finding("role", "wrong", "there is no role handsel_app", "`handsel migrate`")
    bypasses, owns, is_superuser = row
    if bypasses:
        remedy = "ALTER ROLE handsel_app NOSUPERUSER NOBYPASSRLS;"
        return Finding("role", "wrong", "handsel_app is not bound by row policies", remedy)
    if owns:
        remedy = "REASSIGN OWNED BY handsel_app TO the owner of the tables."
        return Finding("role", "wrong", "handsel_app owns tables and may change them", remedy)
    if is_superuser:
        remedy = "Log in as handsel_app; see docs/operations.md."
        return Finding("role", "hint", "HANDSEL_DATABASE_URL logs in as a superuser", remedy)
    return Finding("role", "ok", "handsel_app is bound by row policies")


def clocks(connection: psycopg.Connection) -> Finding:
    before = time.time()
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    apart = abs((row[0] if row else 0.0) - (before + time.time()) / 2)
    found = f"{apart:.1f} s from the database's"
    if apart > CLOCKS_APART_SECONDS_MAX:
        return Finding("clock", "wrong", found, "Let both be set by NTP.")
    return Finding("clock", "ok", found)


def migrations(urls: Urls) -> Finding:
    if names := missing(urls):
        found = f"{len(names)} are missing, from {names[0]}"
        return Finding("migrations", "wrong", found, "`handsel migrate`")
    return Finding("migrations", "ok", "all are applied")


def backlog(environment: Environment, connection: psycopg.Connection) -> Iterator[Finding]:
    """Clicks on this host's disk that intake has not brought to the database for a minute."""
    rows = connection.execute("SELECT spool, segment, position FROM clicks_spoolposition")
    positions = {spool: Position(segment, position) for spool, segment, position in rows}
    waiting, oldest_at_ms = 0, time.time() * 1000
    for spool in spools(environment.spool_dir):
        after = positions.get(spool.id, Position(0, 0))
        try:
            if count := spool.backlog(after):
                waiting += count
                oldest_at_ms = min(
                    oldest_at_ms, spool.oldest_unshipped_at_ms(after) or oldest_at_ms
                )
        except SegmentUnreadable as error:
            yield Finding("spool", "wrong", str(error), "Keep the file; docs/operations.md.")
        finally:
            spool.close()
    age = int(time.time() - oldest_at_ms / 1000)
    if waiting and age > UNSHIPPED_SECONDS_MAX:
        found = f"{waiting} events wait, the oldest for {age} s"
        yield Finding("spool", "wrong", found, "Is `handsel intake` running on this host?")
    else:
        yield Finding("spool", "ok", f"{waiting} events wait")
