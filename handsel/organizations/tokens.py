"""Tokens and API keys: made from 256 random bits, shown once, kept as a hash.

An API key reads `hsk_<43 characters>_<6 characters>`, in base 62. The start lets secret scanners
find one that leaked; the end is the CRC-32 of what stands before it, so that a mistyped key is
refused without asking the database. GitHub's tokens are made the same way
(github.blog/engineering/behind-githubs-new-authentication-token-formats).
"""

import hashlib
import re
import secrets
import string
import zlib

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_SHAPE = re.compile(r"(hsk_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})")


def new_token() -> str:
    """A token for an address that lets one person in, once."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    body = f"hsk_{_base62(secrets.randbits(256), 43)}"
    return f"{body}_{_check(body)}"


def hash_of(secret: str) -> str:
    """SHA-256 in hex. With 256 random bits behind it, nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_well_formed(key: str) -> bool:
    """Whether this could be a key of ours at all."""
    match = KEY_SHAPE.fullmatch(key)
    return match is not None and _check(match[1]) == match[2]


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), 6)


def _base62(number: int, width: int) -> str:
    """
    >>> _base62(62, 6)
    '000010'
    """
    digits = ""
    for _place in range(width):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits
