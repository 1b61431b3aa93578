"""partners, links, codes, agreements"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
