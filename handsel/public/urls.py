from django.urls import path

from handsel.public.views import check, home, invitations, preferences, program, start

urlpatterns = [
    path("", home.home, name="home"),
    path("organization/", home.organization, name="organization"),
    path("language/", preferences.language, name="set_language"),
    path("theme/", preferences.theme, name="set_theme"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("p/<slug:slug>/", program.program, name="program"),
    path("p/<slug:slug>/calculator/", program.calculator, name="program-calculator"),
    path("p/<slug:slug>/application/", program.application, name="program-application"),
    path("p/<slug:slug>/thanks/", program.thanks, name="program-thanks"),
    path("applications/<str:token>/", program.own_application, name="application"),
    path("check/", check.check, name="check"),
    path("start/<str:token>/", start.you, name="start-you"),
    path("start/<str:token>/goal/", start.goal, name="start-goal"),
    path("start/<str:token>/program/", start.program, name="start-program"),
    path("start/<str:token>/terms/", start.terms, name="start-terms"),
    path("start/<str:token>/terms/words/", start.words, name="start-words"),
]
