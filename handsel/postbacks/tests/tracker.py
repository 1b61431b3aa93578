"""A partner's tracker: a real HTTPS server on 127.0.0.1, with whatever faults a test gives it."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "tracker.example"


class Tracker(ThreadingHTTPServer):
    """Notes what comes, and answers as `answer` does."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = self.server_address[1]
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.came = threading.Event()
        self.released = threading.Event()
        self.answer: Answer = says(200, b"thanks")
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for _method, path, _headers in self.requests]

    @property
    def deliveries(self) -> list[str]:
        return [headers["Handsel-Delivery"] for _method, _path, headers in self.requests]

    def handle_error(self, *_: object) -> None:
        """Some callers hang up, and are meant to."""


class _Handler(BaseHTTPRequestHandler):
    server: Tracker

    def do_GET(self) -> None:
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        self.server.came.set()
        self.server.answer(self)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


Answer = Callable[[_Handler], None]


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def says_nothing(handler: _Handler) -> None:
    """Until the test is over."""
    handler.server.released.wait(30)


def drips(handler: _Handler) -> None:
    """A byte now and then, each in time, and never an end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.released.wait(0.02):
        handler.wfile.write(b".")
        handler.wfile.flush()


def talks_for_ever(handler: _Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.released.is_set():
        handler.wfile.write(b"all work and no play " * 400)


def hangs_up(handler: _Handler) -> None:
    handler.connection.close()


@contextmanager
def tracker(context: ssl.SSLContext) -> Iterator[Tracker]:
    server = Tracker(context)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
