"""How a receiver knows that a postback is ours: the header `Handsel-Signature`.

`t=1795167000,v1=…`: `t` is the moment of signing in Unix seconds, `v1` HMAC-SHA256 in hexadecimal
of `t`, a full stop, the method, a full stop and the whole address. There is one `v1` for each
secret that is good.
"""

import hmac
from collections.abc import Iterable

HEADER = "Handsel-Signature"
DELIVERY = "Handsel-Delivery"


def signature(secrets: Iterable[str], method: str, url: str, at_s: int) -> str:
    """
    >>> signature(["s3cret"], "GET", "https://t.example/in?c=1", 1795167000)[:32]
    't=1795167000,v1=7e4735fe70835add'
    """
    signed = f"{at_s}.{method}.{url}".encode()
    parts = [f"v1={hmac.digest(s.encode(), signed, 'sha256').hex()}" for s in secrets]
    return ",".join([f"t={at_s}", *parts])
