from django.urls import URLPattern, re_path

from handsel.api.contract import Api
from handsel.api.docs import Docs
from handsel.api.edges import at_the_edge, no_such_address
from handsel.api.problems import answer_with_problems
from handsel.api.views import (
    agreements,
    clicks,
    codes,
    commissions,
    conversions,
    credits,
    events,
    links,
    offers,
    partnerships,
    postbacks,
    programs,
    replays,
)

api = Api(
    title="Handsel",
    version="1",
    description="Send orders, read what they earned and why. How to begin: docs/api.md.",
    docs=Docs(),
    urls_namespace="api",
)
answer_with_problems(api)
RESOURCES = (
    conversions,
    credits,
    commissions,
    partnerships,
    agreements,
    offers,
    links,
    codes,
    postbacks,
    programs,
    replays,
    events,
    clicks,
)
for resource in RESOURCES:
    api.add_router("/v1", resource.router)

app_name = "api"
urlpatterns = [
    *(at_the_edge(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern)),
    re_path("", no_such_address, name="no-such-address"),
]
