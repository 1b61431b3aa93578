"""The script for shops' pages: written to be read, served without comments and indents."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

from handsel.tracking.asgi import HeaderList, Headers, Send, respond

SOURCE = Path(__file__).parent / "assets" / "s.js"


def compact(source: str) -> str:
    """Drop indents, blank lines, and comments that have their lines to themselves."""
    source = re.sub(r"^\s*/\*.*?\*/\s*$", "", source, flags=re.MULTILINE | re.DOTALL)
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


class Script:
    def __init__(self) -> None:
        self.plain = compact(SOURCE.read_text()).encode()
        self.gzipped = gzip.compress(self.plain, 9, mtime=0)
        self._etag = b'"%s"' % sha256(self.plain).hexdigest()[:16].encode()

    async def answer(self, headers: Headers, send: Send) -> None:
        answer: HeaderList = [
            (b"content-type", b"text/javascript; charset=utf-8"),
            (b"cache-control", b"public, max-age=3600"),
            (b"etag", self._etag),
            (b"vary", b"accept-encoding"),
            (b"access-control-allow-origin", b"*"),
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if headers.get(b"if-none-match") == self._etag:
            await respond(send, 304, answer)
        elif b"gzip" in headers.get(b"accept-encoding", b""):
            await respond(send, 200, [*answer, (b"content-encoding", b"gzip")], self.gzipped)
        else:
            await respond(send, 200, answer, self.plain)
