"""settings of organization and program"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
