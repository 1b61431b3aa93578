"""How this installation is told from any other server that a name may lead to."""

import hmac

from handsel.tracking.http import NO_STORE, PLAIN, Request, Response

PATH = "/.well-known/handsel"


def installation_token(click_key: bytes) -> str:
    """The same on every host of one installation, which share the key; it is no secret."""
    return hmac.digest(click_key, b"installation", "sha256")[:16].hex()


class Identity:
    """Answers `GET /.well-known/handsel`, on whatever name it is asked."""

    def __init__(self, click_key: bytes) -> None:
        self._said = f"handsel {installation_token(click_key)}\n".encode()

    async def answer(self, request: Request) -> Response:
        return Response(200, [PLAIN, NO_STORE], self._said)
