from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "handsel.insights"
    label = "insights"
