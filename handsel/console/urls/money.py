"""commissions, conversions, events, ledger"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
