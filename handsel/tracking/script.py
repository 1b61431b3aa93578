"""The script for shops' pages: written to be read, served short."""

import gzip
from hashlib import sha256
from pathlib import Path

from handsel.tracking.compact import compact
from handsel.tracking.http import HeaderList, Request, Response

SOURCE = Path(__file__).parent / "assets" / "s.js"


class Script:
    def __init__(self) -> None:
        self.plain = compact(SOURCE.read_text()).encode()
        self.gzipped = gzip.compress(self.plain, 9, mtime=0)
        self._etag = f'"{sha256(self.plain).hexdigest()[:16]}"'

    async def answer(self, request: Request) -> Response:
        headers: HeaderList = [
            ("content-type", "text/javascript; charset=utf-8"),
            ("cache-control", "public, max-age=3600"),
            ("etag", self._etag),
            ("vary", "accept-encoding"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("x-content-type-options", "nosniff"),
        ]
        if request.headers.get("if-none-match") == self._etag:
            return Response(304, headers)
        if "gzip" in (request.headers.get("accept-encoding") or ""):
            return Response(200, [*headers, ("content-encoding", "gzip")], self.gzipped)
        return Response(200, headers, self.plain)
