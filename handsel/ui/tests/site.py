"""A small site of rendered pages under the strict policy, for tests in a real browser."""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Literal

from django.contrib.staticfiles.finders import find

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# What every page is looked at in. A layout knows no theme and a theme no width, so each of both
# comes once.
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1440, "light"))

Answer = tuple[int, str]
Page = Callable[["Handler"], Answer]


class Handler(BaseHTTPRequestHandler):
    pages: dict[str, Page]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            self.send_file(Path(find(path.removeprefix("/static/")) or "missing"))
        else:
            status, html = self.pages.get(path, lambda _handler: (404, "Not found"))(self)
            self.send(status, "text/html; charset=utf-8", html.encode())

    do_POST = do_GET

    def send_file(self, path: Path) -> None:
        if path.is_file():
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            self.send(200, kind, path.read_bytes())
        else:
            self.send(404, "text/plain", b"")

    def send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Quiet: a test says what it expects."""


@contextmanager
def serving(pages: dict[str, Page]) -> Iterator[str]:
    """Serve pages on a free port of this machine while the block runs; gives the address."""
    handler = type("PagesHandler", (Handler,), {"pages": pages})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
