"""The key that signs checkpoints and proof files: Ed25519, made once, kept in the keys folder.

The file holds the 32 bytes of the private key (RFC 8032) and nothing else. Who loses it can still
check old proofs, but sign no more in the same name: it belongs in every backup.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from handsel.engine.proof import public_key_of
from handsel.environment import environment
from handsel.errors import DomainError
from handsel.tracking.keys import sync_folder

FILE = "ledger.ed25519"
KEY_BYTES = 32


class SigningKeyUnusable(DomainError):
    """The key file cannot be read or made, or is not the key that signed before."""

    status = 500


def signing_key(keys_dir: Path | None = None) -> Ed25519PrivateKey:
    """The installation's key, from its keys folder; made there, with mode 0600, when missing.

    Processes that ask at the same moment get the same key. Raises SigningKeyUnusable.
    """
    path = (keys_dir or environment().keys_dir) / FILE
    try:
        if not path.exists():
            _make(path)
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SigningKeyUnusable(
            f"The ledger's signing key {path} is unusable: {error}",
            remedy="Put the keys folder back as it was, from a backup.",
        ) from error


def public_key(keys_dir: Path | None = None) -> str:
    """What others check signatures with, in hexadecimal: made to be published."""
    return public_key_of(signing_key(keys_dir))


def _make(path: Path) -> None:
    """Write aside, then link into place: a reader sees a whole key, and the first maker wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
