"""The age format, version 1, with a passphrase, as a stream in constant memory.

Source: github.com/C2SP/C2SP/blob/main/age.md (header, scrypt recipient stanza, payload).
"""

import hashlib
import hmac
import os
import re
from base64 import b64decode, b64encode
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from handsel.errors import DomainError

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SCRYPT_LABEL = b"age-encryption.org/v1/scrypt"
# 2^18 costs an attacker 256 MiB and about a second for each guess; age's own choice.
WORK_FACTOR = 18
WORK_FACTOR_MAX = 20
HEADER = re.compile(
    rb"age-encryption\.org/v1\n"
    rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n"
    rb"--- ([A-Za-z0-9+/]{43})\n"
)
HEADER_BYTES_MAX = 256


class WrongPassphrase(DomainError):
    """The passphrase does not open the file."""


class Damaged(DomainError):
    """Not what was written: cut short, changed, or never a backup."""


class AgeWriter:
    """Encrypts what is written to it into `target`; complete only once closed."""

    def __init__(self, target: BinaryIO, passphrase: str, work_factor: int) -> None:
        file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
        wrapped = ChaCha20Poly1305(_wrap_key(passphrase, salt, work_factor)).encrypt(
            bytes(12), file_key, None
        )
        header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (
            _base64(salt),
            work_factor,
            _base64(wrapped),
        )
        target.write(header + b" " + _base64(_mac(file_key, header)) + b"\n" + nonce)
        self._target = target
        self._cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
        self._pending = bytearray()
        self._counter = 0

    def write(self, data: bytes) -> int:
        self._pending += data
        # One chunk stays behind: only `close` knows which is the last.
        while len(self._pending) > CHUNK_BYTES:
            self._seal(bytes(self._pending[:CHUNK_BYTES]), is_last=False)
            del self._pending[:CHUNK_BYTES]
        return len(data)

    def close(self) -> None:
        """Seal the end. Without it the file is known to be cut short."""
        self._seal(bytes(self._pending), is_last=True)

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._counter, is_last), chunk, None))
        self._counter += 1


class AgeReader:
    """What was encrypted; every byte is authenticated before it is returned.

    Raises WrongPassphrase at once, Damaged when the changed place is reached or the end is missing.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        start = source.read(HEADER_BYTES_MAX)
        match = HEADER.match(start)
        if match is None:
            raise Damaged("This is not a backup of Handsel, or its first lines are damaged.")
        file_key = _unwrap(match, passphrase)
        unsigned = start[: match.start(4) - 1]
        if not hmac.compare_digest(_mac(file_key, unsigned), _bytes(match[4])):
            raise Damaged("The backup is damaged in its first lines.")
        self._source = source
        self._ahead = start[match.end() :]
        nonce = self._take(16)
        self._cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
        self._counter = 0
        self._clear = b""
        self._sealed = self._take(CHUNK_BYTES + TAG_BYTES)
        self._is_done = False

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        wanted = size
        while wanted != 0 and (self._clear or self._open()):
            part = self._clear if wanted < 0 else self._clear[:wanted]
            self._clear = self._clear[len(part) :]
            parts.append(part)
            wanted -= len(part) if wanted > 0 else 0
        return b"".join(parts)

    def _open(self) -> bool:
        """Decrypt the next chunk; False after the last."""
        if self._is_done:
            return False
        following = self._take(CHUNK_BYTES + TAG_BYTES)
        self._is_done = not following
        try:
            self._clear = self._cipher.decrypt(
                _nonce(self._counter, self._is_done), self._sealed, None
            )
        except InvalidTag as error:
            place = self._counter * CHUNK_BYTES
            raise Damaged(
                f"The backup is damaged or cut short after {place} bytes of its content.",
                remedy="Use another copy of it.",
            ) from error
        self._counter += 1
        self._sealed = following
        return bool(self._clear) or not self._is_done

    def _take(self, size: int) -> bytes:
        taken = self._ahead[:size]
        self._ahead = self._ahead[size:]
        while len(taken) < size and (more := self._source.read(size - len(taken))):
            taken += more
        return taken


def _unwrap(match: re.Match[bytes], passphrase: str) -> bytes:
    work_factor = int(match[2])
    if work_factor > WORK_FACTOR_MAX:
        raise Damaged("The backup asks for an unreasonable amount of work to be opened.")
    key = _wrap_key(passphrase, _bytes(match[1]), work_factor)
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), _bytes(match[3]), None)
    except InvalidTag as error:
        raise WrongPassphrase(
            "The passphrase does not open this backup.",
            remedy="Type the one it was made with. If it is, the file's first lines are damaged.",
        ) from error


def _wrap_key(passphrase: str, salt: bytes, work_factor: int) -> bytes:
    cost = 1 << work_factor
    return hashlib.scrypt(
        passphrase.encode(),
        salt=SCRYPT_LABEL + salt,
        n=cost,
        r=8,
        p=1,
        maxmem=cost * 1024 + (1 << 20),
        dklen=32,
    )


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derive(file_key, b"", b"header"), header, "sha256")


def _nonce(counter: int, is_last: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Of several spellings of the same bytes only the canonical one is right."""
    data = b64decode(text + b"=" * (-len(text) % 4))
    if _base64(data) != text:
        raise Damaged("The backup is damaged in its first lines.")
    return data
