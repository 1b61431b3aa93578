"""A name server and a web server on 127.0.0.1, with whatever faults a test gives them."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Zone = dict[tuple[str, str], list[str]]


class NameServer:
    """Answers from `records`, which a test may change; `*.name` is a wildcard, a name in `silent`
    gets no answer, and one in `turning` gives one of its values after the other. It resolves
    CNAMEs itself, as the servers that are asked in life do."""

    def __init__(self, records: Zone) -> None:
        self.records = records
        self.silent: set[str] = set()
        self.turning: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.servers = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "NameServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                wire, peer = self._socket.recvfrom(4096)
                query = dns.message.from_wire(wire)
                answer = self._answer(query)
                if answer is not None:
                    self._socket.sendto(answer.to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append((name, kind))
        if any(name == s or name.endswith(f".{s}") for s in self.silent):
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        for _ in range(8):
            if values := self._find(name, kind):
                response.answer.append(_rrset(name, kind, values))
                return response
            links = self._find(name, "CNAME")
            if not links:
                break
            response.answer.append(_rrset(name, "CNAME", links))
            name = links[0]
        if not self._exists(name):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response

    def _find(self, name: str, kind: str) -> list[str]:
        own = self.records.get((name, kind))
        if own and name in self.turning:
            return [own[len(self.asked) % len(own)]]
        if own is not None or self._exists(name, wildcards=False):
            return own or []
        return self.records.get((f"*.{name.partition('.')[2]}", kind), [])

    def _exists(self, name: str, *, wildcards: bool = True) -> bool:
        names = {known for known, _kind in self.records}
        above = f"*.{name.partition('.')[2]}"
        own = any(known == name or known.endswith(f".{name}") for known in names)
        return own or (wildcards and above in names)


def _rrset(name: str, kind: str, values: list[str]) -> dns.rrset.RRset:
    ends = [f"{value}." if kind == "CNAME" else value for value in values]
    return dns.rrset.from_text(f"{name}.", 60, "IN", kind, *ends)


class WebServer(HTTPServer):
    """Says `body` to every request; with `certificate`, over TLS."""

    def __init__(self, body: str, status: int = 200, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body, self.status = body, status
        self.port = self.server_address[1]
        self.paths: list[tuple[str, str]] = []
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: object) -> None:
        """A handshake that fails is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        self.server.paths.append((self.headers["Host"], self.path))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def web(body: str, status: int = 200, context: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    server = WebServer(body, status, context)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Authority:
    """Issues certificates, and trusts its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test's authority")])
        self._own = self._issue(self._name, self._key, 365, None)
        (folder / "authority.pem").write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._folder / "authority.pem")

    def context(self, host: str, *, days: int = 30) -> ssl.SSLContext:
        """A server's, for one host, good for so many days; less than none: it has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._issue(subject, key, days, host)
        path = self._folder / f"{host}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _issue(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int, host: str | None
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        until = now + timedelta(days=days)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, until) - timedelta(days=2))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())
