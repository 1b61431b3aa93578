"""How this installation is told from any other server that a name may lead to."""

import hmac

from handsel.tracking.http import NO_STORE, PLAIN, Response

PATH = "/.well-known/handsel"


def installation_token(click_key: bytes) -> str:
    """The same on every host of one installation, which share the key; it is no secret."""
    return hmac.digest(click_key, b"installation", "sha256")[:16].hex()


def identify(token: str) -> Response:
    """The answer to `GET /.well-known/handsel`, on whatever name it was asked."""
    return Response(200, [PLAIN, NO_STORE], f"handsel {token}\n".encode())
