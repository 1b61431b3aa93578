from django.apps import AppConfig


class QuotasConfig(AppConfig):
    name = "handsel.quotas"
    label = "quotas"
