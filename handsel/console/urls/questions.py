"""questions about amounts"""

from django.urls import path

from handsel.console.views import questions

urlpatterns = [
    path("commissions/<str:pk>/question/", questions.new, name="question-new"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<str:pk>/", questions.question, name="question"),
    path("questions/<str:pk>/message/", questions.message, name="question-message"),
    path("questions/<str:pk>/answer/", questions.answer, name="question-answer"),
    path("questions/<str:pk>/settlement/", questions.settlement, name="question-settlement"),
    path("questions/<str:pk>/withdrawal/", questions.withdrawal, name="question-withdrawal"),
    path("questions/<str:pk>/withholding/", questions.withholding, name="question-withholding"),
    path("questions/<str:pk>/release/", questions.letting_go, name="question-release"),
]
