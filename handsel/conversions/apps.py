from django.apps import AppConfig


class ConversionsConfig(AppConfig):
    name = "handsel.conversions"
    label = "conversions"
