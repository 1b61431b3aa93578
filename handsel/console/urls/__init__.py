"""Addresses of the console, one module a resource."""

from handsel.console.urls import money, partners, program, questions, reading

app_name = "console"

urlpatterns = [
    *reading.urlpatterns,
    *partners.urlpatterns,
    *money.urlpatterns,
    *program.urlpatterns,
    *questions.urlpatterns,
]
