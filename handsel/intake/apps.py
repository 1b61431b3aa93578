from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "handsel.intake"
    label = "intake"
