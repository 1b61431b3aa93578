"""The database passwords of an embedded server, made once and kept in the keys folder."""

import os
import secrets
from pathlib import Path

SUPERUSER = "postgres"
OWNER = "handsel_owner"
APP = "handsel_app"


def password(keys: Path, role: str) -> str:
    """The password of `role`; made at the first call, then always the same."""
    path = keys / f"{role}.password"
    if path.exists():
        return path.read_text().strip()
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(32)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return made
