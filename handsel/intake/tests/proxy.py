"""A door in front of PostgreSQL that a test can shut."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit, urlunsplit


class Door:
    """Passes connections on to a server. Shut, it breaks those that are open and takes no more."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        query = parse_qs(parts.query)
        host, port = query["host"][0], query["port"][0]
        self._server = str(Path(host) / f".s.PGSQL.{port}") if "/" in host else (host, int(port))
        self._listener = self._listen(0)
        self._port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        credentials = parts.netloc.rpartition("@")[0]
        netloc = f"{credentials}@127.0.0.1:{self._port}"
        self.url = urlunsplit((parts.scheme, netloc, parts.path, "", ""))

    def shut(self) -> None:
        _break(self._listener)
        for end in self._open:
            _break(end)
        self._open.clear()

    def open(self) -> None:
        self._listener = self._listen(self._port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), reuse_port=True)
        Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                family = socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET
                server = socket.socket(family)
                server.connect(self._server)
                self._open += [client, server]
                Thread(target=_pass_on, args=(client, server), daemon=True).start()
                Thread(target=_pass_on, args=(server, client), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _break(target)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
