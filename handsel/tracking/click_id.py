"""Click ids: signed tokens that prove their own time and link.

    48 bit milliseconds | 32 bit link number | 48 bit random | 64 bit HMAC-SHA256

24 bytes, written as 32 characters of base64url. Ids sort by time as bytes, not as text.
A conversion that carries one can be attributed before the click's row has arrived.
"""

import binascii
import hmac
import os
import secrets
from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from handsel.tracking.mac import Mac

LENGTH = 32
LINK_NUMBER_MAX = 2**32 - 1

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_SIGNED_BYTES = 16
_NONCE_BYTES = 6
_MAC_BYTES = 8
# Asking the kernel lets go of the interpreter, and under load another thread takes it: once for
# many ids is cheaper than once for each.
_NONCES_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class ClickIdParts:
    clicked_at_ms: int
    link_number: int
    nonce: bytes


def mint(key: bytes, link_number: int, clicked_at_ms: int, nonce: bytes = b"") -> str:
    """A fresh id for one click. OverflowError when a part does not fit its bits.

    `nonce` takes the place of the six random bytes where the same click is minted again, as in
    an import that may be repeated.
    """
    if not 0 <= link_number <= LINK_NUMBER_MAX:
        raise OverflowError("A link number has 32 bits.")
    signed = (clicked_at_ms << 32 | link_number).to_bytes(10, "big") + (nonce or _fresh_nonce())
    if len(signed) != _SIGNED_BYTES:
        raise ValueError(f"A nonce has {_NONCE_BYTES} bytes.")
    mac = _prepared(key).digest(signed)[:_MAC_BYTES]
    return b2a_base64(signed + mac, newline=False).translate(_URL_SAFE).decode("ascii")


def read(key: bytes, text: str) -> ClickIdParts | None:
    """What an id says, or None when it is malformed or was not minted with this key."""
    if len(text) != LENGTH:
        return None
    try:
        raw = b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # "+" and "/" decode too: only the one spelling that `mint` writes is an id.
    if len(raw) != _SIGNED_BYTES + _MAC_BYTES or "+" in text or "/" in text:
        return None
    signed, mac = raw[:_SIGNED_BYTES], raw[_SIGNED_BYTES:]
    if not hmac.compare_digest(mac, _prepared(key).digest(signed)[:_MAC_BYTES]):
        return None
    return ClickIdParts(
        clicked_at_ms=int.from_bytes(signed[:6], "big"),
        link_number=int.from_bytes(signed[6:10], "big"),
        nonce=signed[10:],
    )


_nonces: Iterator[bytes] = iter(())


def _fresh_nonce() -> bytes:
    global _nonces  # noqa: PLW0603 - shared by all keys, and forgotten at a fork
    nonce = next(_nonces, None)
    if nonce is None:
        drawn = secrets.token_bytes(_NONCE_BYTES * _NONCES_AT_ONCE)
        starts = range(0, len(drawn), _NONCE_BYTES)
        _nonces = fresh = iter([drawn[start : start + _NONCE_BYTES] for start in starts])
        nonce = next(fresh)
    return nonce


def _forget_nonces() -> None:
    """A forked process draws its own: nonces that both had would make ids twice."""
    global _nonces  # noqa: PLW0603
    _nonces = iter(())


os.register_at_fork(after_in_child=_forget_nonces)


@lru_cache(maxsize=8)
def _prepared(key: bytes) -> Mac:
    return Mac(key)
