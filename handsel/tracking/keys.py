"""The secret of the click path, made once and kept in the data folder's keys."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32


class KeyUnusable(Exception):
    """A key file that is too short, unreadable, or cannot be made."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    click: bytes  # signs click ids


def load_keys(keys_dir: Path) -> Keys:
    """The keys in `keys_dir`; those that are missing are made, readable by the owner only.

    Safe to call from several processes at once: all of them end up with the same keys.
    Raises KeyUnusable.
    """
    try:
        keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Keys(click=_load_or_make(keys_dir / "click.key"))
    except OSError as error:
        raise KeyUnusable(f"{error.filename or keys_dir}: {error.strerror}") from error


def _load_or_make(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{path} holds {len(key)} bytes instead of {KEY_BYTES}.")
    return key


def _make(path: Path) -> None:
    """Write aside, then link into place: a reader sees a whole key, and the first maker wins."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Put a folder's own entries on disk: a new file survives a power cut only after this."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
