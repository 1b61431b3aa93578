"""conversions from files"""

from django.urls import path

from handsel.console.views import imports

ONE = "conversions/imports/<str:pk>/"

# Before the conversions, whose ids stand in the same place.
urlpatterns = [
    path("conversions/imports/", imports.imports, name="imports"),
    path("conversions/imports/sample.csv", imports.sample, name="import-sample"),
    path(ONE, imports.one, name="import"),
    path(f"{ONE}refused.csv", imports.refused, name="import-refused"),
    path(f"{ONE}reading/", imports.reading, name="import-reading"),
    path(f"{ONE}check/", imports.check, name="import-check"),
    path(f"{ONE}start/", imports.start, name="import-start"),
    path(f"{ONE}discarding/", imports.discarding, name="import-discarding"),
    path(f"{ONE}removal/", imports.removal, name="import-removal"),
]
