"""Addresses of the portal."""

from django.urls import path

from handsel.portal.views import agreements, earnings, home, links, you

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("agreements/<str:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<str:pk>/acceptance/", agreements.acceptance, name="agreement-acceptance"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/not-credited/", earnings.not_credited_list, name="not-credited"),
    path("earnings/not-credited/<str:pk>/", earnings.not_credited, name="not-credited-receipt"),
    path("earnings/<str:pk>/", earnings.earning, name="earning"),
    path("earnings/<str:pk>/proof.json", earnings.proof, name="earning-proof"),
    path("links/", links.links, name="links"),
    path("links/new/", links.new_link, name="link-new"),
    path("you/", you.you, name="you"),
    path("you/invitations/", you.invitation, name="invitation"),
    path("you/invitations/<str:pk>/revocation/", you.revocation, name="invitation-revocation"),
]
