"""the program at hand: terms, tracking; settings of program and organization"""

from django.urls import path

from handsel.console.views import keys, members, outbox, program, settings, terms, tracking

urlpatterns = [
    path("programs/<str:pk>/choice/", program.choice, name="program-choice"),
    path("terms/", terms.groups, name="terms"),
    path("terms/<str:pk>/", terms.group, name="group-terms"),
    path("terms/<str:pk>/words/", terms.words, name="group-terms-words"),
    path("tracking/", tracking.tracking, name="tracking"),
    path("tracking/secret/", tracking.secret, name="tracking-secret"),
    path("settings/", settings.settings, name="settings"),
    path("settings/program/", settings.program, name="settings-program"),
    path("settings/members/", members.members, name="members"),
    path("settings/members/<str:pk>/role/", members.role, name="member-role"),
    path("settings/members/<str:pk>/disabling/", members.disabling, name="member-disabling"),
    path(
        "settings/invitations/<str:pk>/revocation/",
        members.invitation_revocation,
        name="invitation-revocation",
    ),
    path("settings/keys/", keys.keys, name="keys"),
    path("settings/keys/<str:pk>/revocation/", keys.revocation, name="key-revocation"),
    path("settings/letters/", outbox.letters, name="letters"),
]
