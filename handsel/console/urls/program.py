"""the program at hand: terms, tracking; settings of program and organization"""

from django.urls import path

from handsel.console.views import (
    click_filter,
    domains,
    keys,
    members,
    outbox,
    postback_secret,
    program,
    settings,
    terms,
    tracking,
)

urlpatterns = [
    path("programs/<str:pk>/choice/", program.choice, name="program-choice"),
    path("terms/", terms.groups, name="terms"),
    path("terms/<str:pk>/", terms.group, name="group-terms"),
    path("terms/<str:pk>/words/", terms.words, name="group-terms-words"),
    path("tracking/", tracking.tracking, name="tracking"),
    path("tracking/progress/", tracking.progress, name="tracking-progress"),
    path("tracking/link/", tracking.try_link, name="tracking-link"),
    path("tracking/again/", tracking.again, name="tracking-again"),
    path("tracking/key/", tracking.key, name="tracking-key"),
    path("tracking/secret/", postback_secret.secret, name="tracking-secret"),
    path("tracking/secret/end/", postback_secret.end, name="tracking-secret-end"),
    path("settings/", settings.settings, name="settings"),
    path("settings/program/", settings.program, name="settings-program"),
    path("settings/clicks/", click_filter.clicks, name="settings-clicks"),
    path("settings/domains/", domains.domains, name="domains"),
    path("settings/domains/<str:pk>/check/", domains.check, name="domain-check"),
    path("settings/domains/<str:pk>/primary/", domains.primary, name="domain-primary"),
    path("settings/domains/<str:pk>/fallback/", domains.fallback, name="domain-fallback"),
    path("settings/domains/<str:pk>/removal/", domains.removal, name="domain-removal"),
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
