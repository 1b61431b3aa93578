"""tasks handed in, perks"""

from django.urls import path

from handsel.console.views import promises

urlpatterns = [
    path("tasks/", promises.promises, name="promises"),
    path("tasks/<str:pk>/approval/", promises.approval, name="submission-approval"),
    path("tasks/<str:pk>/refusal/", promises.refusal, name="submission-refusal"),
    path("perks/<str:pk>/", promises.perk, name="perk"),
]
