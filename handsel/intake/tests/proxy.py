"""A door in front of PostgreSQL that a test can shut, or let nothing back through."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import sleep
from urllib.parse import parse_qs, urlsplit, urlunsplit


class Door:
    """Passes connections on to a server. Shut, it breaks those that are open and takes no more.
    Silent, it takes everything and answers nothing. Slow, every answer takes `delay_s` longer."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        query = parse_qs(parts.query)
        host, port = query["host"][0], query["port"][0]
        self._server = str(Path(host) / f".s.PGSQL.{port}") if "/" in host else (host, int(port))
        self.delay_s = 0.0
        self._speaks = Event()
        self._speaks.set()
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

    def be_silent(self) -> None:
        self._speaks.clear()

    def speak(self) -> None:
        """Also what was held back comes through now."""
        self._speaks.set()

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
                Thread(target=self._pass_on, args=(client, server), daemon=True).start()
                Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
        _break(server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                self._speaks.wait()
                if self.delay_s:
                    sleep(self.delay_s)
                client.sendall(data)
        _break(client)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
