"""Whether the database has been brought to this version already, asked without loading Django.

A start that has nothing to migrate should not wait for it to find out. What was migrated last is
noted in the data folder, with what it was migrated by and where; any difference, or no note at
all, means that `handsel migrate` looks itself.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

import psycopg

import handsel

WITH_MIGRATIONS = ("django", "django-allauth", "procrastinate")
DATABASE = """
    SELECT (SELECT system_identifier FROM pg_control_system()), oid,
           to_regclass('django_migrations') IS NOT NULL
    FROM pg_database WHERE datname = current_database()
"""


def is_migrated(data: Path, url: str) -> bool:
    """Whether the note in `data` is of this program and the database at `url` as they are now."""
    path = data / "migrated"
    return path.is_file() and path.read_text() == _note(url)


def note_migrated(data: Path, url: str) -> None:
    (data / "migrated").write_text(_note(url))


def _note(url: str) -> str:
    """The program's migrations, and which database has had how many."""
    package = Path(handsel.__file__).parent
    files = sorted(package.glob("*/migrations/*.py"))
    program = [f"{path.relative_to(package)} {_digest(path)}" for path in files]
    program += [f"{name} {version(name)}" for name in WITH_MIGRATIONS]
    return "\n".join([*_database(url), *program]) + "\n"


def _database(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        system, oid, has_any = connection.execute(DATABASE).fetchone() or (0, 0, False)
        applied = None
        if has_any:
            applied = connection.execute(
                "SELECT count(*), max(id) FROM django_migrations"
            ).fetchone()
    return [f"system {system} database {oid} applied {applied}"]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def is_set_up(url: str) -> bool:
    """Whether somebody has been through the first steps on this server."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM organizations_installation WHERE setup_done_at IS NOT NULL)"
        ).fetchone()
    return row is not None and bool(row[0])
