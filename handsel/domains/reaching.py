"""Does a host answer, with a certificate of its own, and is it us who answers?

Connects only to addresses that the caller took from the DNS, and only to public ones unless the
operator allows others; a slow or endless answer is cut off.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from handsel.domains.addresses import is_public
from handsel.domains.findings import Finding
from handsel.tracking.wellknown import PATH

CONNECT_S = 4.0
ANSWER_S = 8.0
BYTES_MAX = 8192
ADDRESSES_MAX = 4

# OpenSSL's X509_V_ERR_…: which of them mean what to a person.
EXPIRED = 10
OTHER_NAME = 62


@dataclass(frozen=True, slots=True)
class Reach:
    """How to get to a host: scheme and port of this installation's own links."""

    links_url: str
    token: str
    allow_private: bool = False
    tls: ssl.SSLContext | None = None  # None: what this machine trusts


def reach(host: str, addresses: Sequence[str], how: Reach) -> tuple[Finding, ...]:
    """What a visitor of the host would meet."""
    allowed = [a for a in addresses if how.allow_private or is_public(a)][:ADDRESSES_MAX]
    if not allowed:
        return (Finding("private-address", "wrong", {"addresses": list(addresses)}),)
    return asyncio.run(_reach(host, allowed, how))


async def _reach(host: str, addresses: Sequence[str], how: Reach) -> tuple[Finding, ...]:
    parts = urlsplit(how.links_url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    context = (how.tls or ssl.create_default_context()) if secure else None
    problem = Finding("no-answer", "wrong", {"port": str(port)})
    for address in addresses:
        try:
            async with asyncio.timeout(ANSWER_S):
                said = await _ask(host, address, port, context)
        except ssl.SSLCertVerificationError as error:
            return (_of_certificate(error),)
        except ssl.SSLError:
            return (Finding("certificate-missing", "wrong"),)
        except (ConnectionResetError, asyncio.IncompleteReadError):
            # Some servers hang up on a name for which they have no certificate.
            problem = Finding("certificate-missing" if secure else "no-answer", "wrong")
        except (OSError, TimeoutError):
            continue  # perhaps an IPv6 address, and this machine has none: the next one may do
        else:
            certified = (Finding("certificate-valid", "ok"),) if secure else ()
            return (*certified, _of_answer(said, how.token))
    return (problem,)


async def _ask(host: str, address: str, port: int, context: ssl.SSLContext | None) -> bytes:
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(
            address, port, ssl=context, server_hostname=host if context else None
        )
    try:
        request = f"GET {PATH} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Handsel\r\n"
        writer.write(f"{request}Connection: close\r\n\r\n".encode())
        said = b""
        while len(said) < BYTES_MAX and (more := await reader.read(BYTES_MAX)):
            said += more
        return said
    finally:
        writer.close()


def _of_answer(said: bytes, token: str) -> Finding:
    if token.encode() in said:
        return Finding("answers", "ok")
    status = said.split(b" ", 2)[1:2]
    code = status[0][:3].decode("latin-1") if status else ""
    return Finding("not-ours", "wrong", {"status": code if code.isdigit() else ""})


def _of_certificate(error: ssl.SSLCertVerificationError) -> Finding:
    codes = {EXPIRED: "certificate-expired", OTHER_NAME: "certificate-other-name"}
    code = codes.get(error.verify_code, "certificate-untrusted")
    return Finding(code, "wrong", {"detail": error.verify_message or ""})
