"""Signed postbacks: proof that an event comes from the shop's server, unchanged and just now.

    Handsel-Signature: t=1793000000,v1=6f1c…

`t` is the moment of signing in Unix seconds; `v1` is HMAC-SHA256, in hexadecimal, over
`{t}.{raw body}` (by GET: `{t}.{raw query}`), keyed with the program's postback secret as UTF-8.
Several `v1` may stand side by side while a secret is being replaced. The shape is Stripe's.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from handsel.errors import DomainError

HEADER = "handsel-signature"
TOLERANCE = timedelta(minutes=5)


class _NotProven(DomainError):
    status = 401

    def __init__(self, message: str, remedy: str = "", **params: object) -> None:
        super().__init__(message, field="Handsel-Signature", remedy=remedy, params=params)


class SignatureMissing(_NotProven):
    """No header, or one without a time and a signature."""


class SignatureExpired(_NotProven):
    """Signed more than five minutes before or after it came: perhaps a recording."""


class SignatureWrong(_NotProven):
    """Another secret, or another body."""


def sign(secret: str, raw: bytes, at: datetime) -> str:
    """The header's value for a body.

    >>> sign("s3cret", b"{}", datetime.fromisoformat("2026-11-20T09:30:00Z"))[:24]
    't=1795167000,v1=48655e25'
    """
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(secret, seconds, raw)}"


def check_signature(secrets: Sequence[str], raw: bytes, header: str, received_at: datetime) -> str:
    """The secret that proves the body: one of those that are good at the moment, the first that
    fits. Raises SignatureMissing, SignatureExpired, SignatureWrong."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not given or not (times[0].isascii() and times[0].isdigit()):
        raise SignatureMissing(
            "The postback is not signed.", "Send Handsel-Signature: t=…,v1=… with it."
        )
    seconds = int(times[0][:12])
    if abs(seconds - received_at.timestamp()) > TOLERANCE.total_seconds():
        raise SignatureExpired(
            "The signature is not of this moment.",
            "Sign each attempt anew, and set the server's clock.",
            signed_at=seconds,
            received_at=int(received_at.timestamp()),
        )
    for secret in secrets:
        expected = _mac(secret, seconds, raw).encode()
        if any(hmac.compare_digest(expected, value.encode()) for value in given):
            return secret
    raise SignatureWrong(
        "The signature does not fit the body.",
        "Sign the raw body with the program's postback secret.",
    )


def _mac(secret: str, seconds: int, raw: bytes) -> str:
    signed = b"%d.%b" % (seconds, raw)
    return hmac.digest(secret.encode(), signed, hashlib.sha256).hex()
