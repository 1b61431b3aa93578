"""May a certificate be asked for a name? Caddy's `on_demand_tls` asks before it does.

Answered ahead of sessions, like the probes: quickly, from one indexed row, to this machine and its
private network only. Without the question anybody could have certificates made here for any name
they lead to us, until the authority has had enough of us.
"""

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from handsel.domains.hosts import own_hosts
from handsel.domains.queries import may_have_certificate
from handsel.public.addresses import is_internal

PATH = "/tls/ask"


def ask(request: HttpRequest) -> HttpResponse:
    """200 for a name of ours or of a brand's whose DNS leads here; 404 for every other, and for
    who is a stranger; 503 while the database is away."""
    host = request.GET.get("domain", "").lower().rstrip(".")
    if not host.isprintable() or not is_internal(request):
        return HttpResponseNotFound()
    try:
        known = host in own_hosts() or may_have_certificate(host)
    except Error:
        return HttpResponse(status=503)
    return HttpResponse("ok\n", content_type="text/plain") if known else HttpResponseNotFound()
