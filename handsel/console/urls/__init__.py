"""Addresses of the console, one module a resource."""

from handsel.console.urls import (
    applications,
    imports,
    money,
    partners,
    payouts,
    program,
    promises,
    questions,
    reading,
    statements,
)

app_name = "console"

urlpatterns = [
    *reading.urlpatterns,
    *partners.urlpatterns,
    *imports.urlpatterns,
    *money.urlpatterns,
    *statements.urlpatterns,
    *payouts.urlpatterns,
    *program.urlpatterns,
    *applications.urlpatterns,
    *questions.urlpatterns,
    *promises.urlpatterns,
]
