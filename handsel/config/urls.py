from django.urls import include, path

from handsel.config import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("auth/", include("allauth.account.urls")),
    path("console/", include("handsel.console.urls")),
    path("portal/", include("handsel.portal.urls")),
    path("api/", include("handsel.api.urls")),
    path("", include("handsel.public.urls")),
]
