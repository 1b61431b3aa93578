from django.apps import AppConfig


class ClicksConfig(AppConfig):
    name = "handsel.clicks"
    label = "clicks"
