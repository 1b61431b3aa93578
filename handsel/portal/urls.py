"""Addresses of the portal."""

from django.urls import path

from handsel.portal.views import agreements, earnings, home, links, questions, you

app_name = "portal"

# Before the receipts of earnings, whose ids stand in the same place.
QUESTIONS = "earnings/questions/"
questions_urlpatterns = [
    path(QUESTIONS, questions.questions, name="questions"),
    path(f"{QUESTIONS}<str:pk>/", questions.question, name="question"),
    path(f"{QUESTIONS}<str:pk>/message/", questions.message, name="question-message"),
    path(f"{QUESTIONS}<str:pk>/answer/", questions.answer, name="question-answer"),
    path(f"{QUESTIONS}<str:pk>/settlement/", questions.settlement, name="question-settlement"),
    path(f"{QUESTIONS}<str:pk>/withdrawal/", questions.withdrawal, name="question-withdrawal"),
    path("earnings/<str:pk>/question/", questions.new, name="question-new"),
    path(
        "earnings/not-credited/<str:pk>/question/",
        questions.new_missed,
        name="question-missed-new",
    ),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("agreements/<str:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<str:pk>/acceptance/", agreements.acceptance, name="agreement-acceptance"),
    *questions_urlpatterns,
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
