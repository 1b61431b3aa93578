"""May a certificate be asked for a name? Caddy's `on_demand_tls` asks before it does.

Answered ahead of sessions, like the probes: quickly, from one indexed row, to this machine and its
private network only. Without the question anybody could have certificates made here for any name
they lead to us, until the authority has had enough of us.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from handsel.domains.hosts import own_hosts
from handsel.domains.queries import may_have_certificate
from handsel.environment import environment
from handsel.public.addresses import is_internal

PATH = "/tls/ask"


def ask(request: HttpRequest) -> HttpResponse:
    """200 for a name of ours or of a brand's whose DNS leads here; 404 for every other, and for
    who is a stranger.

    Caddy asks again for certificates that it has, once it was restarted. While the database is
    away it is answered from the links that tracking keeps on this machine, so that links work
    then, too; for a name that is not among them 503.
    """
    host = request.GET.get("domain", "").lower().rstrip(".")
    if not host.isprintable() or not is_internal(request):
        return HttpResponseNotFound()
    try:
        known = host in own_hosts() or may_have_certificate(host)
    except Error:
        known = _is_known_to_tracking(environment().replica_path, host)
        return _yes() if known else HttpResponse(status=503)
    return _yes() if known else HttpResponseNotFound()


def _yes() -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def _is_known_to_tracking(replica: Path, host: str) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{replica}?mode=ro", uri=True, timeout=1)) as links:
            row = links.execute("SELECT 1 FROM links WHERE host = ? AND slug = ''", [host])
            return row.fetchone() is not None
    except sqlite3.Error:
        return False
