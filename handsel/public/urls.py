from django.urls import path

from handsel.public.views import home, invitations, preferences, start

urlpatterns = [
    path("", home.home, name="home"),
    path("organization/", home.organization, name="organization"),
    path("language/", preferences.language, name="set_language"),
    path("theme/", preferences.theme, name="set_theme"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("start/<str:token>/", start.you, name="start-you"),
    path("start/<str:token>/goal/", start.goal, name="start-goal"),
    path("start/<str:token>/program/", start.program, name="start-program"),
    path("start/<str:token>/terms/", start.terms, name="start-terms"),
    path("start/<str:token>/terms/words/", start.words, name="start-words"),
]
