"""The mail server that `HANDSEL_SMTP_URL` names.

smtp://user:password@mail.example:587    STARTTLS is demanded
smtps://user:password@mail.example       TLS from the start, port 465
smtp://localhost:25                      this machine: no encryption
smtp://relay.example:25?tls=off          no encryption, said outright
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail.backends.smtp import EmailBackend

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}

Encryption = Literal["starttls", "tls", "off"]


class SmtpUrlMalformed(ValueError):
    """HANDSEL_SMTP_URL is no address of a mail server."""


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    user: str
    password: str
    encryption: Encryption

    def connection(self) -> EmailBackend:
        """A connection that is opened with `open()` and says every failure."""
        return EmailBackend(
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.encryption == "starttls",
            use_ssl=self.encryption == "tls",
            timeout=TIMEOUT_SECONDS,
            fail_silently=False,
        )


def server_of(smtp_url: str) -> Server:
    """Read a mail server's address. Raises SmtpUrlMalformed, which never repeats a password."""
    try:
        parts = urlsplit(smtp_url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise SmtpUrlMalformed(
            "HANDSEL_SMTP_URL must look like smtp://user:password@mail.example:587 or smtps://…"
        ) from None
    if not parts.hostname:
        raise SmtpUrlMalformed("HANDSEL_SMTP_URL names no host.")
    return Server(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        encryption=_encryption(parts.scheme, parts.hostname, parts.query),
    )


def _encryption(scheme: str, host: str, query: str) -> Encryption:
    asked = parse_qs(query).get("tls", [""])[0]
    if asked not in {"", "on", "off"}:
        raise SmtpUrlMalformed("HANDSEL_SMTP_URL: write tls=on or tls=off.")
    if scheme == "smtps":
        return "tls"
    unencrypted = asked == "off" or (host in THIS_MACHINE and asked != "on")
    return "off" if unencrypted else "starttls"
