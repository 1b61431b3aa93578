from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    name = "handsel.commissions"
    label = "commissions"
