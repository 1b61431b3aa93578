"""overview, search"""

from django.urls import path

from handsel.console.views import overview, search

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("export.csv", overview.export, name="overview-export"),
    path("search/", search.search, name="search"),
]
