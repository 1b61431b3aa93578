from django.urls import include, path

urlpatterns = [
    path("auth/", include("handsel.public.sign_in")),
    path("console/", include("handsel.console.urls")),
    path("portal/", include("handsel.portal.urls")),
    path("api/", include("handsel.api.urls")),
    path("", include("handsel.public.urls")),
]

handler400 = "handsel.config.hosts.refuse_host"
