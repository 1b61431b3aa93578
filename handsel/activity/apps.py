from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "handsel.activity"
    label = "activity"
