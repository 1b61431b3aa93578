"""applications, and the page they come from"""

from django.urls import path

from handsel.console.views import applications, program_page

urlpatterns = [
    path("applications/", applications.applications, name="applications"),
    path("applications/approvals/", applications.approvals, name="application-approvals"),
    path("applications/refusals/", applications.refusals, name="application-refusals"),
    path("applications/<str:pk>/", applications.application, name="application"),
    path("applications/<str:pk>/approval/", applications.approval, name="application-approval"),
    path("applications/<str:pk>/refusal/", applications.refusal, name="application-refusal"),
    path("settings/page/", program_page.page, name="settings-page"),
    path("settings/page/publication/", program_page.publication, name="settings-page-publication"),
    path("settings/page/preview/", program_page.preview, name="settings-page-preview"),
]
